/** The page: what the sliders, buttons and files do to the pose, and the pose to the pictures. */

import { ComponentInstances } from "../component_instances.js";
import { isOfThisPage, sendReliably } from "../connection/connection.js";
import { Dimensions, PrincipalAxes, inWords } from "./directions.js";
import { FileButtons } from "./file_buttons.js";
import { Morph } from "./morph.js";
import { norm, rounded, same } from "./pose_vectors.js";
import { unpacked } from "./difference_picture.js";
import { PicturePanel } from "./picture_panel.js";
import { PoseButtons } from "./pose_buttons.js";
import { PoseMap } from "./pose_map.js";
import { PoseRuntime } from "./pose_runtime.js";
import { StripSlider } from "./slider.js";
import { stripFrame } from "./strips.js";

const SPANS = [0.25, 0.5, 1];

class Explorer {
  constructor(parent) {
    this.root = parent.querySelector(".pose");
    this.find = (selector) => this.root.querySelector(selector);
    this.hook = (name) => this.find(`[data-testid="pose-${name}"]`);
    this.sliders = this.capsules = [];
    this.dimensions = new Dimensions(this);
    this.axes = new PrincipalAxes(this);
    this.morph = new Morph(this);
    this.map = new PoseMap(this);
    this.panel = new PicturePanel(this);
    this.runtime = new PoseRuntime(this);
    this.listeners = new AbortController();
    this.files = new FileButtons(this);
    this.buttons = new PoseButtons(this);
    this.sent = Date.now(); // no two explorers of a session share numbers
  }

  /** Take what the server says; it comes after every release too, and then changes nothing. */
  update({ data, setStateValue, setTriggerValue }) {
    if (!isOfThisPage(data.session)) return; // of a session that knows nothing of this pose yet
    const kept = same(data.real, this.data?.real) ? this.data?.real : data.real;
    const isNew = kept !== this.data?.real;
    this.data = { ...data, real: kept };
    // With a number, so that the same pose can be sent again.
    const send = (pose) =>
      setStateValue("pose", { ...pose, epoch: this.data.epoch, number: ++this.sent });
    this.send = (pose) => sendReliably("pose", () => send(pose));
    this.ask = (name, value) => sendReliably(name, () => setTriggerValue(name, value));
    this.#build();
    this.runtime.take(data.network);
    if (data.epoch !== this.epoch) this.#begin();
    else if (!this.runtime.isReady && same(data.pose, this.pose)) this.paintFromServer();
    if (isNew) this.poseChanged();
    this.panel.showReading();
    this.morph.update(data.others);
  }

  /** A slider for each dimension, a button for each capsule, and room for the pictures. */
  #build() {
    const { capsules, shape } = this.data;
    const built = JSON.stringify([capsules.length, capsules[0].length, shape]);
    if (built === this.built) return;
    this.built = built;
    this.#halt();
    for (const box of [".pose-rows", ".pose-capsules"]) this.find(box).replaceChildren();
    this.sliders = capsules[0].map((_, d) => this.#slider(d));
    this.capsules = capsules.map((_, c) => this.#capsule(c));
    const frame = stripFrame(shape);
    this.root.style.setProperty("--frame", frame.rows / frame.seen);
    for (const slider of [...this.sliders, this.morph.slider]) slider.frame(frame);
    this.capsuleShown = undefined;
  }

  /** A digit, a network or a link that this page has not shown yet. */
  #begin() {
    this.#halt(); // what played was the pose of the digit before: it is not sent
    this.runtime.drop();
    this.epoch = this.data.epoch;
    this.pose = this.committed = this.data.pose;
    this.history = [];
    this.hook("undo").disabled = true;
    this.panel.begin(unpacked(this.data.image));
    this.root.classList.toggle("pose-is-named", this.isNamed || this.data.names.length > 10);
    for (const word of this.root.querySelectorAll(".pose-one")) word.textContent = this.data.one;
    this.root.classList.toggle("pose-stays", !this.data.can_morph);
    this.data.capsules.forEach((vector, c) => {
      this.capsules[c].style.setProperty("--length", norm(vector));
      this.capsules[c].textContent = this.data.names[c];
      this.capsules[c].title = this.capsules[c].ariaDescription =
        `length ${norm(vector).toFixed(2)}`;
    });
    this.#paint(); // at once: no part of the page is to be of the digit before
    if (this.runtime.isReady) this.say("");
    this.paintFromServer();
  }

  /** Whether the classes have names, and are not the digits 0 to 9. */
  get isNamed() {
    return this.data.names.some((name, c) => name !== String(c));
  }

  /** Whether any slider has left the digit's own pose. */
  get isBent() {
    return this.pose.shifts.some(Boolean);
  }

  get own() {
    return this.data.capsules[this.pose.capsule];
  }

  /** The real poses of the capsule's class, where they have been measured and are here. */
  get real() {
    const { real } = this.data;
    return real?.capsule === this.pose.capsule ? real : undefined;
  }

  /** What the sliders move. */
  get directions() {
    return this.pose.by_axes && this.real ? this.axes : this.dimensions;
  }

  get vector() {
    return this.own.map((x, d) => x + this.pose.shifts[d]);
  }

