/** A map of a class's real poses on their first two principal axes; a ring in it moves the pose. */

import { number, signed } from "../number_format.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const LEAST_REACH = 3; // standard deviations either way
const STEP = 0.1; // of an arrow key, in standard deviations
const KEYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class PoseMap {
  constructor(explorer) {
    this.explorer = explorer;
    this.section = explorer.find(".pose-map");
    this.plane = explorer.find(".pose-plane");
    this.nearest = explorer.find(".pose-nearest");
    this.#build();
    this.section.addEventListener("toggle", () => this.paint());
  }

  /** Show where the pose is; costs nothing while the map is closed. */
  paint() {
    const { explorer } = this;
    this.section.hidden = !explorer.real;
    if (!explorer.real || !this.section.open) return;
    if (this.real !== explorer.real) this.#place(explorer.real);
    const [x, y] = this.#place2d();
    const held = [x, y].map((at) => Math.max(-this.reach, Math.min(this.reach, at)));
    this.ring.setAttribute("transform", `translate(${held[0]} ${-held[1]})`);
    const where = `axis 1 ${signed(x, 1)} σ, axis 2 ${signed(y, 1)} σ`;
    this.drawing.ariaValueText = where;
    this.drawing.ariaValueNow = number(x, 2).replace("−", "-");
    this.#tellNearest(x, y, where);
  }

  #build() {
    const make = (tag, parent) => parent.appendChild(document.createElementNS(NAMESPACE, tag));
    this.drawing = make("svg", this.plane);
    this.drawing.setAttribute("role", "slider");
    this.drawing.setAttribute("tabindex", "0");
    this.drawing.dataset.testid = "pose-map";
    this.drawing.ariaLabel = "The pose on the first two principal axes";
    this.cross = make("path", this.drawing);
    this.dots = make("path", this.drawing);
    this.dots.setAttribute("class", "pose-dots");
    this.chosen = make("circle", this.drawing);
    this.chosen.setAttribute("class", "pose-near");
    this.ring = make("circle", this.drawing);
    this.ring.setAttribute("class", "pose-ring");
    for (const [name, end] of [
      ["from it", "from"],
      ["into it", "to"],
    ]) {
      const button = document.createElement("button");
      button.textContent = `Morph ${name}`;
      button.addEventListener("click", () => this.explorer.morph.take(end, this.number));
      this[end] = button;
    }
    this.words = document.createElement("span");
    this.nearest.append(this.words, this.from, this.to);
    this.#listen();
  }

  /** The dots of one class: each is a line of no length with round ends. */
  #place(real) {
    this.real = real;
    const farthest = Math.max(...real.points.flat().map(Math.abs));
    const reach = (this.reach = Math.max(LEAST_REACH, Math.ceil(2 * farthest) / 2));
    this.drawing.setAttribute("viewBox", `${-reach} ${-reach} ${2 * reach} ${2 * reach}`);
    this.drawing.ariaValueMin = -reach;
    this.drawing.ariaValueMax = reach;
    this.cross.setAttribute("d", `M${-reach} 0H${reach}M0 ${-reach}V${reach}`);
    this.dots.setAttribute("d", real.points.map(([x, y]) => `M${x} ${-y}h0`).join(""));
    this.ring.setAttribute("r", reach / 22);
    this.chosen.setAttribute("r", reach / 60);
  }

  /** Where the pose lies on the map. */
  #place2d() {
    const { axes } = this.explorer;
    return [0, 1].map((k) => axes.own[k] + axes.values[k]);
  }

  #tellNearest(x, y, where) {
    const { points, images } = this.real;
    const far = points.map(([a, b]) => (a - x) ** 2 + (b - y) ** 2);
    const at = far.indexOf(Math.min(...far));
    this.number = images[at];
    this.chosen.setAttribute("cx", points[at][0]);
    this.chosen.setAttribute("cy", -points[at][1]);
    this.words.textContent = `${where}. Nearest real ${this.explorer.data.one}: number ${this.number}. `;
  }

  #listen() {
    const { drawing } = this;
    drawing.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      drawing.setPointerCapture(event.pointerId);
      this.before = this.explorer.pose.shifts;
      this.isHeld = true;
      this.explorer.rest();
      this.#follow(event);
    });
    drawing.addEventListener("pointermove", (event) => this.isHeld && this.#follow(event));
    drawing.addEventListener("pointerup", () => this.#letGo());
    drawing.addEventListener("pointercancel", () => {
      if (this.isHeld) this.explorer.jump(this.before);
      this.#letGo();
    });
    drawing.addEventListener("keydown", (event) => this.#key(event));
  }

  #follow({ clientX, clientY }) {
    const box = this.drawing.getBoundingClientRect();
    const share = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
    this.#go(this.reach * (2 * share[0] - 1), this.reach * (1 - 2 * share[1]));
  }

  #letGo() {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.explorer.commit();
  }

  #key(event) {
    const way = KEYS[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.explorer.stop();
    const step = event.shiftKey ? 5 * STEP : STEP;
    const [x, y] = this.#place2d();
    this.#go(x + way[0] * step, y + way[1] * step);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.explorer.commit(), 400);
  }

  #go(...place) {
    const { axes } = this.explorer;
    const held = place.map((at) => Math.max(-this.reach, Math.min(this.reach, at)));
    axes.moveTo(axes.values.map((z, k) => (k < 2 ? held[k] - axes.own[k] : z)));
  }
}
