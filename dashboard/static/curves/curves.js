/** Line charts as SVG, drawn anew into the same place whenever their data changes. */

import { Lasting } from "../lasting.js";

const NARROWEST = 400;
const GAP = 24;
const EDGE = { left: 62, right: 16, top: 12, bottom: 44 };
const COLOURS = 6;
const NAMESPACE = "http://www.w3.org/2000/svg";

function svg(tag, attributes, text = "") {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

/** A step of 1, 2 or 5 times a power of ten that divides a range into about `count` parts. */
function niceStep(range, count) {
  const rough = range / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
}

function ticks(low, high, count) {
  if (!(high > low)) return [low];
  const step = niceStep(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** A tick's label, with as many decimals as tell it from the next one. */
function tickLabel(value, step, format) {
  const [shown, apart] = format === "percent" ? [100 * value, 100 * step] : [value, step];
  if (apart < 0.0005) return shown === 0 ? "0" : shown.toExponential(1);
  const decimals = Math.max(0, -Math.floor(Math.log10(apart) + 1e-9));
  return shown.toFixed(decimals) + (format === "percent" ? " %" : "");
}

/** A value, with the same number of decimals wherever it lies. */
function told(value, chart) {
  return chart.format === "percent"
    ? `${(100 * value).toFixed(2)} %`
    : value.toFixed(chart.decimals);
}

/** Where data lies on the paper. */
function scales(chart, width) {
  const height = Math.round(Math.min(360, Math.max(260, width / 2)));
  const points = chart.lines.flatMap((line) => line.points);
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  if (chart.reference) ys.push(chart.reference.value);
  const toX = Math.max(chart.span ?? 0, ...xs, 0.01);
  let low = chart.low ?? Math.min(...ys);
  let high = chart.high ?? Math.max(...ys);
  if (!(high > low))
    [low, high] = [low - 0.5 * Math.abs(low || 1), high + 0.5 * Math.abs(high || 1)];
  const wide = width - EDGE.left - EDGE.right;
  const tall = height - EDGE.top - EDGE.bottom;
  return {
    toX,
    low,
    high,
    width,
    height,
    x: (value) => EDGE.left + (value / toX) * wide,
    y: (value) =>
      EDGE.top + (1 - (Math.min(Math.max(value, low), high) - low) / (high - low)) * tall,
    back: (pixel) => ((pixel - EDGE.left) / wide) * toX,
  };
}

function axes(paper, chart, at) {
  const levels = ticks(at.low, at.high, 4);
  for (const value of levels) {
    const y = at.y(value);
    paper.append(
      svg("line", { class: "curves-grid", x1: EDGE.left, x2: at.width - EDGE.right, y1: y, y2: y }),
    );
    const label = tickLabel(value, niceStep(at.high - at.low, 4), chart.format);
    paper.append(svg("text", { x: EDGE.left - 8, y: y + 5, "text-anchor": "end" }, label));
  }
  for (const value of ticks(0, at.toX, 6)) {
    const label = tickLabel(value, niceStep(at.toX, 6));
    paper.append(
      svg(
        "text",
        { x: at.x(value), y: at.height - EDGE.bottom + 20, "text-anchor": "middle" },
        label,
      ),
    );
  }
  const middle = (EDGE.left + at.width - EDGE.right) / 2;
  paper.append(svg("text", { x: middle, y: at.height - 4, "text-anchor": "middle" }, chart.across));
}

function plot(paper, chart, at) {
  if (chart.reference) {
    const y = at.y(chart.reference.value);
    paper.append(
      svg("line", {
        class: "curves-reference",
        x1: EDGE.left,
        x2: at.width - EDGE.right,
        y1: y,
        y2: y,
      }),
    );
    paper.append(
      svg(
        "text",
        { x: at.width - EDGE.right, y: y - 6, "text-anchor": "end" },
        chart.reference.name,
      ),
    );
  }
  chart.lines.forEach((line, i) => {
    if (!line.points.length) return;
    const style = `--line: var(--c${line.colour % COLOURS})`;
    const path = line.points.map(
      ([x, y], k) => `${k ? "L" : "M"}${at.x(x).toFixed(1)} ${at.y(y).toFixed(1)}`,
    );
    const drawn = svg("path", { class: "curves-line", style, d: path.join("") });
    if (line.dashed) drawn.setAttribute("stroke-dasharray", "9 6");
    paper.append(drawn);
    if (line.dots || line.points.length === 1) {
      // A single point is a ring around those that later lines may have at the same place.
      const r = 4.5 + (line.points.length === 1 ? 2 * (chart.lines.length - 1 - i) : 0);
      for (const [x, y] of line.points)
        paper.append(svg("circle", { class: "curves-dot", style, cx: at.x(x), cy: at.y(y), r }));
    }
  });
}

function nearest(points, x) {
  return points.reduce((best, point) =>
    Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best,
  );
}

/** The lines' names, with their values at x, or the last ones. */
function named(chart, x) {
  return chart.lines.map((line) => {
    const atRest = line.told ?? line.points.at(-1);
    const point = x === null ? atRest : line.points.length && nearest(line.points, x);
    return point ? `${line.name} ${told(point[1], chart)}` : line.name;
  });
}

function legend(chart, names) {
  return chart.lines.map((line, k) => {
    const item = document.createElement("span");
    const mark = document.createElement("i");
    mark.style.setProperty("--line", `var(--c${line.colour % COLOURS})`);
    mark.classList.toggle("curves-dashed", Boolean(line.dashed));
    item.append(mark, names[k]);
    return item;
  });
}

/** One chart, read with a pointer or with the arrow keys; both stay where they are while it is redrawn. */
class Figure {
  constructor() {
    this.x = null; // where it is read, in epochs
    this.root = document.createElement("figure");
    this.title = document.createElement("figcaption");
    this.legend = document.createElement("div");
    this.legend.className = "curves-legend";
    this.paper = svg("svg", { role: "slider", tabindex: 0, "aria-valuemin": 0 });
    this.root.append(this.title, this.legend, this.paper);
    const under = ({ clientX }) => {
      const frame = this.paper.getBoundingClientRect();
      this.read(this.at.back(((clientX - frame.left) / frame.width) * this.at.width));
    };
    this.paper.addEventListener("pointermove", under);
    this.paper.addEventListener("pointerdown", under);
    this.paper.addEventListener("pointerleave", () => this.read(null));
    this.paper.addEventListener("blur", () => this.read(null));
    this.paper.addEventListener("keydown", (event) => this.press(event));
  }

  draw(chart, width) {
    this.chart = chart;
    const at = (this.at = scales(chart, width));
    this.title.textContent = chart.title;
    const last = chart.lines.filter((line) => line.points.length);
    const spoken = last.map(
      (line) => `${line.name}: ${told((line.told ?? line.points.at(-1))[1], chart)}`,
    );
    const described = {
      "aria-label": `${chart.title}. ${spoken.join(", ")}`,
      "aria-valuemax": at.toX,
    };
    for (const [name, value] of Object.entries({
      ...described,
      viewBox: `0 0 ${width} ${at.height}`,
    })) {
      this.paper.setAttribute(name, value);
    }
    this.paper.replaceChildren();
    axes(this.paper, chart, at);
    plot(this.paper, chart, at);
    this.cursor = svg("line", {
      class: "curves-cursor",
      y1: EDGE.top,
      y2: at.height - EDGE.bottom,
    });
    this.paper.append(this.cursor);
    this.read(this.x);
  }

  /** Show the values at x; null: the last ones. */
  read(x) {
    const { chart, at, cursor, paper } = this;
    this.x = x === null ? null : Math.min(Math.max(x, 0), at.toX);
    cursor.setAttribute("visibility", x === null ? "hidden" : "visible");
    if (x !== null) for (const end of ["x1", "x2"]) cursor.setAttribute(end, at.x(this.x));
    const names = named(chart, this.x);
    this.legend.replaceChildren(...legend(chart, names));
    const where =
      this.x === null ? "" : `${chart.across} ${Number(this.x.toFixed(2))}: ${names.join(", ")}`;
    paper.setAttribute("aria-valuenow", this.x ?? at.toX);
    paper.setAttribute("aria-valuetext", where || "arrow keys read the points");
  }

  /** Arrow keys go from point to point of any of the lines. */
  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { x } = this;
    const xs = this.chart.lines
      .flatMap((line) => line.points.map((point) => point[0]))
      .sort((a, b) => a - b);
    const found = {
      ArrowLeft: () => xs.findLast((each) => x === null || each < x) ?? xs[0],
      ArrowRight: () => xs.find((each) => x === null || each > x) ?? xs.at(-1),
      Home: () => xs[0],
      End: () => xs.at(-1),
    }[event.key]?.();
    if (found === undefined) return;
    event.preventDefault();
    this.read(found);
  }
}

/** A dark page has light text. */
function isDark(element) {
  const [red, green, blue] = getComputedStyle(element)
    .color.match(/[\d.]+/g)
    .map(Number);
  return red + green + blue > 384;
}

class Curves {
  constructor(root) {
    this.root = root;
    this.figures = [];
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(root);
  }

  draw(charts = this.charts) {
    this.charts = charts;
    const wide = this.root.clientWidth;
    if (!wide) return;
    let columns = Math.min(
      charts.length,
      Math.max(1, Math.floor((wide + GAP) / (NARROWEST + GAP))),
    );
    while (charts.length % columns) columns--; // no row is left half empty
    this.root.style.setProperty("--columns", columns);
    const width = Math.floor((wide - (columns - 1) * GAP) / columns);
    this.root.classList.toggle("curves-dark", isDark(this.root));
    const drawn = JSON.stringify([charts, width]);
    if (this.drawn === drawn) return;
    this.drawn = drawn;
    for (const figure of this.figures.splice(charts.length)) figure.root.remove();
    charts.forEach((chart, k) => {
      if (!this.figures[k]) this.root.append((this.figures[k] = new Figure()).root);
      this.figures[k].draw(chart, width);
    });
  }
}

const all = new Lasting(
  (place) => new Curves(place.querySelector(".curves")),
  (curves) => curves.observer.disconnect(),
);

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data }) {
  all.in(parentElement).draw(data.charts);
  return all.cleanup(parentElement);
}
