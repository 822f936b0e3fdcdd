/** The answers that this browser gives itself while the pen moves: the newest drawing's, only. */

import { networkOf } from "../network/network.js";
import { showVerdict } from "./verdict.js";

const DOT = 30; // units that a pen must move: `SMALLEST_DRAWING` of dashboard/state/digit.py

export class BrowserRuntime {
  /**
   * @param {HTMLElement} hooks the element that says who answers, and how often it was answered
   * @param {HTMLElement} note where the page says that this browser cannot
   * @param {() => void} failed the server is to answer from now on
   */
  constructor(hooks, note, failed) {
    Object.assign(this, { hooks, note, failed });
    this.network = null;
    this.offer = null;
    this.waiting = null; // strokes that came while an answer was under way
    this.isAsking = false;
    this.shown = null; // the last answer, to be painted again
    this.generation = 0; // answers of an earlier one are void
  }

  get isReady() {
    return this.network !== null;
  }

  /** What the server offers: the network's files, or why there are none. */
  take(offer) {
    const isNew = offer.settings?.id !== this.offer?.settings?.id;
    this.offer = offer;
    if (!offer.settings) return this.#serverAnswers(offer.trouble);
    if (isNew) this.#open(offer.settings);
  }

  /** Something else is on the sheet: what is under way is void. */
  drop() {
    this.generation++;
    this.waiting = this.shown = null;
    dispatchAnswer({ isOver: true });
  }

  /** Answer a drawing, or a newer one that comes meanwhile. */
  async ask(strokes) {
    this.waiting = strokes.map(({ width, points }) => ({ width, points: [...points] }));
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.waiting && this.network) await this.#answer();
    this.isAsking = false;
  }

  /** Tell the visitor something while this browser answers; "" for nothing. */
  say(words) {
    if (!this.isReady) return;
    this.note.textContent = words;
    this.note.hidden = !words;
  }

  /** Paint the last answer once more: the server's came late, of an earlier drawing. */
  repaint() {
    if (this.shown) setTimeout(() => this.shown && paint(this.shown, this.offer));
  }

  /** The server's answer has been painted. */
  count() {
    this.hooks.dataset.answers = Number(this.hooks.dataset.answers ?? 0) + 1;
  }

  async #open(settings) {
    this.network = null;
    try {
      const network = await networkOf(settings);
      if (this.offer.settings?.id !== settings.id) return;
      this.network = network;
      this.hooks.dataset.runtime = "browser";
      this.note.hidden = true;
    } catch (error) {
      if (this.offer.settings?.id === settings.id) this.#serverAnswers(cannot(error));
    }
  }

  #serverAnswers(trouble = "") {
    this.network = null;
    this.hooks.dataset.runtime = "server";
    this.note.textContent = trouble;
    this.note.hidden = !trouble;
  }

  async #answer() {
    const { generation, waiting: strokes } = this;
    this.waiting = null;
    try {
      const isDot = extent(strokes) < DOT;
      const task = { strokes, isWhole: this.offer.whole };
      const answer = isDot ? null : await this.network.ask("strokes", task);
      if (generation !== this.generation) return;
      this.shown = { answer };
      paint(this.shown, this.offer);
      this.count();
    } catch (error) {
      this.drop();
      this.#serverAnswers(cannot(error));
      this.failed();
    }
  }
}

function cannot(error) {
  return `This browser cannot run the network (${error.message}): the server answers.`;
}

/** The longer side of the box that the pen's points lie in. */
function extent(strokes) {
  const sides = [0, 1].map((axis) => {
    const values = strokes.flatMap(({ points }) => points.map((point) => point[axis]));
    return (
      values.reduce((a, b) => Math.max(a, b), -Infinity) -
      values.reduce((a, b) => Math.min(a, b), Infinity)
    );
  });
  return Math.max(...sides);
}

/** Show an answer on the page: its verdict, and what the component `answer` draws. */
function paint({ answer }, { settings, margins }) {
  const { rounds, classes, names } = settings.about;
  const lengths = answer?.lengths.subarray((rounds - 1) * classes, rounds * classes);
  showVerdict(lengths, names);
  const detail = {
    names,
    margins,
    rounds,
    shape: settings.about.shape,
    answer: answer && { ...answer, last: lengths },
  };
  dispatchAnswer(detail);
}

function dispatchAnswer(detail) {
  globalThis.dispatchEvent(new CustomEvent("capsnet-answer", { detail }));
}
