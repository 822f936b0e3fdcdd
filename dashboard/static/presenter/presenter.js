/**
 * Presenter mode: one figure of the page at full width, with large type; the rest is away.
 *
 * PageDown and PageUp, which a presenter's clicker sends, go to the next figure and back; Escape
 * leaves. Everything happens in this browser, and stays so while pages change.
 */

import { element } from "../dom.js";
import { figuresOf } from "./figures.js";
import { fit, unfit } from "./fit.js";

const MARK = "data-presented";
const SOON_MS = 120; // after a change of the page, to look at it once it rests
const PATIENCE_MS = 8000; // to wait for a page's first figure
const TRIES = 4; // to fit a figure whose pictures come late

let bar = null;
let isOn = false;
let place = 0;
let timer = 0;
let fitted = ""; // what the figure was last fitted to
let tries = 0;
let wantedUntil = 0; // present the first figure that comes before then

/** The figures of this page: elements, and the parts of the routing player. */
const all = () => figuresOf(globalThis.capsnetParts);

function shown() {
  const figures = all();
  place = Math.min(place, Math.max(0, figures.length - 1));
  return figures[place];
}

function render() {
  const figure = isOn ? shown() : null;
  document.documentElement.toggleAttribute("data-presenting", isOn);
  for (const old of document.querySelectorAll(`[${MARK}]`)) {
    if (old === figure?.element) continue;
    old.removeAttribute(MARK);
    unfit(old);
  }
  bar.classList.toggle("presenting", isOn);
  bar.querySelector(".presenter-on").hidden = isOn;
  bar.querySelector(".presenter-steps").hidden = !isOn;
  if (!figure) return;
  figure.element.setAttribute(MARK, "");
  if (figure.part && globalThis.capsnetParts.now() !== figure.part)
    globalThis.capsnetParts.show(figure.part);
  bar.querySelector(".presenter-name").textContent =
    `${figure.name}, ${place + 1} of ${all().length}`;
  tries = fitted === sizeOf(figure) ? tries + 1 : 1;
  fitted = sizeOf(figure);
  sizes.disconnect();
  sizes.observe(figure.element);
  fit(figure, innerHeight - bar.offsetHeight);
}

/** To fit a figure changes the page, which is no reason to fit it again. */
function sizeOf({ name, part = "" }) {
  return `${location.pathname} ${place} ${part} ${name} ${innerWidth} ${innerHeight}`;
}

function isStale() {
  const figure = shown();
  if (!figure?.element.hasAttribute(MARK) || sizeOf(figure) !== fitted) return true;
  return tries < TRIES && figure.element.getBoundingClientRect().bottom > innerHeight;
}

function step(by) {
  const last = all().length - 1;
  place = Math.min(last, Math.max(0, place + by));
  render();
}

function toggle(on) {
  const isTooSoon = on && !all().length; // the page has no figure, or not yet
  wantedUntil = isTooSoon ? performance.now() + PATIENCE_MS : 0;
  if (isTooSoon) return;
  if (!on) globalThis.capsnetParts?.show("");
  isOn = on;
  place = on ? firstInSight() : 0;
  render();
  bar.querySelector(on ? ".presenter-next" : ".presenter-on").focus();
}

/** Begin with what the visitor looks at. */
function firstInSight() {
  const found = all().findIndex(
    ({ element: one, part }) => !part && one.getBoundingClientRect().bottom > innerHeight / 4,
  );
  return Math.max(0, found);
}

function key(event) {
  if (!isOn || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "PageDown") step(1);
  else if (event.key === "PageUp") step(-1);
  else if (event.key === "Escape") toggle(false);
  else return;
  event.preventDefault();
}

/** A screen on its stand, drawn here: a machine may lack the symbol in its fonts. */
const SCREEN =
  '<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" fill="currentColor"><path d="M3 4h18v12h-8v2h3v2H8v-2h3v-2H3zm2 2v8h14V6z"/></svg>';

function button(kind, text, label, act) {
  const made = element("button", kind, text);
  made.type = "button";
  made.title = label;
  if (text !== label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function makeBar() {
  const made = element("div", "presenter");
  made.setAttribute("role", "region");
  made.setAttribute("aria-label", "Presenter mode");
  const steps = element("div", "presenter-steps");
  const name = element("span", "presenter-name");
  name.setAttribute("aria-live", "polite");
  steps.append(
    name,
    button("presenter-back", "‹", "Previous figure (Page Up)", () => step(-1)),
    button("presenter-next", "›", "Next figure (Page Down)", () => step(1)),
    button("presenter-off", "✕", "Leave presenter mode (Escape)", () => toggle(false)),
  );
  const present = button("presenter-on", "", "Present", () => toggle(true));
  present.innerHTML = SCREEN;
  made.append(present, steps);
  return made;
}

/** The page changes as the visitor, or the network, changes it: look again once it rests. */
function again() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (isOn && isStale()) render();
    else if (!isOn && performance.now() < wantedUntil && all().length) toggle(true);
  }, SOON_MS);
}

const sizes = new ResizeObserver(again);

function watch() {
  new MutationObserver(again).observe(document.body, { childList: true, subtree: true });
  addEventListener("resize", again);
  again();
}

/** Called by Streamlit on every page: one bar is enough for all. */
export default function () {
  if (globalThis.capsnetPresenter) return;
  globalThis.capsnetPresenter = { isOn: () => isOn };
  bar = makeBar();
  document.body.append(bar);
  document.addEventListener("keydown", key);
  watch();
  render();
}
