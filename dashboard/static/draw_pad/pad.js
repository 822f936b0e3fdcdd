/** The pad: the strokes live here; the server only ever sees copies of them. */

import { isUndo, observeSize } from "../dom.js";
import { ComponentInstances } from "../component_instances.js";
import { isOfThisPage, onReconnect } from "../connection/connection.js";
import { DrawingSender } from "./drawing_sender.js";
import { BrowserRuntime } from "./browser_runtime.js";
import { LinkHold } from "./link_hold.js";
import { disable, onPress } from "./pad_buttons.js";
import { putIntoAddress } from "./page_address.js";
import { fitCanvas, paintSheet, placeOf } from "./paper.js";
import { Sheet } from "./sheet.js";
import { packStrokes } from "./strokes.js";
import { keepUnsent, takeUnsent } from "./unsent_drawing.js";
import { takeBackPrediction } from "./verdict.js";

const PATIENCE = 4000; // ms until it is said that there is no answer
const NO_ANSWER = "No answer yet: is the connection lost? The drawing is kept.";
const NOT_SENT = "The server cannot be reached: the other pages do not have this drawing yet.";
const SERVER = { settings: null }; // it answers, where it offers no network
const WIDTHS = { thin: 45, medium: 80, thick: 130 };
const remembered = (globalThis.capsnetPad ??= { pen: "medium" }); // across page changes

class Pad {
  constructor(root) {
    this.canvas = root.querySelector("canvas");
    this.hint = root.querySelector(".pad-hint");
    this.undoButton = root.querySelector("[data-testid=draw-undo]");
    this.clearButton = root.querySelector("[data-testid=draw-clear]");
    this.sheet = new Sheet();
    this.box = null; // where the sheet lay as the stroke began: should the page move, the stroke stays
    this.pointer = null; // the finger or pen that draws; others are ignored
    this.revision = null;
    this.isNothing = true; // to the server: no digit on the sheet
    this.isInAddress = true; // else the link there is of an earlier state of the drawing
    this.link = null; // of the drawing as it is, once that has been answered
    this.sender = new DrawingSender(() => ({
      strokes: packStrokes(this.sheet.strokes),
      sheet: this.sheet.number,
      down: this.pointer !== null,
      picture: this.sheet.picture !== null, // it lies there again
    }));
    this.runtime = new BrowserRuntime(this.canvas, root.querySelector(".pad-note"), () =>
      this.sender.changed(),
    );
    this.sender.isLocal = () => this.runtime.isReady && this.sheet.picture === null;
    this.sender.reportBusy = (isBusy) => this.wait(isBusy);
    this.sender.reportBusy(false); // a pad before this one may have been waiting
    this.links = new LinkHold(() => this.sender.isBusy());
    this.listeners = new AbortController();
    this.listen(root);
    this.forget = onReconnect(() => this.sender.resend());
    // In the same frame: a canvas of a new size is blank until it is painted.
    this.observer = new ResizeObserver(() => fitCanvas(this.canvas) && this.paintNow());
    observeSize(this.observer, this.canvas);
  }

  listen(root) {
    const on = (target, name, action, options = {}) =>
      target.addEventListener(name, action, { signal: this.listeners.signal, ...options });
    on(this.canvas, "pointerdown", (event) => this.begin(event));
    on(this.canvas, "pointermove", (event) => this.move(event));
    on(this.canvas, "pointerup", (event) => this.end(event));
    on(
      this.canvas,
      "pointercancel",
      (event) => event.pointerId === this.pointer && this.takeBack(),
    );
    on(this.canvas, "lostpointercapture", (event) => this.end(event));
    on(this.canvas, "contextmenu", (event) => event.preventDefault());
    onPress(this.undoButton, on, () => this.undo());
    onPress(this.clearButton, on, () => this.clear());
    on(root, "keydown", (event) => this.press(event));
    for (const input of root.querySelectorAll("input[type=radio]")) {
      input.checked = input.value === remembered.pen;
      on(input, "change", () => (remembered.pen = input.value));
    }
    on(
      window,
      "pagehide",
      () => this.sender.isBusy() && keepUnsent(packStrokes(this.sheet.strokes)),
    );
    const elsewhere = (event) => root.contains(event.target) || this.leave();
    on(document, "pointerdown", elsewhere, { capture: true });
    on(document, "click", (event) => this.links.hold(event), { capture: true });
  }

  /** What the server says: which drawing it answered, and what it shows if not ours. */
  update(
    { session, answered, revision, strokes, picture, faint, link, network = SERVER },
    setStateValue,
  ) {
    if (!isOfThisPage(session)) return; // of a session that knows nothing of this drawing yet
    this.sender.send = (drawing) => setStateValue("drawing", drawing);
    this.isNothing = Object.values(link).every((value) => value === null);
    this.parts = Object.keys(link);
    const isFirst = this.revision === null;
    const isUnanswered = this.sender.isBusy() && !this.sender.isLast(answered);
    const isOurs = !isFirst && (this.pointer !== null || isUnanswered); // ours is newer
    const isOther = revision !== this.revision && !isOurs;
    this.revision = revision;
    this.runtime.take(network);
    if (isOther) {
      this.take(strokes, picture, faint, isFirst);
      if (isFirst) this.restore();
      return;
    }
    if (this.sender.isLast(answered)) this.runtime.count();
    else if (isOurs) this.runtime.repaint();
    // Before anything else is sent: the server is to find the address already right.
    if (this.sender.isLast(answered)) this.link = link;
    this.name();
    this.sender.answered(answered);
    this.wait(this.canvas.getAttribute("aria-busy") === "true"); // whatever is still to come has its time anew
  }

