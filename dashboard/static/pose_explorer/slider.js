import { signed } from "../number_format.js";
import { inWords } from "./directions.js";
import { Histogram } from "./histogram.js";
import { PICTURES } from "./strips.js";

/** One slider lying on its filmstrip; its thumb is a frame around a picture. */
export class StripSlider {
  /**
   * @param {HTMLElement} row an empty `.pose-row`.
   * @param {{label: string, short: string, testid: string, min: number, max: number}} of
   * @param {{moved: (value: number) => void, released: () => void, touched: () => void,
   *   pressed: () => void, reset: (isDouble: boolean) => void}} tell `moved` at every step,
   *   `touched` before a visitor's own, `pressed` before the first click of a double one.
   */
  constructor(row, { label, short, testid, min, max }, tell) {
    row.innerHTML = `
      <b></b>
      <button class="pose-meaning" aria-expanded="false"></button>
      <button class="pose-value"><output aria-live="off"></output></button>
      <button class="pose-play"></button>
      <div class="pose-strip">
        <canvas class="pose-paper"></canvas>
        <input type="range" step="0.001">
      </div>
      <div class="pose-histogram" aria-hidden="true" hidden></div>
      <div class="pose-ends" aria-hidden="true"><span></span><span class="pose-number"></span><span></span></div>
      <p class="pose-all" hidden></p>`;
    this.row = row;
    this.tell = tell;
    this.input = row.querySelector("input");
    this.canvas = row.querySelector("canvas");
    this.output = row.querySelector("output");
    this.meaning = row.querySelector(".pose-meaning");
    this.all = row.querySelector(".pose-all");
    [this.left, this.number, this.right] = row.querySelector(".pose-ends").children;
    this.valueButton = row.querySelector(".pose-value");
    this.playButton = row.querySelector(".pose-play");
    this.histogram = new Histogram(row.querySelector(".pose-histogram"));
    this.input.dataset.testid = testid;
    this.name({ label, short });
    this.mean();
    this.reach(min, max);
    this.#showPlaying(false);
    this.#listen();
  }

  /** Say what it moves: `label` to those who listen, `short` on the page. */
  name({ label, short }) {
    this.row.querySelector("b").textContent = short;
    this.label = label;
    const text = this.output.textContent; // who speaks says what is seen
    this.valueButton.ariaLabel = text ? `${text}, reset ${label}` : `Reset ${label}`;
    this.playButton.ariaLabel = `Play ${label}`;
  }

  reach(min, max) {
    if (Number(this.input.max) === max && Number(this.input.min) === min) return;
    this.input.min = min;
    this.input.max = max;
  }

  get value() {
    return this.input.valueAsNumber;
  }

  /**
   * @param {number} value where the thumb is.
   * @param {string} text how that is written.
   * @param {number | undefined} own what it is added to, where that is a number of the picture's.
   * @param {string} unit of both.
   */
  show(value, text, own, unit = "") {
    if (this.value !== value) this.input.value = value;
    if (this.output.textContent !== text) {
      this.output.textContent = text;
      this.valueButton.ariaLabel = `${text}, reset ${this.label}`; // who speaks says what is seen
    }
    if (own === undefined) return;
    const [its, now] = [own, own + value].map((x) => signed(x) + unit);
    this.number.textContent = inWords(own, unit);
    this.input.ariaValueText = `${text}, which makes it ${now}`;
    this.valueButton.title = `Own ${its}, now ${now}. Press to reset`;
  }

  /** Say what the slider does, if that was measured: `{label, left, right, all}`. */
  mean(words) {
    const { label, left, right, all } = words ?? {};
    this.meaning.textContent = label ?? "";
    this.meaning.ariaLabel = label ? null : `${this.label}: not measured`;
    this.meaning.title = this.input.ariaDescription = this.all.textContent = all ?? "";
    this.meaning.disabled = !all;
    if (!all) this.#showAll(false);
    this.left.textContent = left ?? "";
    this.right.textContent = right ?? "";
    this.input.ariaLabel = left ? `${this.label}, from ${left} to ${right}` : this.label;
  }

  /** Make room for pictures of which so much is seen. */
  frame({ rows, seen }) {
    Object.assign(this.canvas, { width: PICTURES * seen, height: rows });
  }

  paint(pixels) {
    const { width, height } = this.canvas;
    if (pixels.length !== 4 * width * height) return; // of a network that is not in use any more
    this.canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
  }

  #listen() {
    const { input, tell } = this;
    input.addEventListener("input", () => {
      tell.touched();
      tell.moved(this.value);
    });
    input.addEventListener("change", () => tell.released());
    // A finger that turns out to scroll the page has not meant the slider it started on.
    let before;
    input.addEventListener("pointerdown", () => (before = this.value));
    input.addEventListener("pointercancel", () => {
      tell.moved(before);
      tell.released();
    });
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("mousedown", ({ detail }) => detail === 1 && tell.pressed());
    input.addEventListener("dblclick", () => tell.reset(true));
    this.valueButton.addEventListener("click", () => tell.reset(false));
    this.meaning.addEventListener("click", () => this.#showAll(this.all.hidden));
    this.playButton.addEventListener("click", () => (this.playing ? this.stop() : this.play()));
  }

  /** All that the slider changes, for those who cannot point at its words. */
  #showAll(isShown) {
    this.all.hidden = !isShown;
    this.meaning.ariaExpanded = isShown;
  }

  /** Arrows go a fiftieth of the way, with Shift (or PageUp, PageDown) to the next picture. */
  #key(event) {
    const sign = {
      ArrowRight: 1,
      ArrowUp: 1,
      PageUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageDown: -1,
    };
    const { key, shiftKey } = event;
    if (!(key in sign) || event.altKey || event.ctrlKey || event.metaKey) return; // as Alt+← is Back
    event.preventDefault();
    this.tell.touched();
    const whole = this.input.max - this.input.min;
    const step = whole / (shiftKey || key.startsWith("Page") ? PICTURES - 1 : 50);
    this.input.value = this.value + sign[key] * step;
    this.tell.moved(this.value);
    clearTimeout(this.resting);
    this.resting = setTimeout(this.tell.released, 400);
  }

  /** Sweep back and forth, from where the thumb is, until stopped. */
  play() {
    this.tell.touched();
    const [low, high] = [Number(this.input.min), Number(this.input.max)];
    const phase = Math.asin((2 * (this.value - low)) / (high - low) - 1);
    const begin = performance.now();
    const step = (now) => {
      const turn = phase + (2 * Math.PI * Math.max(0, now - begin)) / 4000; // 4 s a turn
      this.input.value = low + ((high - low) * (1 + Math.sin(turn))) / 2;
      this.tell.moved(this.value);
      this.playing = requestAnimationFrame(step);
    };
    this.playing = requestAnimationFrame(step);
    this.#showPlaying(true);
  }

  stop() {
    if (!this.playing) return;
    this.halt();
    this.tell.released();
  }

  /** Stop without a call. */
  halt() {
    cancelAnimationFrame(this.playing);
    clearTimeout(this.resting);
    this.playing = undefined;
    this.#showPlaying(false);
  }

  #showPlaying(on) {
    this.playButton.textContent = on ? "❚❚" : "▶\ufe0e"; // as text: some phones make it an emoji
    this.playButton.ariaPressed = on;
  }
}
