/** A sheet with two digits that a hand drags; the network in this browser answers meanwhile. */

import { ComponentInstances } from "../component_instances.js";
import { isOfThisPage, sendReliably } from "../connection/connection.js";
import { inShort } from "../draw_pad/verdict.js";
import { bytesOf, paint, paintPicture, shapeCanvas } from "../ink.js";
import { networkOf } from "../network/network.js";
import { Dragging } from "./dragging.js";
import { claims, laidOver, moved } from "./laying.js";

const ON_RELEASE = "The answer follows when you let go.";
const ENDS = ["first", "second"];

class Sheet {
  constructor(parent) {
    this.root = parent.querySelector(".sheet");
    this.find = (selector) => this.root.querySelector(selector);
    this.hook = (name) => this.find(`[data-testid="${name}"]`);
    this.sent = Date.now(); // no two sheets of a session share numbers
    this.dragging = new Dragging(this);
  }

  update({ data, setTriggerValue }) {
    if (!isOfThisPage(data.session)) return;
    const isLate = this.data?.of === data.of && this.isWaiting && data.answered !== this.sent;
    this.data = data;
    this.send = (places) =>
      sendReliably("places", () => setTriggerValue("places", { places, number: this.sent }));
    this.#take(data.network);
    if (isLate || this.dragging.isHeld) return; // of places that the hand has left since
    this.isWaiting = false;
    this.root.classList.remove("sheet-is-ahead");
    this.inks = data.images.map((image) => new Float32Array(bytesOf(image).buffer));
    this.places = data.places;
    this.#describe();
    this.dragging.build(this.inks);
    this.#paintSheet();
    const drawn = data.drawn.map((image) => new Float32Array(bytesOf(image).buffer));
    this.#paintAnswer({ drawn, last: data.lengths });
  }

  /** How far a digit may go either way. */
  get farthest() {
    return this.data.farthest;
  }

  /** Put a digit elsewhere: `place` in pixels right and down. */
  move(which, place) {
    const held = place.map((at) => Math.max(-this.farthest, Math.min(this.farthest, at)));
    if (held.every((at, k) => at === this.places[which][k])) return;
    this.root.classList.add("sheet-is-ahead"); // of what the server has said
    this.places = this.places.map((old, i) => (i === which ? held : old));
    this.#paintSheet();
    this.#ask();
  }

  /** The hand rests: the server hears of it. */
  release() {
    this.sent++;
    this.isWaiting = true;
    this.send(this.places.flat());
  }

  leave() {
    this.isGone = true;
    this.dragging.leave();
  }

  #describe() {
    const { classes, one, names } = this.data;
    this.find(".sheet-one").textContent = one;
    ENDS.forEach((end, k) => {
      const canvas = this.hook(`sheet-${end}`);
      canvas.ariaLabel = `What capsule ${names[classes[k]]} draws`;
      canvas.nextElementSibling.textContent = `capsule ${names[classes[k]]}`;
    });
  }

  #paintSheet() {
    const { shape } = this.data;
    const [one, other] = this.inks.map((ink, k) => moved(ink, shape, ...this.places[k]));
    this.ink = laidOver(one, other);
    paintPicture(this.hook("sheet-canvas"), this.ink, shape, 1);
    this.dragging.place();
  }

  #paintAnswer({ drawn, last }) {
    const { shape, names } = this.data;
    ENDS.forEach((end, k) => paintPicture(this.hook(`sheet-${end}`), drawn[k], shape, 1));
    const canvas = this.hook("sheet-claims");
    shapeCanvas(canvas, shape);
    paint(canvas, claims(...drawn, this.ink), (colour, rgba, at) => rgba.set(colour, at));
    this.hook("sheet-read").textContent = inShort(last, names);
  }

  /** Ask this browser's network for an answer, or for a newer one that comes meanwhile. */
  async #ask() {
    this.isWanted = true;
    if (this.isAsking || !this.network) return;
    this.isAsking = true;
    while (this.isWanted && this.network) await this.#answer();
    this.isAsking = false;
  }

  async #answer() {
    this.isWanted = false;
    const { rounds, classes: count, names } = this.about;
    const { of, classes } = this.data;
    try {
      const found = await this.network.ask("described", { image: this.ink, capsules: classes });
      if (this.isGone || of !== this.data.of) return;
      const last = found.lengths.subarray((rounds - 1) * count, rounds * count);
      const { pixels } = this.about;
      const drawn = [0, 1].map((k) => found.pictures.subarray(k * pixels, (k + 1) * pixels));
      this.#paintAnswer({ drawn, last });
      const detail = { name: "capsule-lengths", lengths: [...last], names };
      globalThis.dispatchEvent(new CustomEvent("capsnet-lengths", { detail }));
    } catch (error) {
      this.#serverAnswers(`This browser cannot run the network (${error.message}). ${ON_RELEASE}`);
    }
  }

  /** What the server offers: the network's files, or why there are none. */
  #take({ settings, trouble }) {
    if (!settings) return this.#serverAnswers([trouble, ON_RELEASE].filter(Boolean).join(" "));
    if (settings.id === this.networkId) return;
    this.networkId = settings.id;
    networkOf(settings).then(
      (network) => {
        if (this.networkId !== settings.id) return null;
        Object.assign(this, { network, about: settings.about });
        this.root.dataset.runtime = "browser";
        this.find(".sheet-status").textContent = "";
        return this.dragging.isHeld ? this.#ask() : null;
      },
      (error) =>
        this.networkId === settings.id &&
        this.#serverAnswers(
          `This browser cannot run the network (${error.message}). ${ON_RELEASE}`,
        ),
    );
  }

  #serverAnswers(sentence) {
    this.network = null;
    this.root.dataset.runtime = "server";
    this.find(".sheet-status").textContent = sentence;
  }
}

const SHEETS = new ComponentInstances(
  (place) => new Sheet(place),
  (sheet) => sheet.leave(),
);

export default function (component) {
  const { parentElement } = component;
  SHEETS.in(parentElement).update(component);
  return SHEETS.cleanup(parentElement);
}
