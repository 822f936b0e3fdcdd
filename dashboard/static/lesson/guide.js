/** The lesson's hand on a page: a figure is hidden until the class has guessed, then framed. */

import { isCalm } from "../dom.js";

const LATER_MS = 400; // the page may still be building the figure

const styles = document.createElement("style");
let brought = "";

/** What hides a figure, or frames it: by its key, whenever it comes. */
function rulesFor({ figure, spoiler, hidden, shown, words }) {
  if (!figure) return "";
  const placeOf = (key) => `[data-testid=stMain] .st-key-${CSS.escape(key)}`;
  const place = placeOf(figure);
  if (hidden) {
    const told = spoiler ? `${placeOf(spoiler)} { visibility: hidden !important; }` : "";
    return `${told}
      ${place} { position: relative; min-height: 8rem; }
      ${place} > * { visibility: hidden !important; }
      ${place}::before { align-items: center; border: 3px dashed currentColor; border-radius: 8px; box-sizing: border-box;
        content: "? " ${JSON.stringify(words)}; display: flex; font-size: 1.6rem; inset: 0; justify-content: center;
        position: absolute; z-index: 2; }`;
  }
  return shown
    ? `${place} { outline: 3px solid var(--st-primary-color, #1a56c4); outline-offset: 6px; border-radius: 4px; }`
    : "";
}

/** Bring the answer into sight, once a guess. */
function bring({ figure, shown, stop }) {
  const now = shown ? `${stop} ${figure}` : "";
  if (now === brought) return;
  brought = now;
  if (!now || !figure) return;
  setTimeout(() => {
    const found = document.querySelector(`[data-testid=stMain] .st-key-${CSS.escape(figure)}`);
    found?.scrollIntoView({ behavior: isCalm() ? "instant" : "smooth", block: "nearest" });
  }, LATER_MS);
}

/** Called by Streamlit on every page of the lesson. */
export default function ({ data }) {
  styles.textContent = rulesFor(data);
  document.head.append(styles);
  bring(data);
  return () => styles.remove();
}
