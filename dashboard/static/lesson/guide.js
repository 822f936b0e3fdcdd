/** The lesson's hand on a page: a figure is hidden until the class has guessed, then framed. */

import { isCalm } from "../dom.js";

const HIGHEST = "22rem"; // of a hidden figure: the question stays in sight on a phone, too
const LATER_MS = 400; // the page may still be building the figure

const styles = document.createElement("style");
let brought = "";
let opened = 0;

/** What keeps a figure's answer back, or frames it: by its key, whenever it comes. */
function rulesFor({ figure, spoiler, waits, hidden, shown, words }) {
  if (!figure) return "";
  const placeOf = (key) => `.st-key-${CSS.escape(key)}`;
  const place = placeOf(figure);
  // What follows the figure says in words what it shows; Streamlit wraps some blocks once more.
  const away = [
    `${place} ~ *`,
    `[data-testid=stLayoutWrapper]:has(> ${place}) ~ *`,
    ...(spoiler ? [placeOf(spoiler)] : []),
  ];
  const told = waits ? `${away.join()} { display: none !important; }` : "";
  if (hidden) {
    return `${told}
      ${place} { position: relative; max-height: ${HIGHEST}; min-height: 8rem; overflow: hidden; }
      ${place} :is(*, * *) { visibility: hidden !important; }
      ${place}::before { align-items: center; border: 3px dashed currentColor; border-radius: 8px; box-sizing: border-box;
        content: "? " ${JSON.stringify(words)}; display: flex; font-size: 1.6rem; inset: 0; justify-content: center;
        position: absolute; z-index: 2; }`;
  }
  return shown
    ? `${place} { outline: 3px solid var(--st-primary-color, #1a56c4); outline-offset: 6px; border-radius: 4px; }`
    : told;
}

const find = (key) => document.querySelector(`[data-testid=stMain] .st-key-${CSS.escape(key)}`);

/** A stop begins with its question, however far down the page before it was read. */
function open({ figure, stop, waits }) {
  if (stop === opened) return;
  opened = stop;
  if (!waits || !figure) return;
  document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  setTimeout(() => read("lesson_question"), LATER_MS);
}

/** Bring the answer into sight, once a guess. */
function bring({ figure, shown, stop }) {
  const now = shown ? `${stop} ${figure}` : "";
  if (now === brought) return;
  brought = now;
  if (!now || !figure) return;
  setTimeout(() => {
    read("lesson_answer");
    find(figure)?.scrollIntoView({ behavior: isCalm() ? "instant" : "smooth", block: "nearest" });
  }, LATER_MS);
}

/**
 * Put the focus on words of the bar: they are read out, and Tab leads to the buttons below them.
 *
 * The button that was pressed is gone, or belongs to the next question. Who has gone elsewhere
 * meanwhile stays there.
 */
function read(key) {
  const words = find(key);
  const now = document.activeElement;
  if (!words || (now && now !== document.body && !now.closest(".st-key-lesson_bar"))) return;
  words.tabIndex = -1;
  words.setAttribute("role", "group");
  words.setAttribute("aria-label", words.innerText);
  words.style.outline = "none";
  words.focus({ preventScroll: true });
}

/** Called by Streamlit on every page of the lesson. */
export default function ({ data }) {
  styles.textContent = rulesFor(data);
  document.head.append(styles);
  open(data);
  bring(data);
  return () => styles.remove();
}
