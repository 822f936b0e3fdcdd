/** The answer: pictures on canvases, lengths as bars with the loss's margins across them. */

import { element } from "../dom.js";
import { bytesOf, newCanvas, paintInk } from "../ink.js";

const CLASSES = 10;
const PIXELS = 28 * 28;
const VALUE_HEIGHT = 0.11; // of a bar's value, as a length
const REST = 700; // ms without a newer answer until it is read aloud: an answer follows the pen
const readings = new WeakMap(); // what waits to be read aloud in a place

/** One column: the bar with its value, the class, and what its capsule would draw. */
function column() {
  const item = document.createElement("li");
  const bar = element("div", "answer-column");
  bar.append(element("div", "answer-bar"), element("span", "answer-value"));
  const canvas = newCanvas(28, 28);
  canvas.className = "answer-drawing";
  canvas.setAttribute("role", "img");
  item.append(bar, element("span", "answer-class"), canvas);
  return item;
}

function build(root) {
  const bars = root.querySelector(".answer-bars");
  for (let digit = 0; digit < CLASSES; digit++) bars.append(column());
}

/** Where a bar's value stands: on the bar, or just above a margin line that would cross it. */
function placeOfValue(length, margins) {
  const crossed = margins.find((margin) => length <= margin && margin < length + VALUE_HEIGHT);
  return crossed === undefined ? length : crossed + 0.01;
}

function drawMargins(root, margins) {
  const lines = margins.map((margin) => {
    const line = document.createElement("span");
    line.style.setProperty("--at", margin);
    line.append(element("b", "", String(margin)));
    return line;
  });
  root.querySelector(".answer-lines").replaceChildren(...lines);
}

/** Tell a screen reader, which announces what changes in a place that stays. */
function say(place, sentence) {
  clearTimeout(readings.get(place));
  const write = () => place.textContent === sentence || (place.textContent = sentence);
  readings.set(place, setTimeout(write, REST));
}

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".answer");
  say(root.querySelector(".answer-said"), data.said ?? "");
  if (!root.querySelector("li")) build(root);
  const isEmpty = !data.lengths;
  root.classList.toggle("answer-empty", isEmpty);
  root.classList.toggle(
    "answer-named",
    data.names.some((name) => name.length > 2),
  );
  const margins = data.margins ?? [0.1, 0.9];
  drawMargins(root, margins);
  paintInk(root.querySelector(".answer-seen"), isEmpty ? null : bytesOf(data.seen), 255);
  const drawings = isEmpty ? null : bytesOf(data.drawings);
  const drawingOf = (digit) => drawings?.subarray(digit * PIXELS, (digit + 1) * PIXELS);
  paintInk(root.querySelector(".answer-reconstruction"), drawingOf(data.longest), 255);
  root.querySelectorAll("li").forEach((item, digit) => {
    const length = isEmpty ? 0 : data.lengths[digit];
    item.classList.toggle("answer-longest", !isEmpty && digit === data.longest);
    item.style.setProperty("--length", length);
    item.style.setProperty("--place", placeOfValue(length, margins));
    const name = data.names[digit];
    item.querySelector(".answer-class").textContent = name;
    item.title = name;
    item.querySelector("canvas").setAttribute("aria-label", `What capsule ${name} would draw`);
    item.querySelector(".answer-value").textContent = length.toFixed(2);
    paintInk(item.querySelector("canvas"), drawingOf(digit), 255);
  });
}
