/**
 * Carries drawings to the server: the newest one only, one at a time, not too often.
 *
 * The server answers a drawing by its number. Until then nothing more is sent, however much is
 * drawn, so that a slow server is never behind by more than one drawing; only what the pen leaves
 * behind when it is lifted does not wait. Once the pen has rested, the last drawing goes again as
 * `settled`, and the whole page follows. Where the browser answers by itself, that is all that goes.
 */
export class DrawingSender {
  static SHORTEST_PAUSE = 100; // ms between two drawings on their way
  static PATIENCE = 8000; // ms until an answer is taken for lost, as after a broken connection
  static REST = 700; // ms after the last stroke until the drawing counts as settled

  /** @param {() => object} read  the drawing now, and whether the pen is down */
  constructor(read) {
    this.read = read;
    this.isLocal = () => false; // set by the pad: whether the browser answers by itself
    this.send = () => {}; // set by the pad: a drawing, off to the server
    this.reportBusy = () => {}; // set by the pad: whether an answer is awaited
    this.number = Date.now(); // no two pads of a session share numbers
    this.pending = null; // the number under way
    this.sentAt = -Infinity;
    this.hasUnsent = false; // there is something that the server has not got
    this.isRested = false; // nor does it know that the pen rests
    this.wasSettled = false; // what the drawing under way says
  }

  /** The drawing has changed: it goes out as soon as it may. */
  changed() {
    clearTimeout(this.rest);
    this.hasUnsent = true;
    this.isRested = false;
    if (this.isLocal()) return;
    this.reportBusy(true);
    this.next();
  }

  /** The pen is up: whatever the server has not got goes now, then the drawing may rest. */
  lifted() {
    if (!this.isLocal()) this.flush();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.isRested = true;
      if (this.isLocal() && this.hasUnsent) this.reportBusy(true);
      this.next();
    }, DrawingSender.REST);
  }

  /** The server has answered a drawing. */
  answered(number) {
    if (number !== this.pending) return;
    this.pending = null;
    this.reportBusy(this.hasUnsent);
    this.next();
  }

  /** Something else takes the drawing's place: whatever is under way or to come is void. */
  drop() {
    this.stop();
    this.pending = null;
    this.hasUnsent = this.isRested = this.wasSettled = false;
    this.reportBusy(false);
  }

  /** Whatever has not been sent goes now, as when the visitor is about to leave. */
  flush() {
    if (this.hasUnsent) this.deliver();
  }

  /** The line was cut and is whole again: whatever was under way goes once more. */
  resend() {
    if (this.isBusy()) this.deliver();
  }

  /** Whether there is something that the server has not got or not answered. */
  isBusy() {
    return this.hasUnsent || this.pending !== null;
  }

  /** Whether this number answers all that has been drawn. */
  isLast(number) {
    return number === this.pending && !this.hasUnsent;
  }

  next() {
    clearTimeout(this.timer);
    const isOpen = this.pending !== null;
    if (!this.hasUnsent && !this.isRested && !isOpen) return;
    if (this.isLocal() && this.hasUnsent && !this.isRested) return; // it goes once the pen rests
    const pause = isOpen ? DrawingSender.PATIENCE : DrawingSender.SHORTEST_PAUSE;
    const left = this.sentAt + pause - performance.now();
    if (left > 0) this.timer = setTimeout(() => this.next(), left);
    else this.deliver();
  }

  deliver() {
    clearTimeout(this.timer);
    const settled = this.isRested || (this.wasSettled && this.pending !== null && !this.hasUnsent);
    this.wasSettled = settled;
    this.hasUnsent = this.isRested = false;
    this.pending = ++this.number;
    this.sentAt = performance.now();
    this.send({ number: this.number, settled, ...this.read() });
    this.next(); // once more, should no answer ever come
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.rest);
  }
}
