import { observeSize } from "../dom.js";
import { ComponentInstances } from "../component_instances.js";
import { sendReliably } from "../connection/connection.js";
import { unpack } from "./payload.js";
import { readTheme } from "./paint.js";
import { describe, newScene } from "./scene.js";
import { drawViews, watchFigures } from "./views.js";
import { build, legend } from "./words.js";
import { updateText } from "./page_text.js";
import { LiveAnswer } from "./live_answer.js";
import { drawBoard, receiveSilence, updateSilence } from "./silence.js";
import { PLAY_MS, startClock } from "./clock.js";
import { wire } from "./controls.js";
import { followLesson, nameOf, partsOf, showAlone, stepPart, wireAlone } from "./alone.js";
import { pointAgain } from "./pointer.js";

const PAGES = new ComponentInstances(
  (place) => mount(place.querySelector(".routing")),
  (page) => page.leave(),
);

/** Streamlit's entry: called when mounted and whenever data or theme change. */
export default function ({ data, parentElement, setTriggerValue }) {
  const page = PAGES.in(parentElement);
  page.send = (name, value) => sendReliably(name, () => setTriggerValue(name, value));
  receive(page, data);
  return PAGES.cleanup(parentElement);
}

function mount(root) {
  const s = newScene();
  const page = {
    root,
    s,
    bytes: null,
    send: () => {},
    past: [],
    asked: null,
    gaveWay: false,
    alone: "",
  };
  page.live = new LiveAnswer(() => updateSilence(page));
  page.redraw = (settled = true) => {
    if (!s.traces.length) return;
    drawViews(page, settled);
    if (!settled) return;
    updateText(page);
    pointAgain(page);
  };
  page.clock = startClock(page, page.redraw, () => updateText(page));
  const sizes = new ResizeObserver(() => {
    // Told once more of a size that is drawn already, and of each change in height.
    if (!s.traces.length || sizeOf(root) === page.size) return;
    dress(page);
    page.redraw();
    drawBoard(page);
  });
  observeSize(sizes, root);
  watchFigures(page);
  const unwire = wire(page);
  const unwireAlone = wireAlone(page);
  // A page that is presented steps through these parts as through figures.
  const parts = {
    root,
    names: () => partsOf(page).map(nameOf),
    now: () => page.alone,
    show: (name) => showAlone(page, name),
    step: (step) => stepPart(page, step),
    redraw: () => page.redraw(),
  };
  globalThis.capsnetParts = parts;
  page.leave = () => {
    sizes.disconnect();
    page.seen.disconnect();
    page.clock.stop();
    unwire();
    unwireAlone();
    if (globalThis.capsnetParts === parts) delete globalThis.capsnetParts;
    for (const { charts } of root.querySelectorAll("figure")) {
      for (const { chart } of charts ?? []) chart.leave();
    }
  };
  return page;
}

/** Take new data: keep the round and the chosen capsule, look at the new digit's answer. */
function receive(page, bytes) {
  const { s } = page;
  if (bytes && bytes !== page.bytes) {
    page.bytes = bytes;
    show(page, unpack(bytes));
  } else if (s.traces.length) {
    dress(page);
    page.redraw();
    drawBoard(page);
  }
}

function show(page, { header, traces }) {
  const { s, root } = page;
  const before = s.rounds;
  const isNewlyTold = header.tells_digit && s.header && !s.header.tells_digit;
  describe(s, header, traces);
  if (isNewlyTold) page.send("digit", s.digit);
  page.live.settings = header.files;
  receiveSilence(page);
  // Streamlit's control that changed the rounds keeps the focus, and with it the arrow keys.
  const host = root.getRootNode().host;
  if (before && before !== s.rounds && document.activeElement !== host)
    document.activeElement?.blur();
  const change = () => {
    build(page);
    dress(page);
    page.clock.jump(roundFor(page));
  };
  if (before) hold(page, change);
  else change(); // a page that has just been opened stays at its top
  drawBoard(page);
  if (page.playNext) page.clock.toggle(PLAY_MS);
  page.playNext = false;
  followLesson(page);
  root.dataset.shown = [header.token, header.beside, header.silenced.length, s.rounds].join(" ");
}

/** Where to stand in new data: a wrong routing differs only after the first round. */
function roundFor({ s, playNext, root }) {
  if (playNext) return 0;
  const isNew = root.dataset.beside !== s.header.beside;
  root.dataset.beside = s.header.beside;
  if (isNew && s.header.traces.some(({ scaled }) => !scaled) && !s.round) return s.rounds - 1;
  return Math.min(s.round, s.rounds - 1);
}

/** What pictures are drawn for: the page's width, and how dense the screen is. */
function sizeOf(root) {
  return `${root.clientWidth} at ${window.devicePixelRatio}`;
}

/** The height of Streamlit's own bar, which lies over the page where its menu is folded away. */
function heightOfBar() {
  const bar = document.querySelector("[data-testid=stHeader]");
  const isClear =
    !bar || /^rgba\(.*, 0\)$|^transparent$/.test(getComputedStyle(bar).backgroundColor);
  return isClear ? 0 : bar.offsetHeight;
}

/** Take the theme's colours and the size of the page's letters. */
function dress(page) {
  const { root, s } = page;
  root.style.setProperty("--player-top", `${heightOfBar()}px`);
  page.size = sizeOf(root);
  s.theme = readTheme(root, s.header.colours);
  root.classList.toggle("dark", s.theme.dark);
  // Plotly calls its own legends so too.
  for (const element of root.querySelectorAll(".legend[data-range]")) legend(element, s);
}

/** Change the page without moving what the visitor looks at: figures above may come or go. */
function hold({ root, touched }, change) {
  const top = (element) => element.getBoundingClientRect().top;
  const seen = (element) =>
    element?.isConnected && top(element) > 0 && top(element) < window.innerHeight;
  const sections = [...root.querySelectorAll("section")];
  const inSection = touched?.closest?.("section") && seen(touched);
  const fixed = inSection
    ? touched
    : sections.findLast((section) => top(section) < window.innerHeight / 2);
  const before = fixed && top(fixed);
  change();
  if (!fixed?.isConnected) return;
  const moved = top(fixed) - before;
  if (moved) root.getRootNode().host?.closest("[data-testid=stMain]")?.scrollBy(0, moved);
}
