/** The buttons above the sliders, and Ctrl+Z: what they do to the pose. */

import { isUndo } from "../dom.js";
import { rounded } from "./pose_vectors.js";

const FIELDS = "input:not([type=range]), textarea, [contenteditable]"; // have an undo of their own
const remembered = (globalThis.capsnetPose ??= { large: false }); // across page changes

export class PoseButtons {
  constructor(explorer) {
    this.explorer = explorer;
    const shifted = (shift) => explorer.set({ shifts: explorer.pose.shifts.map(shift) });
    this.#onClick(explorer.hook("reset"), () => shifted(() => 0));
    this.#onClick(explorer.hook("random"), () => shifted(() => this.#randomShift()));
    explorer.hook("undo").addEventListener("click", () => explorer.undo());
    const { signal } = explorer.listeners;
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
    for (const button of explorer.root.querySelectorAll(".pose-span")) {
      button.addEventListener("click", () => this.#reach(Number(button.dataset.span)));
    }
    this.#listenToSize();
  }

  #onClick(button, act) {
    button.addEventListener("click", () => {
      this.explorer.rest();
      act();
      this.explorer.commit();
    });
  }

  /** Ctrl+Z anywhere on the page but in a field. */
  #press(event) {
    if (!isUndo(event) || event.composedPath()[0].closest?.(FIELDS)) return;
    event.preventDefault();
    this.explorer.undo();
  }

  /** Sixteen small strips at once, or large ones beneath each other, as for a lecture hall. */
  #listenToSize() {
    const { root, hook } = this.explorer;
    const button = hook("large");
    const show = (large) => {
      root.classList.toggle("pose-is-large", large);
      button.ariaPressed = large;
    };
    show(remembered.large);
    button.addEventListener("click", () => show((remembered.large = !remembered.large)));
  }

  /** Another reach of the sliders; shifts beyond it come back to its ends, and this is said. */
  #reach(span) {
    const { explorer } = this;
    explorer.rest();
    const beyond = explorer.pose.shifts.filter((s) => Math.abs(s) > span).length;
    const shifts = explorer.pose.shifts.map((s) => Math.max(-span, Math.min(span, s)));
    explorer.set({ span, shifts });
    explorer.commit();
    if (!beyond) return;
    const sliders = beyond > 1 ? `${beyond} sliders were` : "One slider was";
    explorer.say(`${sliders} beyond ±${span} and came back to it. Undo brings the pose back.`);
  }

  #randomShift() {
    return rounded(this.explorer.pose.span * (2 * Math.random() - 1));
  }
}
