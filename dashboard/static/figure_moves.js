/**
 * Lines, dots, bars and cells that take new values where Plotly has drawn them.
 *
 * `Plotly.animate` reads the whole figure anew for each step, a millisecond and more for each trace,
 * whatever has changed (docs/benchmarks.md). What only goes elsewhere, or has another colour, needs
 * none of it: it is changed in place, and so is what Plotly keeps of it, so that zooming, hovering
 * and saving go on from there. For all else `moved` is false, and Plotly does it.
 */

import { bytesOf, newCanvas, paint } from "./ink.js";

const TYPES = { f4: Float32Array, f8: Float64Array };
const SHADES = 256;
const XLINK = "http://www.w3.org/1999/xlink";

/**
 * Give traces other values.
 * @param {HTMLElement} paper where Plotly has drawn
 * @param {object[]} data new `x` and `y` of scatter traces, `y`, `text` and colours of the only
 *   bars, `z` of the only heat map; of as many values as before
 * @param {number[]} traces whose they are
 * @returns {boolean} false: it is more than that, and nothing has been changed
 */
export function moved(paper, data, traces) {
  const kinds = { scatter: lineMoved, bar: barsMoved, heatmap: cellsMoved };
  const ways = traces.map((k, n) => kinds[paper.data[k].type]?.(paper, k, data[n]));
  if (!ways.every(Boolean)) return false;
  for (const way of ways) way();
  return true;
}

/** A trace as Plotly holds it, with its points and axes; null if other things of it change. */
function held(paper, k, type, { type: wanted = type, ...values }, names) {
  const trace = paper["_fullData"][k];
  const isSo = wanted === type && trace.type === type && trace.visible === true;
  if (!isSo || !Object.keys(values).every((name) => names.includes(name))) return null;
  const { xaxis, yaxis } = paper["_fullLayout"]["_plots"][trace.xaxis + trace.yaxis];
  return { trace, points: paper.calcdata[k], xaxis, yaxis };
}

function lineMoved(paper, k, change) {
  const found = held(paper, k, "scatter", change, ["x", "y"]);
  const drawn = found && paper.querySelector(`.scatterlayer .trace${found.trace.uid}`);
  if (!drawn) return null;
  const { trace, points, xaxis, yaxis } = found;
  const xs = change.x ? plain(change.x) : points.map(({ x }) => x);
  const ys = change.y ? plain(change.y) : points.map(({ y }) => y);
  const isWhole = (values) => values.length === points.length && values.every(Number.isFinite);
  if (!isWhole(xs) || !isWhole(ys)) return null;
  return () => {
    points.forEach((point, i) => Object.assign(point, { x: xs[i], y: ys[i] }));
    for (const kept of [paper.data[k], trace]) Object.assign(kept, { x: xs, y: ys });
    const places = points.map(({ x, y }) => [xaxis.c2p(x), yaxis.c2p(y)]);
    drawn.querySelector(".js-line")?.setAttribute("d", `M${places.join("L")}`);
    for (const dot of drawn.querySelectorAll(".point")) {
      dot.setAttribute("transform", `translate(${places[dot["__data__"].i]})`);
    }
  };
}

