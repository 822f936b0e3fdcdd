/** The answer: pictures on canvases, lengths as bars with the loss's margins across them. */

import { element } from "../dom.js";
import { bytesOf, newCanvas, paintInk } from "../ink.js";
import { ComponentInstances } from "../component_instances.js";
import { paintRounds } from "./rounds.js";

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

/**
 * @param {object} shown `lengths`, `seen` and `drawings` are null where there is no image
 * @param {number} full the number that stands for full ink
 */
function paintAnswer(root, { names, margins, lengths, seen, drawings }, full) {
  root.classList.toggle("answer-empty", !lengths);
  root.classList.toggle(
    "answer-named",
    names.some((name) => name.length > 2),
  );
  drawMargins(root, margins);
  paintInk(root.querySelector(".answer-seen"), seen, full);
  const longest = lengths ? lengths.indexOf(Math.max(...lengths)) : -1;
  const drawingOf = (digit) => drawings?.subarray(digit * PIXELS, (digit + 1) * PIXELS);
  paintInk(root.querySelector(".answer-reconstruction"), drawingOf(longest), full);
  root.querySelectorAll("li").forEach((item, digit) => {
    const length = lengths ? lengths[digit] : 0;
    item.classList.toggle("answer-longest", digit === longest);
    item.style.setProperty("--length", length);
    item.style.setProperty("--place", placeOfValue(length, margins));
    item.querySelector(".answer-class").textContent = names[digit];
    item.title = names[digit];
    const canvas = item.querySelector("canvas");
    canvas.setAttribute("aria-label", `What capsule ${names[digit]} would draw`);
    item.querySelector(".answer-value").textContent = length.toFixed(2);
    paintInk(canvas, drawingOf(digit), full);
  });
}

/** Paints what the server says, and what the browser itself finds while the pen moves. */
class Answer {
  constructor(root) {
    this.root = root;
    build(root);
    this.listen = ({ detail }) => this.here(detail);
    globalThis.addEventListener("capsnet-answer", this.listen);
  }

  server(data) {
    say(this.root.querySelector(".answer-said"), data.said ?? "");
    const [seen, drawings] = [data.seen, data.drawings].map((packed) => packed && bytesOf(packed));
    const { names, margins = [0.1, 0.9], lengths = null } = data;
    paintAnswer(this.root, { names, margins, lengths, seen, drawings }, 255);
    if (!lengths) paintRounds(this.root, null);
  }

  here({ names, margins, rounds, answer, isOver }) {
    if (isOver) return paintRounds(this.root, null); // of a digit that is not there any more
    const lengths = answer && Array.from(answer.last);
    const { seen, drawings } = answer ?? {};
    paintAnswer(this.root, { names, margins, lengths, seen, drawings }, 1);
    paintRounds(this.root, answer && { ...answer, rounds });
  }

  stop() {
    globalThis.removeEventListener("capsnet-answer", this.listen);
  }
}

const answers = new ComponentInstances(
  (place) => new Answer(place.querySelector(".answer")),
  (answer) => answer.stop(),
);

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data }) {
  answers.in(parentElement).server(data);
  return answers.cleanup(parentElement);
}
