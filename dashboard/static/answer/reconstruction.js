/**
 * The reconstruction: of one class in ink, of two in a colour each, over the ink; and how far it is
 * off what the network was given.
 */

import { paint, paintPicture, shapeCanvas } from "../ink.js";
import { isPresent } from "../number_format.js";

/** Of the first and the second class: `claimed` of dashboard/views/parts/layer_pictures.py has them too. */
const COLOURS = [
  { name: "blue", rgb: [0, 114, 178] },
  { name: "orange", rgb: [213, 94, 0] },
];
const FAINT = 60; // grey levels that full ink takes from the paper beneath the colours

export class Reconstruction {
  /**
   * @param {HTMLCanvasElement} canvas where it is painted
   * @param {HTMLElement} caption what it is
   * @param {HTMLElement} note that it is poor
   */
  constructor(canvas, caption, note) {
    Object.assign(this, { canvas, caption, note });
  }

  /**
   * @param {object} shown `lengths`, `seen` and `drawings` are null where there is no image
   * @param {number} full the number that stands for full ink or light
   * @param {number | null} usual the squared error that 95 % of validation images stay below
   */
  show({ names, lengths, seen, drawings, shape }, full, usual) {
    const pixels = shape.reduce((a, b) => a * b, 1);
    const own = (j) => drawings?.subarray(j * pixels, (j + 1) * pixels);
    const order = lengths ? [...lengths.keys()].sort((a, b) => lengths[b] - lengths[a]) : [];
    const two = order.filter((j) => isPresent(lengths[j])).slice(0, 2);
    this.note.textContent = "";
    if (two.length === 2 && shape[2] === 1) {
      this.#paintTwo(seen, two.map(own), shape, full);
      const [first, second] = two.map((j, k) => `${names[j]} in ${COLOURS[k].name}`);
      const words = `Over the ink: ${first}, ${second}`;
      return this.#tell(words, `Reconstructions. ${words}`);
    }
    const [longest] = order;
    const drawn = longest === undefined ? null : own(longest);
    paintPicture(this.canvas, drawn, shape, full);
    if (!drawn || !seen) return this.#tell("Reconstruction");
    const error = squaredError(seen, drawn, full);
    this.#tell(`Reconstruction, squared error ${error.toFixed(1)}`);
    if (usual && error > usual) {
      this.note.textContent =
        `Redrawn poorly: 95\u00a0% of the validation images have a squared error of at most ` +
        `${usual.toFixed(1)}.`;
    }
  }

  #tell(words, label = words) {
    this.caption.textContent = words;
    this.canvas.setAttribute("aria-label", label);
  }

  #paintTwo(seen, drawn, shape, full) {
    shapeCanvas(this.canvas, shape);
    paint(this.canvas, seen, (ink, rgba, at, i) => {
      const shares = drawn.map((picture) => picture[i] / full);
      const most = Math.max(1, shares[0] + shares[1]);
      for (let channel = 0; channel < 3; channel++) {
        const taken = COLOURS.map(({ rgb }, k) => ((255 - rgb[channel]) * shares[k]) / most);
        rgba[at + channel] = 255 - (FAINT * ink) / full - taken[0] - taken[1];
      }
    });
  }
}

/** Summed over the pixels, as `evaluate` of capsnet/analysis/evaluation.py has it. */
function squaredError(seen, drawn, full) {
  return seen.reduce((sum, value, i) => sum + ((value - drawn[i]) / full) ** 2, 0);
}
