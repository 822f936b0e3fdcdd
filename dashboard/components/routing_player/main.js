import { at, extent, unpack } from "./payload.js";
import { digitPicture, fresh, number, readTheme } from "./paint.js";
import { lengthsView } from "./view_lengths.js";
import { mapsView } from "./view_maps.js";
import { spaceView } from "./view_space.js";
import { flowView, magnification } from "./view_flow.js";
import { certaintyView } from "./view_certainty.js";
import { cloudView } from "./view_cloud.js";
import { showCapsule } from "./capsule.js";
import { besideTable } from "./beside.js";
import { startClock } from "./clock.js";

const VIEWS = {
  lengths: lengthsView,
  flow: flowView,
  maps: mapsView,
  space: spaceView,
  certainty: certaintyView,
  cloud: cloudView,
};
const MOUNTED = new WeakMap(); // Streamlit calls again on every change of data: one page each

/** What outlives a page switch: the settings a visitor chose in the browser. */
const KEPT = { round: 0, weighted: true, change: true, mean: true, capsule: null };

/** Streamlit's entry: called when mounted and whenever data or theme change. */
export default function ({ data, parentElement, setTriggerValue }) {
  let page = MOUNTED.get(parentElement);
  if (!page) {
    page = mount(parentElement.querySelector(".routing"));
    MOUNTED.set(parentElement, page);
  }
  page.send = setTriggerValue;
  receive(page, data);
  return () => {
    MOUNTED.delete(parentElement);
    page.leave();
  };
}

function mount(root) {
  const s = { ...KEPT, position: 0, runs: [] };
  const page = { root, s, bytes: null, pending: false, shownIn: new Set(), send: () => {} };
  page.clock = startClock(page, (settled) => redraw(page, settled), () => tell(page));
  const sizes = new ResizeObserver(() => redraw(page, true));
  sizes.observe(root);
  page.seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      page.shownIn[isIntersecting ? "add" : "delete"](target);
    }
  });
  const leaveControls = controls(page);
  page.leave = () => {
    sizes.disconnect();
    page.seen.disconnect();
    page.clock.stop();
    leaveControls();
  };
  return page;
}

/** Take new data: keep the round and the chosen capsule, look at the new digit's answer. */
function receive(page, bytes) {
  const { s, root } = page;
  s.theme = readTheme(root, s.header?.colours || [[0, 0, 0], [255, 255, 255]]);
  if (bytes && bytes !== page.bytes) {
    page.bytes = bytes;
    const { header, runs } = unpack(bytes);
    const before = s.rounds;
    describe(s, header, runs);
    // The control that changed the rounds keeps the focus, and with it the arrow keys.
    if (before && before !== s.rounds) document.activeElement?.blur();
    s.theme = readTheme(root, header.colours);
    build(page);
    page.clock.jump(Math.min(s.round, s.rounds - 1));
  }
  for (const element of root.querySelectorAll(".legend")) legend(element, s);
  redraw(page, true);
}

/** Fill `s` with what follows from the data alone. */
function describe(s, header, runs) {
  const first = runs[0];
  const pictures = new Map(runs.map((run) => [run, digitPicture(run.image)]));
  const before = s.token;
  Object.assign(s, { header, runs, first, current: first, token: header.token });
  s.rounds = first.lengths.shape[0];
  s.maps = first.map_weighted.shape[1];
  s.cells = first.windows.shape[0];
  s.columns = Math.round(Math.sqrt(s.cells));
  const scaled = runs.filter((_, k) => header.runs[k].scaled);
  s.range = extent(...scaled.map((run) => run.coupling));
  s.mapRange = extent(...scaled.flatMap((run) => [run.map_weighted, run.map_unweighted]));
  s.picture = (run) => pictures.get(run);
  s.window = (cell) => [0, 1, 2, 3].map((k) => at(first.windows, cell, k));
  s.where = (i) => {
    const cell = Math.floor(i / s.maps);
    return [Math.floor(cell / s.columns), cell % s.columns, i % s.maps];
  };
  if (before !== header.token || s.digit === undefined) s.digit = longest(first, s.rounds - 1);
  if (s.capsule === null) s.capsule = mostMoved(first, s);
  choose(s, { capsule: s.capsule });
}

function longest(run, round) {
  const lengths = [...Array(run.lengths.shape[1]).keys()];
  return lengths.reduce((a, b) => (at(run.lengths, round, b) > at(run.lengths, round, a) ? b : a));
}

/** The capsule that ends with the largest coupling to the digit looked at. */
function mostMoved(run, s) {
  const last = (i) => at(run.coupling, s.rounds - 1, i, s.digit);
  return [...Array(run.coupling.shape[1]).keys()].reduce((a, b) => (last(b) > last(a) ? b : a));
}

