import { describeCharts, drawCharts } from "./charts.js";
import { drawCapsule } from "./capsule.js";
import { spaceView } from "./view_space.js";
import { flowView } from "./view_flow.js";
import { cloudView } from "./view_cloud.js";
import { fresh } from "./paint.js";

const NEAR = 200; // pixels from what can be seen within which figures are drawn

/**
 * The pictures by the name that their section carries; CHARTS of charts.js has the figures.
 *
 * A new chart needs a function in capsnet/figures and an entry in CHARTS; a section with
 * `data-view="<name>"` in player.html; its words in `WORDS` of
 * dashboard/views/parts/routing/words.py; and its name in the tests that go through all views. Pictures, and what Plotly draws too slowly to follow the rounds
 * (docs/benchmarks.md), are canvases: a `view_<name>.js` with `height`, `draw`, `pick` and `alt`.
 */
const VIEWS = {
  flow: flowView,
  space: spaceView,
  cloud: cloudView,
};

/**
 * Draw the views that can be seen; the others once they come near.
 * @param {boolean} settled the pictures rest: all views get their descriptions
 */
export function drawViews(page, settled) {
  if (settled) return drawAll(page);
  for (const figure of page.shownIn) {
    if (figure.charts) drawFigure(page, { figure });
    else if (figure.tagName === "FIGURE") drawFigure(page, measured(page, figure));
  }
}

/** All pictures rest: what cannot be seen is described, and drawn once it comes near. */
function drawAll(page) {
  // All sizes are read before any is set: in turns, each would lay out the whole page anew.
  const [charts, canvases] = figuresOf(page);
  const all = canvases.map((figure) => measured(page, figure));
  for (const size of all) reserve(page, size);
  const seen = all.map(({ figure }) => page.shownIn.has(figure) || near(figure));
  all.forEach((size, k) => {
    if (seen[k]) drawFigure(page, size);
    else page.late.add(size.figure);
    size.canvas.setAttribute("aria-label", size.view.alt(size.trace, page.s));
  });
  for (const figure of charts) {
    if (page.shownIn.has(figure) || near(figure)) drawFigure(page, { figure });
    else page.late.add(figure);
    if (page.late.has(figure)) describeCharts(page, figure, traceOf(page, figure));
  }
}

/** All places of figures, and all of pictures. */
function figuresOf({ root }) {
  const all = [...root.querySelectorAll("[data-view] figure")];
  return [all.filter(({ charts }) => charts), all.filter(({ charts }) => !charts)];
}

/** Which routing a place shows. */
function traceOf({ s }, figure) {
  return s.traces[[...figure.parentElement.children].indexOf(figure)];
}

/** A figure that is new has not been watched yet. */
function near(figure) {
  const { top, bottom } = figure.getBoundingClientRect();
  return top < window.innerHeight + NEAR && bottom > -NEAR;
}

function drawFigure(page, { figure, canvas, view, trace, width, height }) {
  const { s } = page;
  if (figure.charts) drawCharts(page, figure, traceOf(page, figure));
  else if (!width) return;
  else view.draw(fresh(canvas, width, height, s.theme.zoom), width, height, trace, s);
  page.late.delete(figure);
}

/** Give a figure the room that it will take, drawn or not. */
function reserve({ s }, { canvas, width, height }) {
  if (width) canvas.style.height = `${height * s.theme.zoom}px`;
}

function measured({ s }, figure) {
  const view = VIEWS[figure.closest("[data-view]").dataset.view];
  const trace = traceOf({ s }, figure);
  const canvas = figure.querySelector("canvas");
  const width = canvas.clientWidth / s.theme.zoom;
  return { figure, canvas, view, trace, width, height: view.height(width, s) };
}

/** Watch which figures can be seen, or nearly; `page.late` are those that wait to be drawn. */
export function watchFigures(page) {
  page.shownIn = new Set();
  page.late = new Set();
  page.seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        page.shownIn[isIntersecting ? "add" : "delete"](target);
        if (!isIntersecting || !page.late.has(target)) continue;
        if (target.tagName !== "FIGURE") drawSight(page);
        else drawFigure(page, target.charts ? { figure: target } : measured(page, target));
      }
    },
    { rootMargin: `${NEAR}px`, scrollMargin: `${NEAR}px` },
  );
  page.seen.observe(page.root.querySelector(".glass"));
}

/** The pictures of the capsule under the glass, once they can be seen. */
export function drawSight(page) {
  const { root, s, shownIn, late } = page;
  const glass = root.querySelector(".glass");
  if (!shownIn.has(glass)) return late.add(glass);
  late.delete(glass);
  drawCapsule(glass, s.first, s);
}

/** Where a pointer is, to ask later again: what it points at, and its place on the screen. */
export function placeOf(event) {
  return { canvas: event.composedPath()[0], clientX: event.clientX, clientY: event.clientY };
}

/** What of which view lies at a place: `{view, words, digit, map, capsule}` or null. */
export function under(page, { canvas, clientX, clientY }) {
  const section = canvas.closest?.("[data-view]");
  if (!section || canvas.tagName !== "CANVAS") return null;
  const { s } = page;
  const trace = s.traces[[...section.querySelectorAll("canvas")].indexOf(canvas)];
  const box = canvas.getBoundingClientRect();
  const [x, y, width, height] = [clientX - box.left, clientY - box.top, box.width, box.height].map(
    (pixels) => pixels / s.theme.zoom,
  );
  const found = VIEWS[section.dataset.view].pick(x, y, width, height, trace, s);
  return found && { view: section.dataset.view, ...found };
}
