/**
 * Filmstrips: the pictures on the way from one pose to another, drawn outside the page's own
 * thread so that the big picture never waits for them.
 */

import { Decoder } from "./decoder.js";

export const PICTURES = 11;
export const SIDE = 28;
export const SEEN = 22; // columns of each picture: the paper to its left and right is left out

/**
 * Draws the strips that are requested, one after another, beginning anew with those that a newer
 * request has changed. Refers to nothing but its arguments: it also runs in a worker.
 *
 * @param {{decode: Function}} decoder
 * @param {number} pictures in a strip.
 * @param {number} side of a picture.
 * @param {number} seen its middle columns that are shown.
 * @param {(name: string, pixels: Uint8ClampedArray) => void} show takes a finished strip as RGBA.
 * @returns {(requests: {name: string, capsule: number, from: number[], to: number[]}[]) => void}
 */
function stripMaker(decoder, pictures, side, seen, show) {
  const drawn = new Map(); // name -> the request it was drawn for, as JSON
  let requested = [];
  let next = 0;
  let running = false;
  let requestedAt = -Infinity;

  function draw({ capsule, from, to }) {
    const pixels = new Uint8ClampedArray(pictures * seen * side * 4).fill(255);
    const left = (side - seen) / 2;
    for (let p = 0; p < pictures; p++) {
      const share = p / (pictures - 1);
      const ink = decoder.decode(
        capsule,
        from.map((x, i) => x + share * (to[i] - x)),
      );
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < seen; x++) {
          const at = 4 * ((y * pictures + p) * seen + x);
          const level = 255 * (1 - ink[y * side + left + x]);
          pixels[at] = pixels[at + 1] = pixels[at + 2] = level;
        }
      }
    }
    return pixels;
  }

  /** The next request in turn whose strip is out of date. */
  function outdated() {
    for (let tried = 0; tried < requested.length; tried++) {
      const request = requested[next++ % requested.length];
      if (drawn.get(request.name) !== JSON.stringify(request)) return request;
    }
    return undefined;
  }

  async function run() {
    running = true;
    for (let request = outdated(); request; request = outdated()) {
      const begin = performance.now();
      drawn.set(request.name, JSON.stringify(request));
      show(request.name, draw(request));
      // Lets a newer request in, and leaves the processor to the big picture for as long as it took;
      // for longer where there are few processors and the hand still moves.
      const now = performance.now();
      const rests = now - requestedAt < 200 && navigator.hardwareConcurrency <= 2 ? 4 : 1;
      await new Promise((resolve) => setTimeout(resolve, rests * (now - begin)));
    }
    running = false;
  }

  return (requests) => {
    requested = requests;
    requestedAt = performance.now();
    if (!running) run();
  };
}

/**
 * A strip maker in a worker, or in this thread where the browser allows no worker.
 *
 * @returns {{want: Function, stop: () => void}}
 */
export function startStrips(weights, sizes, show) {
  const here = () => {
    const want = stripMaker(new Decoder(weights, sizes), PICTURES, SIDE, SEEN, show);
    return { want, stop: () => want([]) };
  };
  try {
    const source = `${Decoder}
      ${stripMaker}
      let want;
      onmessage = ({ data }) => {
        if (data.requests) return want(data.requests);
        const show = (name, pixels) => postMessage({ name, pixels }, [pixels.buffer]);
        want = stripMaker(new Decoder(data.weights, data.sizes), ${PICTURES}, ${SIDE}, ${SEEN}, show);
      };`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(address);
    const stop = () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    };
    let strips = { want: (requests) => worker.postMessage({ requests }), stop };
    let last = [];
    worker.onmessage = ({ data }) => show(data.name, data.pixels);
    worker.onerror = () => {
      stop();
      strips = here();
      strips.want(last);
    };
    worker.postMessage({ weights, sizes });
    return { want: (requests) => strips.want((last = requests)), stop: () => strips.stop() };
  } catch {
    return here();
  }
}
