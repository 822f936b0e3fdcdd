/** The hand on the sheet: mouse, finger and arrow keys move one digit or the other. */

import { element } from "../dom.js";
import { boxOf } from "./laying.js";

const KEYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const REST = 400; // ms without a key until the hand is taken to rest
const NAMES = ["First", "Second"];

export class Dragging {
  constructor(sheet) {
    this.sheet = sheet;
    this.paper = sheet.hook("sheet");
    this.grips = NAMES.map((name, which) => {
      const grip = element("div", `sheet-grip sheet-grip-${name.toLowerCase()}`);
      grip.dataset.testid = `sheet-grip-${name.toLowerCase()}`;
      grip.tabIndex = 0;
      grip.setAttribute("role", "slider");
      grip.addEventListener("keydown", (event) => this.#key(event, which));
      return this.paper.appendChild(grip);
    });
    this.paper.addEventListener("pointerdown", (event) => this.#press(event));
    this.paper.addEventListener("pointermove", (event) => this.held && this.#follow(event));
    this.paper.addEventListener("pointerup", () => this.#letGo());
    this.paper.addEventListener("pointercancel", () => this.#letGo());
  }

  get isHeld() {
    return this.held !== undefined;
  }

  /** Take the pictures whose ink is held. */
  build(inks) {
    this.inks = inks;
    this.boxes = inks.map((ink) => boxOf(ink, this.sheet.data.shape));
  }

  /** Put the boxes around where the digits are. */
  place() {
    const [rows, columns] = this.sheet.data.shape;
    this.grips.forEach((grip, which) => {
      const [left, top, right, bottom] = this.boxes[which];
      const [x, y] = this.sheet.places[which];
      const share = (pixels, of) => `${(100 * pixels) / of}%`;
      Object.assign(grip.style, {
        left: share(left + x, columns),
        top: share(top + y, rows),
        width: share(right - left, columns),
        height: share(bottom - top, rows),
      });
      const { one, farthest } = this.sheet.data;
      grip.ariaLabel = `${NAMES[which]} ${one}: arrow keys move it`;
      grip.ariaValueMin = -farthest;
      grip.ariaValueMax = farthest;
      grip.ariaValueNow = x;
      grip.ariaValueText = `${x} pixels right, ${y} down`;
    });
  }

  leave() {
    clearTimeout(this.resting);
  }

  #press(event) {
    if (event.button !== 0 || this.held) return;
    event.preventDefault();
    this.paper.setPointerCapture(event.pointerId);
    const at = this.#pixelAt(event);
    const which = this.#nearest(at);
    this.held = { which, at, from: this.sheet.places[which] };
    this.grips[which].classList.add("sheet-is-moved");
    this.paper.classList.add("sheet-is-held");
  }

  #follow(event) {
    const { which, at, from } = this.held;
    const now = this.#pixelAt(event);
    this.sheet.move(
      which,
      from.map((start, k) => start + Math.round(now[k] - at[k])),
    );
  }

  #letGo() {
    if (!this.held) return;
    const { which, from } = this.held;
    this.held = undefined;
    this.grips[which].classList.remove("sheet-is-moved");
    this.paper.classList.remove("sheet-is-held");
    if (this.sheet.places[which] !== from) this.sheet.release();
  }

  #key(event, which) {
    const way = KEYS[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const before = this.sheet.places[which];
    this.sheet.move(
      which,
      before.map((at, k) => at + way[k]),
    );
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.sheet.release(), REST);
  }

  /** Where on the sheet a pointer is, in pixels of the picture. */
  #pixelAt({ clientX, clientY }) {
    const [rows, columns] = this.sheet.data.shape;
    const box = this.paper.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * columns;
    return [x, ((clientY - box.top) / box.height) * rows];
  }

  /** The digit whose ink is nearest to a place. */
  #nearest([x, y]) {
    const [, columns] = this.sheet.data.shape;
    const far = this.inks.map((ink, which) => {
      const [right, down] = this.sheet.places[which];
      let least = Infinity;
      ink.forEach((value, i) => {
        if (value < 0.3) return;
        const [dx, dy] = [
          (i % columns) + right + 0.5 - x,
          Math.floor(i / columns) + down + 0.5 - y,
        ];
        least = Math.min(least, dx * dx + dy * dy);
      });
      return least;
    });
    return far[1] <= far[0] ? 1 : 0;
  }
}