/** Apply what was picked in a view; a map alone stands for its most active capsule. */
function choose(s, { digit, map, capsule }) {
  if (digit !== undefined) s.digit = digit;
  if (capsule === undefined && map !== undefined && map !== s.map) {
    const active = (cell) => s.first.activity.data[cell * s.maps + map];
    const cells = [...Array(s.cells).keys()];
    capsule = cells.reduce((a, b) => (active(b) > active(a) ? b : a)) * s.maps + map;
  }
  if (capsule === undefined) return;
  s.capsule = capsule;
  s.map = capsule % s.maps;
  s.cell = Math.floor(capsule / s.maps);
}

/** The parts of the page that depend on the data: words, figures, choices. */
function build(page) {
  const { root, s } = page;
  root.classList.toggle("compared", s.runs.length > 1);
  root.querySelector(".rounds").textContent = s.rounds;
  const scrub = root.querySelector(".scrub");
  scrub.max = s.rounds;
  scrub.disabled = s.rounds === 1;
  root.querySelector("[data-set=change]").textContent = `change since round 1, drawn ${magnification(s.first)}×`;
  for (const [name, words] of Object.entries(s.header.words)) {
    const section = root.querySelector(name === "capsule" ? ".glass" : `[data-view=${name}]`);
    section.querySelector("h3").innerHTML = letters(words.title);
    section.querySelector("p").innerHTML = `${letters(words.text)} <span class="look">${letters(words.look)}</span>`;
  }
  for (const section of root.querySelectorAll("[data-view]")) figures(page, section);
  chooser(page);
}

function figures(page, section) {
  const { s } = page;
  const holder = section.querySelector(".figures");
  if (holder.childElementCount !== s.runs.length) {
    holder.replaceChildren(...s.runs.map(() => {
      const figure = document.createElement("figure");
      figure.innerHTML = '<figcaption></figcaption><canvas role="img"></canvas>';
      page.seen.observe(figure);
      return figure;
    }));
  }
  s.runs.forEach((_, k) => {
    const caption = holder.children[k].firstChild;
    caption.textContent = s.header.runs[k].title;
    caption.hidden = s.runs.length === 1;
  });
}

function chooser(page) {
  const { root, s } = page;
  const box = root.querySelector(".chooser");
  const count = s.first.lengths.shape[1];
  if (box.querySelectorAll("button").length === count) return;
  for (let j = 0; j < count; j++) {
    const button = document.createElement("button");
    button.textContent = j;
    button.dataset.digit = j;
    button.setAttribute("role", "radio");
    box.append(button);
  }
}

/** `c_ij` and its like as letters with an index. */
function letters(words) {
  return words.replace(/(?<![A-Za-z])([a-zû])_(j\|i|ij|i|j)/g, "<var>$1</var><sub>$2</sub>");
}

function legend(element, s) {
  const [low, high] = s[element.dataset.range];
  const stops = s.theme.table.filter((_, k) => k % 15 === 0).map((rgb) => `rgb(${rgb})`);
  const uniform = 1 / s.first.lengths.shape[1];
  const place = (100 * (uniform - low)) / (high - low);
  element.innerHTML =
    `<span>c = ${number(low)}</span><span class="ramp" style="background:linear-gradient(90deg,${stops})">` +
    `<span class="mark" style="left:${place}%"></span></span><span>${number(high)}</span>` +
    `<span>❙ 0.100, uniform</span>`;
}

/** Draw the views; words and descriptions only once the pictures rest. */
function redraw(page, settled) {
  const { root, s } = page;
  if (!s.runs.length) return;
  for (const section of root.querySelectorAll("[data-view]")) {
    const view = VIEWS[section.dataset.view];
    section.querySelectorAll("figure").forEach((figure, k) => {
      const width = figure.clientWidth;
      if (!width) return;
      const canvas = figure.querySelector("canvas");
      const height = view.height(width);
      if (!settled && !page.shownIn.has(figure)) return; // in motion, only what can be seen
      s.current = s.runs[k];
      view.draw(fresh(canvas, width, height), width, height, s.runs[k], s);
      if (settled) canvas.setAttribute("aria-label", view.alt(s.runs[k], s));
    });
  }
  if (settled) tell(page);
}

/** Everything that is text or a control. */
function tell(page) {
  const { root, s } = page;
  Object.assign(KEPT, { round: s.round, weighted: s.weighted, change: s.change, mean: s.mean, capsule: s.capsule });
  root.querySelector("[data-testid=round]").textContent = s.round + 1;
  root.querySelector(".scrub").value = s.round + 1;
  root.querySelector("[data-testid=round-prev]").disabled = s.round === 0;
  root.querySelector("[data-testid=round-next]").disabled = s.round === s.rounds - 1;
  root.querySelector("[data-testid=round-play]").disabled = s.rounds === 1;
  root.querySelector(".verdict").innerHTML = verdict(s.first, s);
  root.querySelector(".beside").innerHTML = s.runs.length > 1 ? besideTable(s) : "";
  for (const button of root.querySelectorAll("[data-digit]:is(button)")) {
    button.setAttribute("aria-checked", Number(button.dataset.digit) === s.digit);
  }
  for (const button of root.querySelectorAll("[data-set]")) {
    button.setAttribute("aria-checked", Boolean(button.dataset.value) === s[button.dataset.set]);
  }
  const [row, column, map] = s.where(s.capsule);
  root.querySelector("[data-silence=map]").textContent = `map ${map}`;
  root.querySelector("[data-silence=place]").textContent = `all maps at row ${row}, column ${column}`;
  for (const button of root.querySelectorAll(".open")) {
    button.textContent = `map ${map}, row ${row}, column ${column}: see this capsule`;
  }
  showCapsule(root.querySelector(".glass"), s.first, s);
}