  /** Another digit was chosen elsewhere: nothing of the one before is to be sent any more. */
  take(strokes, picture, isFaint, isFirst) {
    this.sender.drop();
    this.runtime.drop();
    this.link = null;
    this.isInAddress = true; // the server sees to it
    this.sheet.load(strokes, picture, isFaint, () => this.paint());
    this.paint();
    // Chosen far below, as on a phone: its answer is up here.
    if (!isFirst) this.canvas.scrollIntoView({ block: "nearest" });
  }

  /** A page that was left or loaded anew before its drawing had arrived: here it is again. */
  restore() {
    const unsent = takeUnsent();
    if (!unsent) return;
    this.sheet.redraw(unsent);
    this.changed();
    this.sender.lifted();
  }

  begin(event) {
    if (event.button !== 0) return;
    const isPen = event.pointerType === "pen";
    if (this.pointer !== null && isPen && this.isFinger) this.takeBack(); // it was the hand's palm
    if (this.pointer !== null) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.isFinger = event.pointerType === "touch";
    this.box = this.canvas.getBoundingClientRect();
    this.before = this.sheet.state();
    if (this.sheet.picture || !this.sheet.strokes.length) takeBackPrediction();
    this.sheet.makeRoom();
    const stroke = { width: WIDTHS[remembered.pen], points: [placeOf(event, this.box)] };
    if (this.sheet.add(stroke)) this.changed();
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    if (!this.sheet.strokes.length || this.sheet.isFull()) return;
    const events = event.getCoalescedEvents?.() ?? [];
    const places = (events.length ? events : [event]).map((each) => placeOf(each, this.box));
    if (this.sheet.extend(places)) this.changed();
  }

  end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.name(); // answered already, if the pen had rested
    if (this.isNothing) this.sender.changed(); // the reason is shown once the pen is up
    this.sender.lifted();
  }

  /** The stroke under way was none: a finger that the system took for a palm, or for a gesture. */
  takeBack() {
    this.sheet.takeBackTo(this.before);
    this.pointer = null;
    this.changed();
    this.sender.lifted();
  }

  undo() {
    if (this.pointer !== null || !this.sheet.canUndo) return;
    this.sheet.undo();
    this.changed();
    this.sender.lifted();
  }

  clear() {
    if (this.pointer !== null) return;
    this.sheet.clear();
    takeBackPrediction();
    this.changed();
    this.sender.lifted();
  }

  /** Say so if an answer does not come: what stands there is of an earlier drawing. */
  wait(isBusy) {
    this.canvas.setAttribute("aria-busy", isBusy);
    clearTimeout(this.missing);
    if (isBusy) this.missing = setTimeout(() => this.miss(), PATIENCE);
    else this.runtime.say("");
  }

  /** The server says nothing; what the browser has found stays true. */
  miss() {
    if (this.sender.isLocal()) this.runtime.say(NOT_SENT);
    else takeBackPrediction(NO_ANSWER);
  }

  press(event) {
    const isClear = event.key === "Delete" || event.key === "Backspace";
    if (!isUndo(event) && !isClear) return;
    event.preventDefault();
    if (isUndo(event)) this.undo();
    else this.clear();
  }

  changed() {
    this.isInAddress = false;
    this.link = null;
    this.paint();
    if (this.sender.isLocal()) this.runtime.ask(this.sheet.strokes);
    else if (this.sheet.picture) this.runtime.drop(); // a late answer would be of the strokes before
    this.sender.changed();
  }

  /** The address names the drawing as it is, once the pen is up. */
  name() {
    if (this.pointer !== null || this.link === null) return;
    putIntoAddress(this.link);
    this.link = null;
    this.isInAddress = true;
  }

  /** The visitor turns to something else, perhaps to another page: Back is to bring all of it. */
  leave() {
    this.sender.flush();
    if (!this.isInAddress)
      putIntoAddress(Object.fromEntries(this.parts.map((name) => [name, null])));
  }

  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paintNow());
  }

  paintNow() {
    fitCanvas(this.canvas);
    const { strokes, picture, isFaint, isTaken, canUndo, canClear } = this.sheet;
    paintSheet(this.canvas, strokes, picture, isFaint);
    const isFull = this.sheet.isFull();
    this.hint.textContent = isFull ? "The sheet is full: undo or clear." : "Draw a digit here";
    this.hint.hidden = isTaken && !isFull;
    disable(this.undoButton, !canUndo, this.canvas);
    disable(this.clearButton, !canClear, this.canvas);
  }

  stop() {
    this.runtime.drop();
    this.sender.stop();
    this.forget();
    clearTimeout(this.missing);
    this.links.stop();
    this.listeners.abort();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

const pads = new ComponentInstances(
  (place) => new Pad(place.querySelector(".pad")),
  (pad) => pad.stop(),
);

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data, setStateValue }) {
  pads.in(parentElement).update(data, setStateValue);
  return pads.cleanup(parentElement);
}
