/** What silent capsules do to the lengths: the network in this browser says it while one paints. */

import { networkOf } from "../network/network.js";

export class LiveAnswer {
  /** @param {() => void} changed called when an answer has come. */
  constructor(changed) {
    this.changed = changed;
    this.settings = null; // the network's files, from the server; null where it answers itself
    this.waiting = null; // what was asked while an answer was under way
    this.isAsking = false;
    this.answer = null;
  }

  /**
   * @param {string} name of the digit and of those that are silent.
   * @returns {{data: Float32Array, shape: number[]} | null} lengths after each of ten rounds; null
   *   where they are not known.
   */
  lengthsOf(name) {
    return this.answer?.name === name ? this.answer.lengths : null;
  }

  /**
   * Ask for an answer, or for a newer one that comes meanwhile. The network is loaded by the first.
   *
   * @param {string} name as for `lengthsOf`.
   * @param {Uint8Array} levels the digit, 255 for ink.
   * @param {Set<number>} silenced places along I.
   */
  async want(name, levels, silenced) {
    if (!this.settings || this.answer?.name === name) return;
    this.waiting = { name, levels, silenced: new Set(silenced) };
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.waiting) await this.#ask();
    this.isAsking = false;
  }

  async #ask() {
    const { name, levels, silenced } = this.waiting;
    const { about } = this.settings;
    this.waiting = null;
    try {
      const network = await networkOf(this.settings);
      const image = Float32Array.from(levels, (level) => level / 255);
      const mask = new Float32Array(about.primaryCapsules);
      for (const place of silenced) mask[place] = 1;
      const { lengths: data } = await network.ask("lengths", { image, silenced: mask });
      const shape = [data.length / about.classes, about.classes];
      this.answer = { name, lengths: { data, shape } };
      this.changed();
    } catch {
      this.settings = null; // the server says it, a little later
    }
  }
}
