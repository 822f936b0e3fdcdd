/** The page: what the sliders, buttons and files do to the pose, and the pose to the pictures. */

import { isUndo } from "../dom.js";
import { ComponentInstances } from "../component_instances.js";
import { isOfThisPage, sendReliably } from "../connection/connection.js";
import { signed } from "../number_format.js";
import { inShort } from "../draw_pad/verdict.js";
import { networkOf } from "../network/network.js";
import { Decoding } from "./decoding.js";
import { FileButtons } from "./file_buttons.js";
import { Morph } from "./morph.js";
import { norm, rounded, same } from "./pose_vectors.js";
import { unpacked } from "./difference_picture.js";
import { PicturePanel } from "./picture_panel.js";
import { StripSlider } from "./slider.js";
import { Strips, stripFrame } from "./strips.js";

const SPANS = [0.25, 0.5, 1];
const ON_RELEASE = "The picture follows when you let go.";
const ON_ITS_WAY = "The network is on its way; until then the picture follows when you let go.";
const FIELDS = "input:not([type=range]), textarea, [contenteditable]"; // have an undo of their own
const remembered = (globalThis.capsnetPose ??= { large: false }); // across page changes

class Explorer {
  constructor(parent) {
    this.root = parent.querySelector(".pose");
    this.find = (selector) => this.root.querySelector(selector);
    this.hook = (name) => this.find(`[data-testid="pose-${name}"]`);
    this.sliders = this.capsules = [];
    this.morph = new Morph(this);
    this.panel = new PicturePanel(this);
    this.files = new FileButtons(this);
    this.listeners = new AbortController();
    this.sent = Date.now(); // no two explorers of a session share numbers
    this.#listen();
  }

  /** Take what the server says; it comes after every release too, and then changes nothing. */
  update({ data, setStateValue, setTriggerValue }) {
    if (!isOfThisPage(data.session)) return; // of a session that knows nothing of this pose yet
    this.data = data;
    // With a number, so that the same pose can be sent again.
    const send = (pose) =>
      setStateValue("pose", { ...pose, epoch: this.data.epoch, number: ++this.sent });
    this.send = (pose) => sendReliably("pose", () => send(pose));
    this.ask = (name, value) => sendReliably(name, () => setTriggerValue(name, value));
    this.#build();
    this.#take(data.network);
    if (data.epoch !== this.epoch) this.#begin();
    else if (!this.decoding && same(data.pose, this.pose)) this.#paintFromServer();
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
    this.#halt(); // what played was the pose of the digit before: nobody is told of it
    this.decoding?.drop();
    this.ownShown = undefined;
    this.epoch = this.data.epoch;
    this.pose = this.committed = this.data.pose;
    this.history = [];
    this.hook("undo").disabled = true;
    this.panel.begin(unpacked(this.data.image));
    this.root.classList.toggle("pose-is-named", this.isNamed || this.data.names.length > 10);
    this.find(".pose-one").textContent = this.data.one;
    this.root.classList.toggle("pose-stays", !this.data.can_morph);
    this.data.capsules.forEach((vector, c) => {
      this.capsules[c].style.setProperty("--length", norm(vector));
      this.capsules[c].textContent = this.data.names[c];
      this.capsules[c].title = this.capsules[c].ariaDescription =
        `length ${norm(vector).toFixed(2)}`;
    });
    this.#paint(); // at once: no part of the page is to be of the digit before
    if (this.decoding) this.say("");
    this.#paintFromServer();
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

  get vector() {
    return this.own.map((x, d) => x + this.pose.shifts[d]);
  }

  /** Change the pose and redraw; `commit` it when the hand comes to rest. */
  set(change) {
    this.pose = { ...this.pose, ...change };
    this.#poseChanged();
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
    this.#poseChanged();
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
    this.#leaveToServer();
  }

  #halt() {
    for (const slider of [...this.sliders, this.morph.slider]) slider.halt();
  }

