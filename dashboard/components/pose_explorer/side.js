import { paintInk } from "../ink.js";
import { isThere } from "../numbers.js";
import { norm, squaredError } from "./numbers.js";
import { paintDifference } from "./painting.js";

/** Beside the sliders: the picture, what it is compared with, and the vector's length. */
export class Side {
  constructor(explorer) {
    this.explorer = explorer;
  }

  /** Show another digit. */
  begin(original) {
    this.original = original;
    this.ownShown = undefined;
    paintInk(this.explorer.hook("original"), original, 1);
    paintInk(this.explorer.hook("own"), null, 1); // until it has been drawn
  }

  paint(ink, vector) {
    this.paintInk(ink);
    this.paintLength(vector);
    this.#paintOwn();
  }

  paintInk(ink) {
    const { hook, find } = this.explorer;
    paintInk(hook("canvas"), ink, 1);
    paintDifference(hook("difference"), ink, this.original);
    find(".pose-error output").textContent = squaredError(ink, this.original).toFixed(2);
  }

  /** A picture that came from the server; untweaked, it is the digit's own too. */
  paintFromServer(ink, shifts) {
    this.paintInk(ink);
    if (!shifts.some(Boolean)) paintInk(this.explorer.hook("own"), ink, 1);
  }

  /** The untweaked picture, once for each digit and capsule. */
  #paintOwn() {
    const { own, pose, decoder, hook } = this.explorer;
    if (this.ownShown === own) return;
    this.ownShown = own;
    paintInk(hook("own"), decoder.decode(pose.capsule, own), 1);
  }

  paintLength(vector) {
    const { hook, find } = this.explorer;
    const length = norm(vector);
    hook("length").textContent = length.toFixed(3);
    const meter = find(".pose-meter");
    meter.style.setProperty("--length", Math.min(length, 1.5));
    const beyond = length >= 1;
    if (this.beyond === beyond) return;
    this.beyond = beyond;
    meter.classList.toggle("pose-beyond", beyond);
    find(".pose-shell").textContent = beyond
      ? "Beyond 1 no real capsule gets, but it can be drawn."
      : "Real capsules end below 1; this one may grow longer.";
  }

  /** Say whose pose this is, and what one sees if that digit is not there. */
  speak() {
    const { find, data, pose } = this.explorer;
    const { capsule } = pose;
    const own = norm(data.capsules[capsule]);
    const [length, most] = [own, norm(data.capsules[data.longest])].map((l) => l.toFixed(2));
    const present = capsule === data.longest;
    const isNumber = (c) => data.names[c] === String(c);
    const name = isNumber(capsule) ? `${capsule}` : `“${data.names[capsule]}”`;
    const one = isNumber(capsule) ? `${capsule === 8 ? "an" : "a"} ${capsule}` : name;
    find(".pose-own-name").textContent = present ? "Recon\u00adstruction" : "Dream";
    const nothing = this.explorer.isNamed ? "none of its classes" : "no digit here";
    const sentence = find(".pose-speaker");
    const others = data.capsules.map(norm).filter((_, c) => c !== capsule);
    const answers = 1 + others.filter(isThere).length;
    if (present && !isThere(own)) {
      sentence.textContent = `Capsule ${name} is the longest, but only ${length}: ${nothing}.`;
    } else if (present && answers > 1) {
      const many = answers === 2 ? "two" : answers;
      sentence.textContent = `Capsule ${name} is the longest, but not alone: ${many} answers.`;
    } else if (present) {
      sentence.textContent = `Capsule ${name} is the longest: the network reads the original as ${one}.`;
    } else if (!isThere(own)) {
      sentence.textContent =
        `The network sees no ${name} here: capsule ${name} is only ${length} long. ` +
        `But every vector points somewhere. This is the ${name} it would draw: ` +
        `what the capsule of an absent digit dreams.`;
    } else {
      sentence.textContent =
        `Capsule ${name} is ${length} long, capsule ${data.names[data.longest]} ${most}: ` +
        `the network half sees ${one}. This is how it would draw one.`;
    }
  }
}
