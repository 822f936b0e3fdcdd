/** The buttons above the sliders, and Ctrl+Z: what they do to the pose. */

import { isUndo } from "../dom.js";

const FIELDS = "input:not([type=range]), textarea, [contenteditable]"; // have an undo of their own
const remembered = (globalThis.capsnetPose ??= { large: false }); // across page changes

export class PoseButtons {
  constructor(explorer) {
    this.explorer = explorer;
    const unbent = () => explorer.set({ shifts: explorer.pose.shifts.map(() => 0) });
    this.#onClick(explorer.hook("reset"), unbent);
    this.#onClick(explorer.hook("random"), () => explorer.jump(explorer.directions.random()));
    for (const name of ["dimensions", "axes"]) {
      const by_axes = name === "axes";
      this.#onClick(explorer.hook(`by-${name}`), () => explorer.set({ by_axes }));
    }
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

  /** Which of the two the sliders move, and what is said of it. */
  showDirections() {
    const { find, hook, directions, axes, real, data, pose } = this.explorer;
    const areAxes = directions === axes;
    hook("by-axes").ariaPressed = areAxes;
    hook("by-dimensions").ariaPressed = !areAxes;
    find(".pose-directions").hidden = !data.real;
    find(".pose-reach").hidden = areAxes;
    const isMeasured = Boolean(data.meanings?.[pose.capsule]);
    find(".pose-legend").hidden = !isMeasured || areAxes;
    find(".pose-legend-axes").hidden = !areAxes;
    find(".pose-legend-bars").hidden = !real;
    for (const count of this.explorer.root.querySelectorAll(".pose-count")) {
      count.textContent = `${real?.images.length} real ${data.one}s of class ${data.names[pose.capsule]}`;
    }
  }
}
