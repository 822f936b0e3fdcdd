/** The pad: the strokes live here; the server only ever sees copies of them. */

import { isUndo, observeSize } from "../dom.js";
import { ComponentInstances } from "../component_instances.js";
import { isOfThisPage, onReconnect } from "../connection/connection.js";
import { DrawingSender } from "./drawing_sender.js";
import { BrowserRuntime } from "./browser_runtime.js";
import { fitCanvas, isNear, paintSheet, pathOf, placeOf } from "./paper.js";
import { packStrokes, unpackStrokes } from "./strokes.js";

const MAX_POINTS = 20000; // what the server takes: capsnet/data/strokes.py
const MAX_PATH = 100000; // units that the pen may go in all, as there
const PATIENCE = 4000; // ms until it is said that there is no answer
const NO_ANSWER = "No answer yet: is the connection lost? The drawing is kept.";
const LONGEST_STEP = 2000; // units between two points, across a sheet and what lies beyond
const NOT_SENT = "The server is not reached: the other pages do not know this drawing yet.";
const SERVER = { settings: null }; // it answers, where it offers no network
const HOLD = 3000; // ms for which a link waits at most until the drawing has arrived
const WIDTHS = { thin: 45, medium: 80, thick: 130 };
const UNSENT = "capsnet-unsent-drawing";
const remembered = (globalThis.capsnetPad ??= { pen: "medium" }); // across page changes

class Pad {
  constructor(root) {
    this.canvas = root.querySelector("canvas");
    this.hint = root.querySelector(".pad-hint");
    this.undoButton = root.querySelector("[data-testid=draw-undo]");
    this.clearButton = root.querySelector("[data-testid=draw-clear]");
    this.strokes = [];
    this.sheets = []; // cleared ones, and a picture that was drawn over, for Undo
    this.sheet = Date.now(); // which sheet of paper this is
    this.picture = null;
    this.isFaint = false; // the picture is not the visitor's, and the pad is there to draw on
    this.box = null; // where the sheet lay as the stroke began: should the page move, the stroke stays
    this.pointer = null; // the finger or pen that draws; others are ignored
    this.revision = null;
    this.isNothing = true; // to the server: no digit on the sheet
    this.isInAddress = true; // else the link there is of an earlier state of the drawing
    this.link = null; // of the drawing as it is, once that has been answered
    this.sender = new DrawingSender(() => ({
      strokes: packStrokes(this.strokes),
      sheet: this.sheet,
      down: this.pointer !== null,
      picture: this.picture !== null, // it lies there again
    }));
    this.runtime = new BrowserRuntime(this.canvas, root.querySelector(".pad-note"), () =>
      this.sender.changed(),
    );
    this.sender.isLocal = () => this.runtime.isReady && this.picture === null;
    this.sender.reportBusy = (isBusy) => this.wait(isBusy);
    this.sender.reportBusy(false); // a pad before this one may have been waiting
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
    on(window, "pagehide", () => this.sender.isBusy() && keepUnsent(packStrokes(this.strokes)));
    const elsewhere = (event) => root.contains(event.target) || this.leave();
    on(document, "pointerdown", elsewhere, { capture: true });
    on(document, "click", (event) => this.hold(event), { capture: true });
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
    this.load(strokes, picture, isFaint);
    // Chosen far below, as on a phone: its answer is up here.
    if (!isFirst) this.canvas.scrollIntoView({ block: "nearest" });
  }

  /** A page that was left or loaded anew before its drawing had arrived: here it is again. */
  restore() {
    const unsent = takeUnsent();
    if (!unsent) return;
    this.strokes = unpackStrokes(unsent);
    this.picture = this.awaited = null;
    this.changed();
    this.sender.lifted();
  }

  load(strokes, picture, isFaint) {
    this.isFaint = isFaint;
    this.strokes = unpackStrokes(strokes);
    this.sheets = [];
    this.sheet = Date.now();
    this.picture = this.awaited = null;
    if (picture) {
      const image = (this.awaited = new Image());
      image.onload = () => {
        if (this.strokes.length || this.awaited !== image) return; // something else came since
        this.picture = image;
        this.paint();
      };
      image.src = picture;
    }
    this.paint();
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
    this.before = this.state();
    if (this.picture || !this.strokes.length) takeBackPrediction();
    if (this.picture) this.sheets.push(this.state());
    this.picture = this.awaited = null; // one that is still on its way comes too late
    this.add({ width: WIDTHS[remembered.pen], points: [placeOf(event, this.box)] });
  }

  add(stroke) {
    if (this.isFull()) return;
    this.strokes.push(stroke);
    this.changed();
  }

  move(event) {
    if (event.pointerId !== this.pointer || !this.strokes.length || this.isFull()) return;
    const stroke = this.strokes[this.strokes.length - 1];
    const events = event.getCoalescedEvents?.() ?? [];
    const room = MAX_POINTS - this.count();
    const before = stroke.points.length;
    for (const each of events.length ? events : [event]) {
      const place = placeOf(each, this.box);
      if (stroke.points.length - before >= room || isNear(stroke, place)) continue;
      stroke.points.push(place);
      if (this.isFull()) break;
    }
    if (stroke.points.length > before) this.changed();
  }

