/**
 * Runs an exported network with LiteRT.js, outside the page's own thread.
 *
 * A classic worker: LiteRT.js calls importScripts, which a module worker refuses.
 */

const LIBRARY = new URL("../vendor/litertjs-core-2.5.3/", self.location.href).href;
const RUNTIME = "litert_wasm_compat_internal"; // asks for no relaxed SIMD: runs in every browser
const PROBE_SHARE = 1e-3; // by which a length may differ from what Keras computes

let library = null; // LiteRT.js, once it is there
let drawn = null; // the module that inks strokes
let network = null; // what the network is: its rounds, capsules, dimensions, silenced mask
const models = {}; // by part: "encoder", "decoder"

async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Run one part on inputs by name; only the outputs that are asked for are copied. */
async function run(part, inputs, names) {
  const model = models[part];
  const given = {};
  for (const { name, shape } of model.getInputDetails()) {
    given[name] = library.Tensor.fromTypedArray(inputs[name], shape);
  }
  const found = await model.run(given);
  const asked = names.map((name) => new Float32Array(found[name].toTypedArray()));
  for (const tensor of [...Object.values(given), ...Object.values(found)]) tensor.delete();
  return asked;
}

/** Lengths by round, and the capsules after the network's own rounds. */
async function encoded(images) {
  const silenced = new Float32Array(network.primaryCapsules);
  const [lengths, all] = await run("encoder", { images, silenced }, ["lengths", "digit_capsules"]);
  const size = network.classes * network.dimensions;
  const last = (network.rounds - 1) * size;
  return { lengths, capsules: all.subarray(last, last + size) };
}

/** What each capsule alone would draw, one after another. */
async function drawings(capsules) {
  const { classes, dimensions, pixels } = network;
  const pictures = new Float32Array(classes * pixels);
  for (let j = 0; j < classes; j++) {
    const masked = new Float32Array(capsules.length);
    const own = capsules.subarray(j * dimensions, (j + 1) * dimensions);
    masked.set(own, j * dimensions);
    const [picture] = await run("decoder", { masked_capsules: masked }, ["reconstruction"]);
    pictures.set(picture, j * pixels);
  }
  return pictures;
}

async function answer(images) {
  const { lengths, capsules } = await encoded(images);
  return { seen: images, lengths, drawings: await drawings(capsules) };
}

const actions = {
  /** Load everything, and check that it answers as Keras does. */
  async open({ runtime, parts, about }) {
    network = about;
    library = await import(`${LIBRARY}index.js`);
    drawn = await import(new URL("../draw_pad/ink.js", self.location.href).href);
    self.Module = { wasmBinary: await unpacked(runtime), printErr: () => {} };
    const { warn } = console;
    console.warn = () => {}; // that there is no WebGPU; it is not asked for
    await library.loadLiteRt(`${LIBRARY}${RUNTIME}.js`);
    for (const [name, bytes] of Object.entries(parts)) {
      models[name] = await library.loadAndCompile(bytes, { accelerator: "wasm" });
    }
    console.warn = warn;
    const image = Float32Array.from({ length: about.pixels }, (_, k) => ((k * 37) % 101) / 100);
    const { lengths } = await answer(image);
    const worst = about.probe.flat().map((expected, k) => Math.abs(expected - lengths[k]));
    if (!(Math.max(...worst) <= PROBE_SHARE)) {
      throw new Error("it answers otherwise than the network does");
    }
  },

  /** The answer to strokes; null where there is nothing to read. */
  async strokes({ strokes, isWhole }) {
    const sheet = drawn.ink(strokes);
    const image = isWhole ? drawn.shrink(sheet) : drawn.normalise(sheet);
    // As a link carries it, in 256 levels: the server reads the same.
    return image && answer(image.map((value) => Math.round(value * 255) / 255));
  },

  /** The answer to an image. */
  async image({ image }) {
    return answer(image);
  },
};

self.addEventListener("message", async ({ data: { number, action, ...task } }) => {
  try {
    const result = (await actions[action](task)) ?? null;
    const moved = Object.values(result ?? {}).map((array) => array.buffer);
    self.postMessage({ number, result }, { transfer: moved });
  } catch (error) {
    self.postMessage({ number, error: String(error?.message ?? error) });
  }
});