  #committed() {
    this.committed = this.pose;
    this.hook("undo").disabled = !this.history.length;
    if (this.decoding) this.say(""); // it was of an earlier pose
    this.send(this.pose);
  }

  #poseChanged() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.#paint();
    });
  }

  #paint() {
    const { capsule, shifts, span } = this.pose;
    const vector = this.vector;
    this.sliders.forEach((slider, d) => {
      slider.reach(-span, span);
      slider.show(shifts[d], signed(shifts[d], 2), this.own[d]);
    });
    this.panel.paintLength(vector);
    this.reading = undefined; // it was of an earlier pose
    this.decoding?.want(capsule, vector);
    this.#wantOwn();
    this.panel.showReading();
    this.#paintCapsule();
    this.strips?.want([...this.sliders.map((_, d) => this.#stripOf(d)), ...this.morph.strips()]);
  }

  /** What depends only on the capsule, the reach and whether the pose is bent. */
  #paintCapsule() {
    const { capsule, span } = this.pose;
    const shown = `${this.epoch} ${capsule} ${span} ${this.isBent}`;
    if (shown === this.capsuleShown) return;
    this.capsuleShown = shown;
    this.capsules.forEach((button, c) => (button.ariaPressed = c === capsule));
    for (const button of this.root.querySelectorAll(".pose-span")) {
      button.ariaPressed = Number(button.dataset.span) === span;
    }
    const meanings = this.data.meanings?.[capsule];
    this.sliders.forEach((slider, d) => slider.mean(meanings?.[d]));
    this.find(".pose-legend").hidden = !meanings;
    this.panel.describe();
  }

  #paintFromServer() {
    this.panel.paintFromServer(unpacked(this.data.drawn), this.pose.shifts);
  }

  /** What the slider of one dimension can reach while the others stay. */
  #stripOf(dimension) {
    const { capsule, span } = this.pose;
    const end = (shift) => this.vector.map((x, d) => (d === dimension ? this.own[d] + shift : x));
    return { name: String(dimension), capsule, from: end(-span), to: end(span) };
  }

  /** What the server offers: the network's files, or why there are none. */
  #take({ settings, trouble }) {
    if (settings && settings.id === this.networkId) return;
    const sentence = [trouble, ON_RELEASE].filter(Boolean).join(" ");
    if (!settings && this.status === sentence) return;
    this.#leaveToServer(sentence);
    if (settings) this.#open(settings);
  }

  async #open(settings) {
    this.networkId = settings.id;
    this.status = "";
    this.waiting = setTimeout(() => this.say((this.status = ON_ITS_WAY)), 2000);
    const isCurrent = () => this.networkId === settings.id && !this.listeners.signal.aborted;
    const failed = (error) => isCurrent() && this.#fail(error);
    try {
      const network = await networkOf(settings);
      if (!isCurrent()) return;
      this.decoding = new Decoding(network, {
        drawn: (ink) => this.panel.paintInk(ink),
        own: (ink) => this.panel.paintOwn(ink),
        read: (lengths) => this.#showReading(lengths, settings.about),
        failed,
      });
      this.strips = new Strips(this.decoding, stripFrame(this.data.shape), (name, pixels) =>
        (this.sliders[name] ?? this.morph.slider).paint(pixels),
      );
    } catch (error) {
      return failed(error);
    }
    clearTimeout(this.waiting);
    this.root.dataset.runtime = "browser";
    this.say((this.status = ""));
    this.#poseChanged();
  }

  /** This browser cannot: the server draws, and all stays as it is. */
  #fail(error) {
    this.#leaveToServer(
      `This browser cannot run the network (${error.message}): the picture follows when you let go.`,
    );
    this.networkId = this.data.network.settings?.id; // it is not tried again on this page
    this.#paintFromServer();
    this.panel.showReading();
  }

  /** The server draws, or the page is left. */
  #leaveToServer(sentence = "") {
    clearTimeout(this.waiting);
    this.decoding?.drop();
    this.strips?.stop();
    this.strips = this.decoding = this.networkId = this.ownShown = undefined;
    this.root.dataset.runtime = "server";
    this.say((this.status = sentence));
  }

  #wantOwn() {
    if (!this.decoding || this.ownShown === this.own) return;
    this.ownShown = this.own;
    this.decoding.wantOwn(this.pose.capsule, this.own);
  }

  /** What the network reads in the picture, after its own rounds. */
  #showReading(lengths, { rounds, classes, names }) {
    const last = lengths.subarray((rounds - 1) * classes, rounds * classes);
    this.reading = inShort(last, names);
    this.panel.showReading();
  }

  /** One sentence for the visitor, or none but what is true all the time. */
  say(sentence) {
    this.find(".pose-status").textContent = sentence || this.status;
  }

  #slider(d) {
    const row = this.find(".pose-rows").appendChild(document.createElement("div"));
    row.className = "pose-row";
    const shifted = (value) => this.pose.shifts.map((s, i) => (i === d ? rounded(value) : s));
    return new StripSlider(
      row,
      { label: `dimension ${d}`, short: d, testid: `pose-slider-${d}`, min: -0.5, max: 0.5 },
      {
        touched: () => this.stop(),
        moved: (value) => this.set({ shifts: shifted(value) }),
        released: () => this.commit(),
        ...this.resetting(() => this.set({ shifts: shifted(0) })),
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

  #listen() {
    const click = (element, act) =>
      element.addEventListener("click", () => {
        this.rest();
        act();
        this.commit();
      });
    click(this.hook("reset"), () => this.set({ shifts: this.pose.shifts.map(() => 0) }));
    click(this.hook("random"), () => this.set({ shifts: this.#random() }));
    this.hook("undo").addEventListener("click", () => this.undo());
    const { signal } = this.listeners;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const button of this.root.querySelectorAll(".pose-span")) {
      button.addEventListener("click", () => this.#reach(Number(button.dataset.span)));
    }
    this.#listenToSize();
  }

  /** Ctrl+Z anywhere on the page but in a field. */
  #key(event) {
    if (!isUndo(event) || event.composedPath()[0].closest?.(FIELDS)) return;
    event.preventDefault();
    this.undo();
  }

  /** Sixteen small strips at once, or large ones beneath each other, as for a lecture hall. */
  #listenToSize() {
    const button = this.hook("large");
    const show = (large) => {
      this.root.classList.toggle("pose-is-large", large);
      button.ariaPressed = large;
    };
    show(remembered.large);
    button.addEventListener("click", () => show((remembered.large = !remembered.large)));
  }

  /** Another reach of the sliders; shifts beyond it come back to its ends, and this is said. */
  #reach(span) {
    this.rest();
    const beyond = this.pose.shifts.filter((s) => Math.abs(s) > span).length;
    const shifts = this.pose.shifts.map((s) => Math.max(-span, Math.min(span, s)));
    this.set({ span, shifts });
    this.commit();
    if (!beyond) return;
    const sliders = beyond > 1 ? `${beyond} sliders were` : "One slider was";
    this.say(`${sliders} beyond ±${span} and came back to it. Undo brings the pose back.`);
  }

  #random() {
    return this.pose.shifts.map(() => rounded(this.pose.span * (2 * Math.random() - 1)));
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
