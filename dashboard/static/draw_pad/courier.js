/**
 * Carries drawings to the server: the newest one only, one at a time, not too often.
 *
 * The server answers a drawing by its number. Until then nothing more is sent, however much is
 * drawn, so that a slow server is never behind by more than one drawing; only what the pen leaves
 * behind when it is lifted does not wait. Once the pen has rested, the last drawing goes again as
 * `settled`, and the whole page follows. Where the browser answers by itself, that is all that goes.
 */
export class Courier {
  static SHORTEST_PAUSE = 100; // ms between two drawings on their way
  static PATIENCE = 8000; // ms until an answer is taken for lost, as after a broken connection
  static REST = 700; // ms after the last stroke until the drawing counts as settled

  /** @param {() => object} read  the drawing now, and whether the pen is down */
  constructor(read) {
    this.read = read;
    this.isLocal = () => false; // set by the pad: whether the browser answers by itself
    this.send = () => {}; // set by the pad: a drawing, off to the server
    this.tell = () => {}; // set by the pad: whether an answer is awaited
    this.number = Date.now(); // no two pads of a session share numbers
    this.open = null; // the number under way
    this.sentAt = -Infinity;
    this.isDirty = false; // there is something that the server has not got
    this.isRested = false; // nor does it know that the pen rests
    this.wasSettled = false; // what the drawing under way says
  }

  /** The drawing has changed: it goes out as soon as it may. */
  changed() {
    clearTimeout(this.rest);
    this.isDirty = true;
    this.isRested = false;
    if (this.isLocal()) return;
    this.tell(true);
    this.next();
  }

  /** The pen is up: whatever the server has not got goes now, then the drawing may rest. */
  lifted() {
    if (!this.isLocal()) this.flush();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.isRested = true;
      if (this.isLocal() && this.isDirty) this.tell(true);
      this.next();
    }, Courier.REST);
  }

  /** The server has answered a drawing. */
  answered(number) {
    if (number !== this.open) return;
    this.open = null;
    this.tell(this.isDirty);
    this.next();
  }

  /** Something else takes the drawing's place: whatever is under way or to come is void. */
  drop() {
    this.stop();
    this.open = null;
    this.isDirty = this.isRested = this.wasSettled = false;
    this.tell(false);
  }

  /** Whatever has not been sent goes now, as when the visitor is about to leave. */
  flush() {
    if (this.isDirty) this.deliver();
  }

  /** The line was cut and is whole again: whatever was under way goes once more. */
  again() {
    if (this.isBusy()) this.deliver();
  }

  /** Whether there is something that the server has not got or not answered. */
  isBusy() {
    return this.isDirty || this.open !== null;
  }

  /** Whether this number answers all that has been drawn. */
  isLast(number) {
    return number === this.open && !this.isDirty;
  }

  next() {
    clearTimeout(this.timer);
    const isOpen = this.open !== null;
    if (!this.isDirty && !this.isRested && !isOpen) return;
    if (this.isLocal() && this.isDirty && !this.isRested) return; // it goes once the pen rests
    const pause = isOpen ? Courier.PATIENCE : Courier.SHORTEST_PAUSE;
    const left = this.sentAt + pause - performance.now();
    if (left > 0) this.timer = setTimeout(() => this.next(), left);
    else this.deliver();
  }

  deliver() {
    clearTimeout(this.timer);
    const settled = this.isRested || (this.wasSettled && this.open !== null && !this.isDirty);
    this.wasSettled = settled;
    this.isDirty = this.isRested = false;
    this.open = ++this.number;
    this.sentAt = performance.now();
    this.send({ number: this.number, settled, ...this.read() });
    this.next(); // once more, should no answer ever come
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.rest);
  }
}