  /** Change the pose and redraw; `commit` it when the hand comes to rest. */
  set(change) {
    this.pose = { ...this.pose, ...change };
    this.poseChanged();
  }

  commit() {
    if (same(this.pose, this.committed)) return;
    this.history.push(this.committed);
    this.#committed();
  }

  /** How a slider is reset; a double click takes back where its first click moved the thumb. */
  resetting(setBack) {
    let before; // how long the history was
    return {
      pressed: () => (before = this.history.length),
      reset: (isDouble) => {
        this.stop();
        setBack();
        if (!isDouble) return this.commit();
        const [start = this.committed] = this.history.splice(before);
        if (!same(start, this.pose)) this.history.push(start);
        this.#committed();
      },
    };
  }

  undo() {
    this.stop();
    this.commit();
    if (!this.history.length) return;
    this.pose = this.history.pop();
    this.poseChanged();
    this.#committed();
  }

  /** Set all shifts at once, and widen the sliders' reach to hold them. */
  jump(shifts, capsule = this.pose.capsule) {
    const most = Math.max(...shifts.map(Math.abs));
    const span = SPANS.find((s) => s >= this.pose.span && s >= most) ?? 1;
    this.set({ capsule, span, shifts: shifts.map(rounded) });
  }

  /** Stop whatever plays, and forget what was said. */
  rest() {
    this.stop();
    this.say("");
  }

  /** Stop whatever plays. */
  stop() {
    for (const slider of this.sliders) slider.stop();
    this.morph.slider.stop();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.listeners.abort();
    this.#halt();
    this.runtime.leaveToServer();
  }

  #halt() {
    for (const slider of [...this.sliders, this.morph.slider]) slider.halt();
  }

  #committed() {
    this.committed = this.pose;
    this.hook("undo").disabled = !this.history.length;
    if (this.runtime.isReady) this.say(""); // it was of an earlier pose
    this.send(this.pose);
  }

  poseChanged() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.#paint();
    });
  }

  #paint() {
    const { vector, directions } = this;
    const { reach, values, own, unit, histograms } = directions;
    this.sliders.forEach((slider, d) => {
      slider.reach(-reach, reach);
      slider.show(values[d], inWords(values[d], unit), own[d], unit);
      slider.histogram.show(histograms?.[d], own[d], reach);
    });
    this.map.paint();
    this.panel.paintLength(vector);
    this.reading = undefined; // it was of an earlier pose
    this.runtime.want(this.pose.capsule, vector, this.own, () => [
      ...this.sliders.map((_, d) => this.#stripOf(d)),
      ...this.morph.strips(),
    ]);
    this.panel.showReading();
    this.#paintCapsule();
  }

  /** What depends only on the capsule, the reach and whether the pose is bent. */
  #paintCapsule() {
    const { capsule, span, by_axes } = this.pose;
    const { directions, real } = this;
    const shown = [this.epoch, capsule, span, this.isBent, by_axes, real];
    if (this.capsuleShown?.every((part, i) => part === shown[i])) return;
    this.capsuleShown = shown;
    this.capsules.forEach((button, c) => (button.ariaPressed = c === capsule));
    for (const button of this.root.querySelectorAll(".pose-span")) {
      button.ariaPressed = Number(button.dataset.span) === span;
    }
    this.sliders.forEach((slider, d) => {
      slider.name(directions.name(d));
      slider.mean(directions.words(d));
    });
    this.buttons.showDirections();
    this.panel.describe();
  }

  paintFromServer() {
    this.panel.paintFromServer(unpacked(this.data.drawn), this.pose.shifts);
  }

  /** What the slider of one dimension can reach while the others stay. */
  #stripOf(dimension) {
    const { directions, own } = this;
    const end = (value) => directions.shiftsAt(dimension, value).map((shift, d) => own[d] + shift);
    const [from, to] = [end(-directions.reach), end(directions.reach)];
    return { name: String(dimension), capsule: this.pose.capsule, from, to };
  }

  /** One sentence for the visitor, or none but what is true all the time. */
  say(sentence) {
    this.find(".pose-status").textContent = sentence || this.runtime.status;
  }

  #slider(d) {
    const row = this.find(".pose-rows").appendChild(document.createElement("div"));
    row.className = "pose-row";
    return new StripSlider(
      row,
      { ...this.dimensions.name(d), testid: `pose-slider-${d}`, min: -0.5, max: 0.5 },
      {
        touched: () => this.stop(),
        moved: (value) => this.directions.move(d, value),
        released: () => this.commit(),
        ...this.resetting(() => this.directions.move(d, 0)),
      },
    );
  }

  #capsule(c) {
    const button = this.find(".pose-capsules").appendChild(document.createElement("button"));
    button.dataset.testid = `pose-capsule-${c}`;
    button.className = "pose-capsule";
    button.addEventListener("click", () => {
      this.stop();
      this.set({ capsule: c, shifts: this.pose.shifts.map(() => 0) });
      this.commit();
    });
    return button;
  }
}

const explorers = new ComponentInstances(
  (place) => new Explorer(place),
  (explorer) => explorer.destroy(),
);

export default function (component) {
  const { parentElement } = component;
  explorers.in(parentElement).update(component);
  return explorers.cleanup(parentElement);
}
