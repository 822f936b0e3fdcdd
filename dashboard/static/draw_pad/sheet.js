/** What lies on the sheet: the strokes, or a picture that is not drawn; and what Undo brings back. */

import { isNear, pathOf } from "./paper.js";
import { unpackStrokes } from "./strokes.js";

const MAX_POINTS = 20000; // what the server takes: capsnet/data/strokes.py
const MAX_PATH = 100000; // units that the pen may go in all, as there
const LONGEST_STEP = 2000; // units between two points, across a sheet and what lies beyond

export class Sheet {
  constructor() {
    this.strokes = [];
    this.picture = null;
    this.isFaint = false; // the picture is not the visitor's, and the pad is there to draw on
    this.number = Date.now(); // which sheet of paper this is
    this.earlier = []; // cleared sheets, and a picture that was drawn over, for Undo
  }

  /** Show another drawing or picture; `loaded` is called once the picture is there. */
  load(strokes, picture, isFaint, loaded) {
    this.isFaint = isFaint;
    this.strokes = unpackStrokes(strokes);
    this.earlier = [];
    this.number = Date.now();
    this.#dropPicture();
    if (!picture) return;
    const image = (this.awaited = new Image());
    image.onload = () => {
      if (this.strokes.length || this.awaited !== image) return; // something else came since
      this.picture = image;
      loaded();
    };
    image.src = picture;
  }

  /** Put packed strokes on the sheet, in the place of what lies there. */
  redraw(strokes) {
    this.strokes = unpackStrokes(strokes);
    this.#dropPicture();
  }

  /** A stroke begins: a picture makes room for it. */
  makeRoom() {
    if (this.picture) this.earlier.push(this.state());
    this.#dropPicture();
  }

  /** Begin a stroke. Returns whether there was room for it. */
  add(stroke) {
    if (this.isFull()) return false;
    this.strokes.push(stroke);
    return true;
  }

  /** Lengthen the last stroke by those places that are not too near to each other. */
  extend(places) {
    const { points } = this.strokes[this.strokes.length - 1];
    const room = MAX_POINTS - this.#count();
    const before = points.length;
    for (const place of places) {
      if (points.length - before >= room || isNear({ points }, place)) continue;
      points.push(place);
      if (this.isFull()) break;
    }
    return points.length > before;
  }

  /** What lies on the sheet, to `takeBackTo`. */
  state() {
    const { strokes, number, picture } = this;
    return { strokes: [...strokes], number, picture };
  }

  /** Bring back what lay there before the stroke under way. */
  takeBackTo(before) {
    if (before.picture && this.picture === null) this.earlier.pop();
    Object.assign(this, before, { strokes: [...before.strokes] });
  }

  undo() {
    const isEmpty = !this.strokes.length;
    this.strokes.pop();
    const isBack = !this.strokes.length && this.earlier.at(-1)?.number === this.number; // to a picture
    if (isEmpty || isBack) Object.assign(this, this.earlier.pop());
  }

  clear() {
    if (this.strokes.length || this.picture) this.earlier.push(this.state());
    this.strokes = [];
    this.number = Date.now();
    this.#dropPicture();
  }

  get canUndo() {
    return this.strokes.length > 0 || this.earlier.length > 0;
  }

  get canClear() {
    return this.strokes.length > 0 || this.picture !== null;
  }

  /** Whether something of the visitor's own lies there. */
  get isTaken() {
    return this.strokes.length > 0 || (this.picture !== null && !this.isFaint);
  }

  /** Whether the server would take no more: of points, or of a pen's way. */
  isFull() {
    return this.#count() >= MAX_POINTS || pathOf(this.strokes) >= MAX_PATH - LONGEST_STEP;
  }

  #count() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  }

  /** Take the picture away; one that is still on its way comes too late. */
  #dropPicture() {
    this.picture = this.awaited = null;
  }
}
