/**
 * Runs an exported network with LiteRT.js, outside the page's own thread.
 *
 * A classic worker: LiteRT.js calls importScripts, which a module worker refuses.
 */

const LIBRARY = new URL("../vendor/litertjs-core-2.5.3/", self.location.href).href;
const RUNTIME = "litert_wasm_compat_internal"; // asks for no relaxed SIMD: runs in every browser
const LENGTH = 1e-3; // by which a length may differ from what Keras computes,
const GREY = 4e-3; // and a row of a picture, in [0, 1]

let library = null; // LiteRT.js, once it is there
let inking = null; // the module that inks strokes
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

/** What one capsule describes, all others masked. */
async function decoded(capsule, vector) {
  const { classes, dimensions } = network;
  const masked = new Float32Array(classes * dimensions);
  masked.set(vector, capsule * dimensions);
  const [picture] = await run("decoder", { masked_capsules: masked }, ["reconstruction"]);
  return picture;
}

/** What each capsule alone would draw, one after another. */
async function drawings(capsules) {
  const { classes, dimensions, pixels } = network;
  const pictures = new Float32Array(classes * pixels);
  for (let j = 0; j < classes; j++) {
    const own = capsules.subarray(j * dimensions, (j + 1) * dimensions);
    pictures.set(await decoded(j, own), j * pixels);
  }
  return pictures;
}

async function answer(images) {
  const { lengths, capsules } = await encoded(images);
  return { seen: images, lengths, drawings: await drawings(capsules) };
}

/** Compare what a picture gives with what Keras computed of it. */
async function check(image) {
  const { classes, dimensions, pixels, probe } = network;
  const silenced = new Float32Array(network.primaryCapsules);
  const names = ["lengths", "digit_capsules"];
  const [lengths, capsules] = await run("encoder", { images: image, silenced }, names);
  const last = probe.lengths.at(-1);
  const longest = last.indexOf(Math.max(...last));
  const at = capsules.length - (classes - longest) * dimensions; // of the last round
  const drawn = await decoded(longest, capsules.subarray(at, at + dimensions));
  const row = pixels / probe.drawing.length;
  const means = probe.drawing.map(
    (_, y) => drawn.subarray(y * row, (y + 1) * row).reduce((sum, ink) => sum + ink, 0) / row,
  );
  const isFar = (expected, found, most) =>
    expected.some((value, k) => !(Math.abs(value - found[k]) <= most));
  if (isFar(probe.lengths.flat(), lengths, LENGTH) || isFar(probe.drawing, means, GREY)) {
    throw new Error("it answers otherwise than the network does");
  }
}

const actions = {
  /** Load everything, and check that it answers as Keras does. */
  async open({ runtime, parts, about }) {
    network = about;
    library = await import(`${LIBRARY}index.js`);
    inking = await import(new URL("../draw_pad/ink.js", self.location.href).href);
    self.Module = { wasmBinary: await unpacked(runtime), printErr: () => {} };
    const { warn } = console;
    console.warn = () => {}; // that there is no WebGPU; it is not asked for
    await library.loadLiteRt(`${LIBRARY}${RUNTIME}.js`);
    for (const [name, bytes] of Object.entries(parts)) {
      models[name] = await library.loadAndCompile(bytes, { accelerator: "wasm" });
    }
    console.warn = warn;
    const image = Float32Array.from({ length: about.pixels }, (_, k) => ((k * 37) % 101) / 100);
    await check(image);
  },

  /** The answer to strokes; null where there is nothing to read. */
  async strokes({ strokes, isWhole }) {
    const sheet = inking.ink(strokes);
    const image = isWhole ? inking.shrink(sheet) : inking.normalise(sheet);
    // As a link carries it, in 256 levels: the server reads the same.
    return image && answer(image.map((value) => Math.round(value * 255) / 255));
  },

  /** The answer to an image. */
  async image({ image }) {
    return answer(image);
  },

  /** The lengths that an image has, in all rounds; of some capsules switched off, where asked. */
  async lengths({ image, silenced = new Float32Array(network.primaryCapsules) }) {
    const [lengths] = await run("encoder", { images: image, silenced }, ["lengths"]);
    return { lengths };
  },

  /** The lengths that an image has, and what some of its capsules describe, one after another. */
  async described({ image, capsules }) {
    const { dimensions, pixels } = network;
    const { lengths, capsules: all } = await encoded(image);
    const pictures = new Float32Array(capsules.length * pixels);
    for (const [place, j] of capsules.entries()) {
      const own = all.subarray(j * dimensions, (j + 1) * dimensions);
      pictures.set(await decoded(j, own), place * pixels);
    }
    return { lengths, pictures };
  },

  /** What one capsule describes. */
  async decode({ capsule, vector }) {
    return { picture: await decoded(capsule, vector) };
  },

  /** The pictures on the way from one vector of a capsule to another, one after another. */
  async film({ capsule, from, to, count }) {
    const pictures = new Float32Array(count * network.pixels);
    for (let k = 0; k < count; k++) {
      const between = from.map((x, d) => x + (k / (count - 1)) * (to[d] - x));
      pictures.set(await decoded(capsule, between), k * network.pixels);
    }
    return { pictures };
  },
};

let before = Promise.resolve(); // LiteRT does one thing at a time

self.addEventListener("message", ({ data }) => {
  before = before.then(() => settle(data));
});

async function settle({ number, action, ...task }) {
  try {
    const result = (await actions[action](task)) ?? null;
    const moved = Object.values(result ?? {}).map((array) => array.buffer);
    self.postMessage({ number, result }, { transfer: moved });
  } catch (error) {
    self.postMessage({ number, error: String(error?.message ?? error) });
  }
}