/** Upright bars from zero, with their values above them. */
function barsMoved(paper, k, change) {
  const found = held(paper, k, "bar", change, ["y", "text", "marker"]);
  const { text, marker: { color, ...looks } = {} } = change;
  const bars = [...paper.querySelectorAll(".barlayer .point")];
  const y = plain(change.y ?? []);
  const isWhole = found && bars.length === found.points.length && y.length === bars.length;
  if (!isWhole || !y.every(Number.isFinite) || Object.keys(looks).length) return null;
  const { trace, points, xaxis, yaxis } = found;
  const labels = bars.map((bar) => bar.querySelector("text"));
  const isTold = text ? labels.every(Boolean) : labels.every((label) => !label);
  if (!isTold || yaxis.type !== "linear" || points.some(({ b }) => b)) return null;
  return () => {
    for (const kept of [paper.data[k], trace]) {
      Object.assign(kept, { y, text: text ?? kept.text });
      if (color) kept.marker = { ...kept.marker, color };
    }
    const zero = yaxis.c2p(0);
    bars.forEach((bar, n) => {
      const point = points[n];
      const rise = yaxis.c2p(y[n]) - yaxis.c2p(point.s);
      Object.assign(point, { s: y[n], y: y[n], tx: text?.[n], mc: color?.[n] ?? point.mc });
      const [left, right] = [point.p0, point.p1].map((place) => xaxis.c2p(place, true));
      const path = bar.querySelector("path");
      path.setAttribute("d", `M${left},${zero}V${yaxis.c2p(y[n])}H${right}V${zero}Z`);
      if (color) path.style.fill = color[n];
      if (text) raised(labels[n], text[n], rise);
    });
  };
}

function raised(label, text, pixels) {
  const [x, y] = label.getAttribute("transform").match(/-?[\d.]+/g);
  label.setAttribute("transform", `translate(${x},${Number(y) + pixels})`);
  label.textContent = text;
}

/** Cells without gaps are an image that has a pixel for each, and is enlarged. */
function cellsMoved(paper, k, change) {
  const found = held(paper, k, "heatmap", change, ["z"]);
  const [image, ...others] = paper.querySelectorAll(".hm image");
  const isAlone = image?.style.imageRendering && !others.length;
  if (!found || !isAlone || found.trace.texttemplate || !change.z) return null;
  const { trace, points, xaxis, yaxis } = found;
  const [z, before] = [rowsOf(change.z), points[0].z];
  const fits = z.length === before.length && z[0].length === before[0].length;
  if (!fits || !z.flat().every(Number.isFinite)) return null;
  return () => {
    points[0].z = z;
    for (const kept of [paper.data[k], trace]) kept.z = z;
    const isRight = xaxis.c2p(0) < xaxis.c2p(1);
    const rows = z.map((row) => (isRight ? row : [...row].reverse()));
    const shown = yaxis.c2p(0) < yaxis.c2p(1) ? rows : rows.reverse();
    image.setAttributeNS(XLINK, "href", painted(shown, trace));
  };
}

function painted(rows, { colorscale, zmin, zmax }) {
  const canvas = newCanvas(rows[0].length, rows.length);
  const table = shades(colorscale);
  paint(canvas, rows.flat(), (value, rgba, at) => {
    const share = Math.min(1, Math.max(0, (value - zmin) / (zmax - zmin || 1)));
    const from = 4 * Math.round(share * (SHADES - 1));
    rgba.set(table.subarray(from, from + 3), at);
  });
  return canvas.toDataURL();
}

const TABLES = new Map();

/** A colour scale as a table of red, green, blue and alpha. */
function shades(colorscale) {
  const name = JSON.stringify(colorscale);
  if (!TABLES.has(name)) {
    const context = newCanvas(SHADES, 1).getContext("2d");
    const ramp = context.createLinearGradient(0.5, 0, SHADES - 0.5, 0);
    for (const [place, colour] of colorscale) ramp.addColorStop(place, colour);
    context.fillStyle = ramp;
    context.fillRect(0, 0, SHADES, 1);
    TABLES.set(name, context.getImageData(0, 0, SHADES, 1).data);
  }
  return TABLES.get(name);
}

/** Numbers as plotly.py writes them, a list or base64, as a list. */
function plain(values) {
  if (Array.isArray(values)) return values;
  const Type = TYPES[values.dtype];
  return Type ? Array.from(new Type(bytesOf(values.bdata).buffer)) : [];
}

/** The same for a table of numbers. */
function rowsOf(values) {
  if (Array.isArray(values)) return values;
  const [rows, columns] = values.shape.split(",").map(Number);
  const all = plain(values);
  return Array.from({ length: rows }, (_, k) => all.slice(k * columns, (k + 1) * columns));
}