function verdict(run, s) {
  const best = longest(run, s.round);
  const length = number(at(run.lengths, s.round, best));
  return (
    `answer <b>${best}</b>, ‖<var>v</var><sub>${best}</sub>‖ = ${length}; ` +
    `largest <var>c</var><sub>ij</sub> = ${number(at(run.coupling_max, s.round))}`
  );
}

/** Wire buttons, keys and the pointer; returns how to undo what reaches outside the page. */
function controls(page) {
  const { root, s, clock } = page;
  const on = (selector, event, act) => root.querySelector(selector).addEventListener(event, act);
  on("[data-testid=round-prev]", "click", () => clock.go(s.round - 1));
  on("[data-testid=round-next]", "click", () => clock.go(s.round + 1));
  on("[data-testid=round-play]", "click", () => clock.toggle());
  on(".scrub", "input", (event) => clock.go(Number(event.target.value) - 1));
  on(".chooser", "click", ({ target }) => {
    if (target.dataset.digit) pick(page, { digit: Number(target.dataset.digit) });
  });
  on(".pickers", "change", () => pickByNumber(page));
  root.addEventListener("click", ({ target }) => {
    if (target.closest(".open")) root.querySelector(".glass").scrollIntoView({ behavior: "smooth" });
    const { silence } = target.closest("[data-silence]")?.dataset || {};
    if (silence) page.send("silence", members(s, silence));
    const { set, value } = target.closest("[data-set]")?.dataset || {};
    if (!set) return;
    s[set] = Boolean(value);
    redraw(page, true);
  });
  root.addEventListener("pointermove", (event) => hover(page, event));
  root.addEventListener("pointerleave", () => tip(page, null));
  root.addEventListener("click", (event) => {
    const found = under(page, event);
    if (found) pick(page, found);
  });
  const keys = (event) => key(page, event);
  document.addEventListener("keydown", keys);
  return () => document.removeEventListener("keydown", keys);
}

/** The chosen capsule, all of its map, or all at its place, by their numbers along I. */
function members(s, kind) {
  if (kind === "capsule") return [s.capsule];
  if (kind === "map") return Array.from({ length: s.cells }, (_, cell) => cell * s.maps + s.map);
  return Array.from({ length: s.maps }, (_, m) => s.cell * s.maps + m);
}

function pick(page, found) {
  if (found.map !== undefined) page.s.mean = page.s.mean && found.capsule !== undefined;
  choose(page.s, found);
  redraw(page, true);
}

function pickByNumber(page) {
  const { root, s } = page;
  const read = (name, most) => {
    const value = Math.round(Number(root.querySelector(`[name=${name}]`).value)) || 0;
    return Math.min(most, Math.max(0, value));
  };
  const cell = read("row", s.cells / s.columns - 1) * s.columns + read("column", s.columns - 1);
  pick(page, { capsule: cell * s.maps + read("map", s.maps - 1) });
}

/** What of which view lies under the pointer. */
function under(page, event) {
  const canvas = event.composedPath()[0];
  const section = canvas.closest?.("[data-view]");
  if (!section || canvas.tagName !== "CANVAS") return null;
  const { s } = page;
  const run = s.runs[[...section.querySelectorAll("canvas")].indexOf(canvas)];
  const box = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  return VIEWS[section.dataset.view].pick(x, y, box.width, box.height, run, s);
}

function hover(page, event) {
  const found = under(page, event);
  const canvas = event.composedPath()[0];
  if (canvas.tagName === "CANVAS") {
    const useful = found && (found.capsule ?? found.map ?? found.digit) !== undefined;
    canvas.style.cursor = useful ? "pointer" : "";
  }
  tip(page, found && found.words, event.clientX, event.clientY);
}

function tip(page, words, x, y) {
  const box = page.root.querySelector(".tip");
  box.hidden = !words;
  if (!words) return;
  box.textContent = words;
  const left = Math.min(x + 14, window.innerWidth - box.offsetWidth - 8);
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${Math.max(8, y - box.offsetHeight - 12)}px`;
}

/** Arrow keys step and the space bar plays, unless a control of the page wants them. */
function key(page, event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const target = event.composedPath()[0];
  const wanted = "input, textarea, select, [contenteditable], [role=slider], [role=combobox], [role=listbox]";
  if (target.closest?.(wanted)) return;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step) page.clock.go(page.s.round + step);
  else if (event.key === " " && target.tagName !== "BUTTON" && target.tagName !== "SUMMARY") page.clock.toggle();
  else return;
  event.preventDefault();
}