  end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.name(); // answered already, if the pen had rested
    if (this.isNothing) this.sender.changed(); // why is told once the pen is up
    this.sender.lifted();
  }

  /** The stroke under way was none: a finger that the system took for a palm, or for a gesture. */
  takeBack() {
    const { strokes, picture } = this.before;
    if (picture && this.picture === null) this.sheets.pop();
    Object.assign(this, this.before, { strokes: [...strokes], pointer: null });
    this.changed();
    this.sender.lifted();
  }

  /** What lies on the sheet. */
  state() {
    const { strokes, sheet, picture } = this;
    return { strokes: [...strokes], sheet, picture };
  }

  undo() {
    if (this.pointer !== null) return;
    const isEmpty = !this.strokes.length;
    if (isEmpty && !this.sheets.length) return;
    this.strokes.pop();
    const isBack = !this.strokes.length && this.sheets.at(-1)?.sheet === this.sheet; // to a picture
    if (isEmpty || isBack) Object.assign(this, this.sheets.pop());
    this.changed();
    this.sender.lifted();
  }

  clear() {
    if (this.pointer !== null) return;
    if (this.strokes.length || this.picture) this.sheets.push(this.state());
    this.strokes = [];
    this.sheet = Date.now();
    this.picture = this.awaited = null;
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
    if (this.sender.isLocal()) this.runtime.ask(this.strokes);
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

  /**
   * Keep a link from being followed until the drawing has arrived: on the way to another page
   * Streamlit drops what it has not begun to look at.
   */
  hold(event) {
    const link = event.target.closest?.("a[href]");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !isPlain || this.isLetting || !this.sender.isBusy()) return;
    event.preventDefault();
    event.stopPropagation();
    clearInterval(this.holding); // the last link clicked is the one to follow
    const latest = performance.now() + HOLD;
    this.holding = setInterval(() => {
      if (this.sender.isBusy() && performance.now() < latest) return;
      clearInterval(this.holding);
      this.isLetting = true;
      link.click();
      this.isLetting = false;
    }, 20);
  }

  count() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  }

  /** Whether the server would take no more: of points, or of a pen's way. */
  isFull() {
    return this.count() >= MAX_POINTS || pathOf(this.strokes) >= MAX_PATH - LONGEST_STEP;
  }

  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paintNow());
  }

  paintNow() {
    fitCanvas(this.canvas);
    paintSheet(this.canvas, this.strokes, this.picture, this.isFaint);
    const isFull = this.isFull();
    this.hint.textContent = isFull ? "The sheet is full: undo or clear." : "Draw a digit here";
    const isTaken = this.strokes.length > 0 || (this.picture !== null && !this.isFaint);
    this.hint.hidden = isTaken && !isFull;
    disable(this.undoButton, !this.strokes.length && !this.sheets.length, this.canvas);
    disable(this.clearButton, !this.strokes.length && this.picture === null, this.canvas);
  }

  stop() {
    this.runtime.drop();
    this.sender.stop();
    this.forget();
    clearTimeout(this.missing);
    clearInterval(this.holding); // a link that was waiting: the page is another one already
    this.listeners.abort();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

/** Disable a button or not; the focus of one that has no use any more goes to its neighbour. */
function disable(button, isUseless, neighbour) {
  if (isUseless && document.activeElement === button) neighbour.focus({ preventScroll: true });
  button.disabled = isUseless;
}

/**
 * Call `action` for every press of a button. Browsers make no click of a tap that follows a quick
 * stroke, which to them was a page being flung; so a finger or pen presses by being lifted.
 */
function onPress(button, on, action) {
  let lifted = -Infinity;
  on(button, "pointerup", (event) => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const isInside =
      left <= event.clientX &&
      event.clientX <= right &&
      top <= event.clientY &&
      event.clientY <= bottom;
    if (event.pointerType === "mouse" || !isInside || button.disabled) return;
    lifted = event.timeStamp;
    action();
  });
  on(button, "click", (event) => {
    if (event.detail === 0 || event.timeStamp - lifted > 700) action(); // detail 0: by keyboard
  });
}

/**
 * What was predicted is not of the stroke that begins here. The server's next answer puts its own
 * words in this place, whatever they are: they carry the number of the drawing that they answer.
 */
function takeBackPrediction(words = "") {
  const [shown, said] = [".verdict-class", ".verdict-words"].map((name) =>
    document.querySelector(`.st-key-verdict ${name}`),
  );
  if (shown) shown.textContent = "–";
  if (said) said.textContent = words;
}

/** Keep a drawing that the server has not got, for this tab's next page. */
function keepUnsent(strokes) {
  try {
    sessionStorage.setItem(UNSENT, strokes);
  } catch {
    // the browser keeps nothing for us
  }
}

/** The drawing that was kept, once. */
function takeUnsent() {
  try {
    const strokes = sessionStorage.getItem(UNSENT);
    sessionStorage.removeItem(UNSENT);
    return strokes;
  } catch {
    return null;
  }
}

/** Name the digit in the page's address. The server finds it there and adds no history entry. */
function putIntoAddress(link) {
  const address = new URL(window.location.href);
  for (const [name, value] of Object.entries(link)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  if (address.href !== window.location.href) window.history.replaceState({}, "", address);
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
