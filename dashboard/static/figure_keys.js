/** A figure read with the keyboard: arrow keys go from value to value, which is shown and said. */

/**
 * Let arrow keys read a figure's values.
 * @param {object} figure of figures.js
 * @returns {() => void} ends it
 */
export function readingKeys(figure) {
  const { place } = figure;
  let at = { trace: 0, point: -1 };
  const press = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== place) return;
    const moved = figure.isDrawn && next(figure.paper, at, event.key);
    if (!moved) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own arrow keys step through the rounds
    at = moved;
    read(figure, at);
  };
  const rest = () => {
    at = { trace: 0, point: -1 };
    if (figure.isDrawn) figure.library.Fx.unhover(figure.paper);
  };
  place.addEventListener("keydown", press);
  place.addEventListener("blur", rest);
  return () => {
    place.removeEventListener("keydown", press);
    place.removeEventListener("blur", rest);
  };
}

/** The traces with their arrays as Plotly has decoded them, of which nothing public tells. */
function tracesOf(paper) {
  return paper["_fullData"];
}

/** The traces with values to be read, by their numbers. */
function readable(paper) {
  return tracesOf(paper).flatMap(({ visible, hoverinfo, type }, k) =>
    visible === true && hoverinfo !== "skip" && type !== "sankey" ? [k] : [],
  );
}

function sizeOf(trace) {
  if (trace.type !== "heatmap") return [1, trace.x?.length ?? 0];
  return [trace.z.length, trace.z[0]?.length ?? 0];
}

/** Left and right go along a line or a row, up and down to another; null: not a key of ours. */
function next(paper, { trace, point }, key) {
  const traces = readable(paper);
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  if (!step || !traces.length) return null;
  const current = traces.includes(trace) ? trace : traces[0];
  const [rows, columns] = sizeOf(tracesOf(paper)[current]);
  const within = (value, count) => Math.min(count - 1, Math.max(0, value));
  if (point < 0) return { trace: current, point: 0 };
  if (rows > 1) {
    const [row, column] = [Math.floor(point / columns), point % columns];
    return {
      trace: current,
      point: within(row + step[0], rows) * columns + within(column + step[1], columns),
    };
  }
  if (!step[0]) return { trace: current, point: within(point + step[1], columns) };
  const other = traces[within(traces.indexOf(current) + step[0], traces.length)];
  return { trace: other, point: within(point, sizeOf(tracesOf(paper)[other])[1]) };
}

function read({ paper, library, told }, { trace, point }) {
  const full = tracesOf(paper)[trace];
  const [rows, columns] = sizeOf(full);
  const [row, column] = [Math.floor(point / columns), point % columns];
  if (rows > 1) library.Fx.hover(paper, middleOf(paper, full.x[column], full.y[row]));
  else library.Fx.hover(paper, [{ curveNumber: trace, pointNumber: point }]);
  const x = short(full.x[column]);
  told.textContent =
    rows > 1
      ? `${x}: ${short(full.y[row])}: ${short(full.z[row][column])}`
      : `${full.name ? `${full.name}, ` : ""}${x}: ${short(full.y[point])}`;
}

/** Where a cell is, in pixels; cells are not met by their number. */
function middleOf(paper, x, y) {
  const { xaxis, yaxis } = paper["_fullLayout"];
  return { xpx: xaxis.d2p(x), ypx: yaxis.d2p(y) };
}

function short(value) {
  return typeof value === "number" ? `${Number(value.toPrecision(4))}` : `${value}`;
}
