import { bring } from "../dom.js";
import { choose, chosenBy, lastOf } from "./scene.js";
import { placeOf, under } from "./views.js";
import { wirePointer } from "./pointer.js";
import { endSilence, wireSilence } from "./silence.js";
import { nameOf, partsOf, showAlone } from "./alone.js";

/** Wire buttons, keys and the pointer; returns how to undo what reaches outside the page. */
export function wire(page) {
  const { root, s, clock } = page;
  page.pick = (found) => pick(page, found);
  const on = (selector, event, act) => root.querySelector(selector).addEventListener(event, act);
  on("[data-testid=round-prev]", "click", () => clock.go(s.round - 1));
  on("[data-testid=round-next]", "click", () => clock.go(s.round + 1));
  on("[data-testid=round-play]", "click", () => clock.toggle());
  on(".scrub", "input", (event) => clock.go(Number(event.target.value) - 1));
  on(".chooser", "click", ({ target }) => {
    if (target.dataset.digit) pick(page, { digit: Number(target.dataset.digit) });
  });
  on(".jump", "change", (event) => jump(page, event.target));
  on("details", "toggle", () => page.redraw());
  on(".pickers", "change", () => pickByNumber(page));
  root.addEventListener("pointerdown", (event) => (page.touched = event.composedPath()[0]), true);
  root.addEventListener("click", (event) => press(page, event));
  wirePointer(page);
  wireSilence(page);
  const keys = (event) => key(page, event);
  const point = ({ detail }) => open(page, detail);
  document.addEventListener("keydown", keys);
  globalThis.addEventListener("capsnet-point", point);
  return () => {
    document.removeEventListener("keydown", keys);
    globalThis.removeEventListener("capsnet-point", point);
  };
}

function press(page, event) {
  const { root, s } = page;
  const found = under(page, placeOf(event));
  if (found) return pick(page, found);
  const button = event.target.closest("button");
  if (!button) return;
  const { set, go, mistake, rounds } = button.dataset;
  if (go && page.alone) showAlone(page, nameOf(root.querySelector(`.${go}`)));
  else if (go) bring(root.querySelector(`.${go}`));
  const { beside } = s.header;
  if (button.matches("[data-close]")) compare(page, "beside", "nothing");
  if (mistake) compare(page, "beside", mistake === beside ? "nothing" : mistake);
  if (button.matches("[data-testid=pin]")) {
    if (beside === "pinned") compare(page, "beside", "nothing");
    else compare(page, "pin", true);
  }
  if (rounds) ask(page, "rounds", Number(rounds));
  if (button.matches("[data-testid=close-call]") && event.detail < 2) {
    // a double click wants it once
    endSilence(page);
    const request = s.header.close_call;
    if (request === "offer") ask(page, "close_call", request);
    else page.send("close_call", request);
  }
  if (!set) return;
  s[set] = chosenBy(button);
  page.redraw();
}

/** Go to a part of the page; the same one can be chosen again. */
function jump(page, choice) {
  const part = partsOf(page)[choice.value];
  if (page.alone) return showAlone(page, part ? nameOf(part) : "");
  choice.value = "";
  if (part) bring(part);
}

/** Ask for other data, and play it once it comes. */
function ask(page, name, value) {
  page.playNext = true;
  page.send(name, value);
}

/** Put something else beside this digit, in place of what was silent. */
function compare(page, name, value) {
  endSilence(page);
  page.send(name, value);
}

function pick(page, found) {
  const { s } = page;
  if (found.map !== undefined) s.mean = s.mean && found.capsule !== undefined;
  if ((found.map ?? found.capsule) !== undefined) s.opened = found.view ?? null;
  const before = s.digit;
  choose(s, found);
  page.redraw();
  if (s.header.tells_digit && s.digit !== before) page.send("digit", s.digit);
}

/** A vote of the figures below has been clicked: its capsule comes under the glass. */
function open(page, { name, customdata }) {
  const { s, root } = page;
  if (name !== "votes" || customdata?.length !== 3) return;
  const [row, column, map] = customdata;
  pick(page, { capsule: (row * s.columns + column) * s.maps + map });
  bring(root.querySelector(".glass"));
}

function pickByNumber(page) {
  const { root, s } = page;
  const read = (name, most) => {
    const value = Math.round(Number(root.querySelector(`[name=${name}]`).value)) || 0;
    return Math.min(most, Math.max(0, value));
  };
  const { map, row, column } = Object.fromEntries(
    Object.entries(lastOf(s)).map(([name, last]) => [name, read(name, last)]),
  );
  pick(page, { capsule: (row * s.columns + column) * s.maps + map });
  for (const [name, value] of Object.entries({ map, row, column })) {
    root.querySelector(`[name=${name}]`).value = value; // it may have been beyond the last
  }
}

/** Arrow keys step and the space bar plays, unless a control of the page wants them. */
function key(page, event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const target = event.composedPath()[0];
  const wanted =
    "input, textarea, select, [contenteditable], [role=slider], [role=combobox], [role=listbox]";
  if (target.closest?.(wanted)) return;
  if (target.matches?.(".wide")) return; // a table that the keys scroll
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step) page.clock.go(page.s.round + step);
  else if (event.key === " " && target.tagName !== "BUTTON" && target.tagName !== "SUMMARY")
    page.clock.toggle();
  else return;
  event.preventDefault();
}
