/** Filmstrips: the pictures on the way from one pose to another. */

import { frameOf, placesIn } from "../ink.js";

export const PICTURES = 11;
const MARGIN = 3 / 28; // of a picture of ink, which is paper to its left and right

/**
 * What of each picture is seen: of ink the paper to its left and right is left out.
 *
 * @param {number[]} shape rows, columns and channels of the pictures
 * @returns {{rows: number, seen: number, left: number, shape: number[]}} rows and columns that are
 *   seen, and the first of these columns
 */
export function stripFrame(shape) {
  const [rows, columns] = frameOf(shape);
  const left = shape[2] === 1 ? Math.round(columns * MARGIN) : 0;
  return { rows, seen: columns - 2 * left, left, shape };
}

/**
 * Draws the strips that are requested, one after another, beginning anew with those that a newer
 * request has changed. Between two of them the network is free for the big picture.
 */
export class Strips {
  /**
   * @param {import("./decoding.js").Decoding} decoding
   * @param {{rows: number, seen: number, left: number, shape: number[]}} frame from `stripFrame`.
   * @param {(name: string, pixels: Uint8ClampedArray) => void} show takes a finished strip as RGBA.
   */
  constructor(decoding, frame, show) {
    Object.assign(this, { decoding, frame, show });
    this.drawn = new Map(); // name -> the request it was drawn for, as JSON
    this.requested = [];
    this.next = 0;
    this.requestedAt = -Infinity;
    this.isRunning = false;
  }

  /** @param {{name: string, capsule: number, from: number[], to: number[]}[]} requests */
  want(requests) {
    this.requested = requests;
    this.requestedAt = performance.now();
    if (!this.isRunning) this.#run();
  }

  stop() {
    this.requested = [];
  }

  async #run() {
    this.isRunning = true;
    for (let request = this.#outdated(); request; request = this.#outdated()) {
      const begin = performance.now();
      this.drawn.set(request.name, JSON.stringify(request));
      const { capsule, from, to } = request;
      try {
        const pictures = await this.decoding.film({ capsule, from, to, count: PICTURES });
        if (this.requested.length) this.show(request.name, sideBySide(pictures, this.frame));
      } catch {
        break; // the big picture reports it
      }
      // Lets a newer request in, and leaves the processor to the big picture for as long as it took;
      // for longer where there are few processors and the hand still moves.
      const now = performance.now();
      const rests = now - this.requestedAt < 200 && navigator.hardwareConcurrency <= 2 ? 4 : 1;
      await new Promise((resolve) => setTimeout(resolve, rests * (now - begin)));
    }
    this.isRunning = false;
  }

  /** The next request in turn whose strip is out of date. */
  #outdated() {
    for (let tried = 0; tried < this.requested.length; tried++) {
      const request = this.requested[this.next++ % this.requested.length];
      if (this.drawn.get(request.name) !== JSON.stringify(request)) return request;
    }
    return undefined;
  }
}

/** Pictures one after another -> their middles side by side, as RGBA. */
function sideBySide(pictures, { rows, seen, left, shape }) {
  const pixels = new Uint8ClampedArray(PICTURES * seen * rows * 4).fill(255);
  const size = shape.reduce((a, b) => a * b, 1);
  const places = placesIn(shape);
  const isInk = shape[2] === 1;
  for (let p = 0; p < PICTURES; p++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < seen; x++) {
        const at = 4 * ((y * PICTURES + p) * seen + x);
        places(y, left + x).forEach((place, k) => {
          const value = pictures[p * size + place];
          pixels[at + k] = 255 * (isInk ? 1 - value : value);
        });
      }
    }
  }
  return pixels;
}
