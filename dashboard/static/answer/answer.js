/** The answer: pictures on canvases, and the capsule lengths as figures. */

import { bytesOf, paintPicture } from "../ink.js";
import { ComponentInstances } from "../component_instances.js";
import { EDGES, LengthBars, LengthsByRound } from "./charts.js";
import { Reconstruction } from "./reconstruction.js";

const SHAPE = [28, 28, 1]; // of pictures, until there is one
const REST = 700; // ms without a newer answer until it is read aloud: an answer follows the pen
const readings = new WeakMap(); // what waits to be read aloud in a place

/** What each capsule would draw, below its bar. */
function paintDrawings(root, names, drawings, shape, full) {
  const pixels = shape.reduce((a, b) => a * b, 1);
  const list = root.querySelector(".answer-drawings");
  if (list.childElementCount !== names.length) {
    list.style.padding = `0 ${EDGES.r}px 0 ${EDGES.l}px`;
    list.replaceChildren(...names.map(() => document.createElement("li")));
    for (const item of list.children) item.append(document.createElement("canvas"));
  }
  names.forEach((name, j) => {
    const [canvas] = list.children[j].children;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `What capsule ${name} would draw`);
    list.children[j].title = name;
    paintPicture(canvas, drawings?.subarray(j * pixels, (j + 1) * pixels), shape, full);
  });
}

/** Tell a screen reader, which announces what changes in a place that stays. */
function say(place, sentence) {
  clearTimeout(readings.get(place));
  const write = () => place.textContent === sentence || (place.textContent = sentence);
  readings.set(place, setTimeout(write, REST));
}

/** Paints what the server says, and what the browser itself finds while the pen moves. */
class Answer {
  constructor(root) {
    this.root = root;
    const parts = ["reconstruction", "drawn-by", "poor"];
    this.reconstruction = new Reconstruction(
      ...parts.map((name) => root.querySelector(`.answer-${name}`)),
    );
    this.listen = ({ detail }) => this.here(detail);
    globalThis.addEventListener("capsnet-answer", this.listen);
  }

  server(data) {
    say(this.root.querySelector(".answer-said"), data.said ?? "");
    const { figures, ...kit } = data.charts;
    Object.assign(this, { figures, usual: data.usual });
    this.bars ??= new LengthBars(this.root.querySelector(".answer-lengths"), kit);
    this.lines ??= new LengthsByRound(this.root.querySelector(".answer-lines"), kit);
    const [seen, drawings] = [data.seen, data.drawings].map((packed) => packed && bytesOf(packed));
    const { names, margins, lengths = null, shape } = data;
    const isNamed = names.some((name) => name.length > 2);
    this.root.classList.toggle("answer-named", isNamed);
    for (const chart of [this.bars, this.lines]) chart.looks = null; // the theme may be another
    this.#paint({ names, margins, lengths, seen, drawings, shape }, 255);
    if (!lengths) this.#paintRounds(null);
  }

  here({ names, margins, rounds, shape, answer, isOver }) {
    if (isOver) return this.#paintRounds(null); // of a digit that is not there any more
    const { seen, drawings } = answer ?? {};
    const last = answer && Array.from(answer.last);
    this.#paint({ names, margins, lengths: last, seen, drawings, shape }, 1);
    this.#paintRounds(answer && { names, rounds, last, lengths: answer.lengths });
  }

  /**
   * @param {object} shown `lengths`, `seen` and `drawings` are null where there is no image
   * @param {number} full the number that stands for full ink or light
   */
  #paint({ names, margins, lengths, seen, drawings, shape = SHAPE }, full) {
    const place = this.root.querySelector(".answer-size");
    place.textContent = `${shape[0]} × ${shape[1]}`;
    paintPicture(this.root.querySelector(".answer-seen"), seen, shape, full);
    this.reconstruction.show({ names, lengths, seen, drawings, shape }, full, this.usual);
    paintDrawings(this.root, names, drawings, shape, full);
    this.bars.show(this.figures.lengths, { names, margins, lengths });
  }

  #paintRounds(values) {
    this.root.querySelector(".answer-rounds").hidden = !values;
    if (values) this.lines.show(this.figures.rounds, values);
  }

  stop() {
    globalThis.removeEventListener("capsnet-answer", this.listen);
    this.bars?.leave();
    this.lines?.leave();
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
