/**
 * One part of the page at a time, with its words: the rest is one key away.
 *
 * `page.alone` is the name of the part that is shown alone, or "" for the whole column.
 */

import { PLAY_MS } from "./clock.js";

/** All parts, in the order of the page. */
export function partsOf({ root }) {
  return [...root.querySelectorAll(".cards > section")];
}

/** What a part is called: its view, or its words. */
export function nameOf(part) {
  return part.dataset.view ?? part.dataset.words;
}

/** Show one part alone, by its name; all of them for "". */
export function showAlone(page, name) {
  const { root } = page;
  const all = partsOf(page);
  const found = all.find((part) => nameOf(part) === name);
  page.alone = found ? name : "";
  root.classList.toggle("alone", Boolean(found));
  for (const part of all) part.classList.toggle("shown", part === found);
  const jump = root.querySelector(".jump");
  jump.value = found ? `${all.indexOf(found)}` : "";
  const toggle = root.querySelector("[data-testid=alone]");
  toggle.setAttribute("aria-pressed", Boolean(found));
  for (const button of root.querySelectorAll("[data-part-step]")) button.hidden = !found;
  page.redraw();
}

/** The part so many steps further; it stays at the ends. */
export function stepPart(page, step) {
  const names = partsOf(page).map(nameOf);
  const place = names.indexOf(page.alone);
  const next = Math.min(names.length - 1, Math.max(0, place + step));
  if (next !== place) showAlone(page, names[next]);
  return next !== place;
}

/** Buttons and keys; PageUp and PageDown are those of a presenter's clicker. */
export function wireAlone(page) {
  const { root } = page;
  root.querySelector("[data-testid=alone]").addEventListener("click", () => {
    showAlone(page, page.alone ? "" : inSight(page));
  });
  for (const button of root.querySelectorAll("[data-part-step]"))
    button.addEventListener("click", () => stepPart(page, Number(button.dataset.partStep)));
  const keys = (event) => {
    if (!page.alone || event.defaultPrevented || globalThis.capsnetPresenter?.isOn()) return;
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    if (step && stepPart(page, step)) event.preventDefault();
  };
  document.addEventListener("keydown", keys);
  return () => document.removeEventListener("keydown", keys);
}

/** The part that the visitor looks at. */
function inSight(page) {
  const top = (part) => part.getBoundingClientRect().top;
  return nameOf(partsOf(page).findLast((part) => top(part) < innerHeight / 2) ?? partsOf(page)[0]);
}

/** What the lesson asks for: a part alone, the round to stand in, and to play once it is told. */
export function followLesson(page) {
  const { lesson } = page.s.header;
  const wish = JSON.stringify(lesson ?? null);
  if (wish === page.lesson) return;
  const wasInLesson = page.lesson && page.lesson !== "null";
  page.lesson = wish;
  if (!lesson) {
    if (wasInLesson) showAlone(page, "");
    return;
  }
  showAlone(page, lesson.part);
  page.clock.jump(lesson.round === "first" ? 0 : page.s.rounds - 1);
  if (lesson.play) page.clock.toggle(PLAY_MS);
}
