/** How many real poses have which value, under a slider and on its scale. */

import { PICTURES } from "./strips.js";

const NAMESPACE = "http://www.w3.org/2000/svg";

export class Histogram {
  /** @param {HTMLElement} box what it fills. */
  constructor(box) {
    this.box = box;
    this.drawing = document.createElementNS(NAMESPACE, "svg");
    this.drawing.setAttribute("preserveAspectRatio", "none");
    this.path = this.drawing.appendChild(document.createElementNS(NAMESPACE, "path"));
    box.append(this.drawing);
  }

  /**
   * @param {{first: number, width: number, counts: number[]} | undefined} counted by the server.
   * @param {number} middle the value under the middle of the slider.
   * @param {number} reach how far the slider goes either way.
   */
  show(counted, middle, reach) {
    this.box.hidden = !counted;
    if (!counted) return;
    if (counted !== this.counted) {
      this.counted = counted;
      this.path.setAttribute("d", outline(counted));
    }
    // The slider's ends lie in the middle of the strip's first and last picture.
    const half = (reach * PICTURES) / (PICTURES - 1);
    const most = Math.max(...counted.counts);
    const view = `${middle - half} ${-most} ${2 * half} ${most}`;
    if (view !== this.view) this.drawing.setAttribute("viewBox", (this.view = view));
  }
}

/** The bars as one shape, upwards: y is minus the count. */
function outline({ first, width, counts }) {
  const bars = counts.map(
    (count, i) => `H${first + i * width}V${-count}H${first + (i + 1) * width}`,
  );
  return `M${first} 0${bars.join("")}V0Z`;
}
