/** Figures side by side, or one below the other where it is narrow; changed in place. */

import { element } from "../dom.js";
import { themed } from "../figure_theme.js";
import { Figure } from "../figures.js";
import { ComponentInstances } from "../component_instances.js";

const NARROWEST = 400;
const GAP = 24;

class Figures {
  constructor(root) {
    this.root = root;
    this.figures = [];
    this.sizes = new ResizeObserver(() => this.arrange());
    this.sizes.observe(root);
    this.takeLengths = ({ detail }) => this.showLengths(detail);
    globalThis.addEventListener("capsnet-lengths", this.takeLengths);
  }

  /** Lengths that another component of the page has found, until the server's come. */
  showLengths({ name, lengths }) {
    const figure = this.figures.find(({ spec }) => spec?.layout.meta.name === name);
    const bars = figure?.spec.data[0];
    if (!bars || bars.text?.length !== lengths.length) return;
    const longest = (values) => values.indexOf(Math.max(...values));
    const before = longest(bars.text.map(Number));
    const accent = bars.marker.color[before];
    const faint = bars.marker.color.find((_, j) => j !== before);
    const color = lengths.map((_, j) => (j === longest(lengths) ? accent : faint));
    const text = lengths.map((length) => length.toFixed(2));
    const { colours } = themed(figure.place, figure.kit.dark);
    const shown = color.map((each) => colours[each] ?? each);
    figure.change([{ y: lengths, text, marker: { color: shown } }], [0]);
  }

  /** As many columns as leave no row half empty. */
  arrange() {
    const { length } = this.figures;
    const room = Math.floor((this.root.clientWidth + GAP) / (NARROWEST + GAP));
    let columns = Math.min(length, Math.max(1, room));
    while (columns > 1 && length % columns) columns--;
    this.root.style.setProperty("--columns", columns);
  }

  /** Tell what was clicked: other components of the page, and the server where it asks. */
  select(point) {
    globalThis.dispatchEvent(new CustomEvent("capsnet-point", { detail: point }));
    if (this.selects) this.send("selected", point);
  }

  show({ figures, selects, ...kit }, send) {
    Object.assign(this, { send, selects });
    while (this.figures.length > figures.length) {
      const gone = this.figures.pop();
      gone.leave();
      gone.place.remove();
    }
    while (this.figures.length < figures.length) {
      const place = element("figure", "");
      this.root.append(place);
      this.figures.push(new Figure(place, kit, { select: (point) => this.select(point) }));
    }
    this.arrange();
    figures.forEach((figure, k) => this.figures[k].show(figure));
  }

  leave() {
    this.sizes.disconnect();
    globalThis.removeEventListener("capsnet-lengths", this.takeLengths);
    for (const figure of this.figures) figure.leave();
  }
}

const PLACES = new ComponentInstances(
  (place) => new Figures(place.querySelector(".figures-grid")),
  (made) => made.leave(),
);

/** Called by Streamlit at first, and again whenever the data or the theme change. */
export default function ({ parentElement, data, setTriggerValue }) {
  PLACES.in(parentElement).show(data, setTriggerValue);
  return PLACES.cleanup(parentElement);
}
