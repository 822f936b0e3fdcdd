import { lengthsView } from "./view_lengths.js";
import { mapsView } from "./view_maps.js";
import { spaceView } from "./view_space.js";
import { flowView } from "./view_flow.js";
import { certaintyView } from "./view_certainty.js";
import { cloudView } from "./view_cloud.js";
import { fresh } from "./paint.js";

const NEAR = 200; // pixels from what can be seen within which figures are drawn

/**
 * The views by the name that their section carries.
 *
 * A new chart needs a `view_<name>.js` with `height`, `draw`, `pick` and `alt`, and an entry here;
 * a section with `data-view="<name>"` in player.html; its words in `WORDS` of
 * dashboard/views/routing_parts/words.py; if it draws something that is not sent yet, an array in `player_data`
 * of dashboard/figures/routing.py; and its name in tests/dashboard/test_routing_page.py and the tests in
 * tests/e2e/test_routing_player.py that go through all views.
 */
const VIEWS = {
  lengths: lengthsView,
  flow: flowView,
  maps: mapsView,
  space: spaceView,
  certainty: certaintyView,
  cloud: cloudView,
};

/**
 * Draw the views that can be seen; the others once they come near.
 * @param {boolean} settled the pictures rest: all views get their descriptions
 */
export function drawViews(page, settled) {
  // All sizes are read before any is set: in turns, each would lay out the whole page anew.
  const all = [...page.root.querySelectorAll("[data-view] figure")].map((figure) =>
    measured(page, figure),
  );
  if (settled) for (const size of all) reserve(page, size);
  const seen = all.map(({ figure }) => page.shownIn.has(figure) || (settled && near(figure)));
  all.forEach((size, k) => {
    if (seen[k]) drawFigure(page, size);
    else if (settled) page.late.add(size.figure);
    if (settled) size.canvas.setAttribute("aria-label", size.view.alt(size.run, page.s));
  });
}

/** A figure that is new has not been watched yet. */
function near(figure) {
  const { top, bottom } = figure.getBoundingClientRect();
  return top < window.innerHeight + NEAR && bottom > -NEAR;
}

function drawFigure(page, { figure, canvas, view, run, width, height }) {
  const { s } = page;
  if (!width) return;
  view.draw(fresh(canvas, width, height, s.theme.zoom), width, height, run, s);
  page.late.delete(figure);
}

/** Give a figure the room that it will take, drawn or not. */
function reserve({ s }, { canvas, width, height }) {
  if (width) canvas.style.height = `${height * s.theme.zoom}px`;
}

function measured({ s }, figure) {
  const view = VIEWS[figure.closest("[data-view]").dataset.view];
  const run = s.runs[[...figure.parentElement.children].indexOf(figure)];
  const canvas = figure.querySelector("canvas");
  const width = canvas.clientWidth / s.theme.zoom;
  return { figure, canvas, view, run, width, height: view.height(width, s) };
}

/** Watch which figures can be seen, or nearly; `page.late` are those that wait to be drawn. */
export function watchFigures(page) {
  page.shownIn = new Set();
  page.late = new Set();
  page.seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        page.shownIn[isIntersecting ? "add" : "delete"](target);
        if (isIntersecting && page.late.has(target)) drawFigure(page, measured(page, target));
      }
    },
    { rootMargin: `${NEAR}px`, scrollMargin: `${NEAR}px` },
  );
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
  const run = s.runs[[...section.querySelectorAll("canvas")].indexOf(canvas)];
  const box = canvas.getBoundingClientRect();
  const [x, y, width, height] = [clientX - box.left, clientY - box.top, box.width, box.height].map(
    (pixels) => pixels / s.theme.zoom,
  );
  const found = VIEWS[section.dataset.view].pick(x, y, width, height, run, s);
  return found && { view: section.dataset.view, ...found };
}
