import { paintPicture } from "../ink.js";
import { isPresent } from "../number_format.js";
import { norm, same, squaredError } from "./pose_vectors.js";
import { paintDifference } from "./difference_picture.js";

const WAITING = "…"; // the server reads a pose once the hand has let go of it

/** Beside the sliders: the picture, what it is compared with, and the vector's length. */
export class PicturePanel {
  constructor(explorer) {
    this.explorer = explorer;
  }

  /** Show another digit. */
  begin(original) {
    this.original = original;
    const { hook, find, data } = this.explorer;
    const { shape } = data;
    paintPicture(hook("canvas"), null, shape, 1);
    paintPicture(hook("original"), original, shape, 1);
    paintPicture(hook("own"), null, shape, 1); // until it has been drawn
    const [more, less] = shape[2] === 1 ? ["more ink", "less ink"] : ["lighter", "darker"];
    find(".pose-more").textContent = more;
    find(".pose-less").textContent = less;
  }

  paintInk(ink) {
    const { hook, find, data } = this.explorer;
    paintPicture(hook("canvas"), ink, data.shape, 1);
    paintDifference(hook("difference"), ink, this.original, data.shape);
    find(".pose-error output").textContent = squaredError(ink, this.original).toFixed(2);
  }

  /** A picture that came from the server; untweaked, it is the digit's own too. */
  paintFromServer(ink, shifts) {
    this.paintInk(ink);
    if (shifts.some(Boolean)) return;
    paintPicture(this.explorer.hook("own"), ink, this.explorer.data.shape, 1);
  }

  /** The untweaked picture. */
  paintOwn(ink) {
    paintPicture(this.explorer.hook("own"), ink, this.explorer.data.shape, 1);
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
      ? "No real capsule is longer than 1, but this can be drawn."
      : "Real capsules stay below 1; this one may grow longer.";
  }

  /** What the network reads in the picture; not while its answer is of an earlier one. */
  showReading() {
    const { data, pose, hook, reading } = this.explorer;
    const isOfThis = data.pose.capsule === pose.capsule && same(data.pose.shifts, pose.shifts);
    const read = reading ?? (isOfThis ? data.read : WAITING);
    if (hook("read").textContent !== read) hook("read").textContent = read;
  }

  /** Say whose pose this is, and which of the pictures are bent. */
  describe() {
    const { find, data, pose, isBent } = this.explorer;
    find(".pose-speaker").textContent = this.#sentence();
    find(".pose-own-name").textContent =
      pose.capsule === data.longest ? "Recon\u00adstruction" : "Dream";
    find(".pose-difference-name").textContent = isBent ? "Bent − original" : "Difference";
    find(".pose-bent").hidden = !isBent;
  }

  /** What the capsule says of the original, and what one sees if that digit is not there. */
  #sentence() {
    const { data, pose, isBent, isNamed } = this.explorer;
    const { capsule } = pose;
    const own = norm(data.capsules[capsule]);
    const [length, most] = [own, norm(data.capsules[data.longest])].map((l) => l.toFixed(2));
    const isNumber = (c) => data.names[c] === String(c);
    const name = isNumber(capsule) ? `${capsule}` : `“${data.names[capsule]}”`;
    const one = isNumber(capsule) ? `${capsule === 8 ? "an" : "a"} ${capsule}` : name;
    const here = isBent ? "in the original" : "here";
    if (capsule === data.longest) {
      const others = data.capsules.map(norm).filter((_, c) => c !== capsule);
      const answers = 1 + others.filter(isPresent).length;
      const longest = `Capsule ${name} is the longest`;
      if (!isPresent(own)) {
        const nothing = isNamed ? "none of its classes" : `no digit ${here}`;
        return `${longest}, but only ${length}: ${nothing}.`;
      }
      if (answers === 1) return `${longest}: the network reads the original as ${one}.`;
      const many = answers === 2 ? "two" : answers;
      return `${longest}, but not alone: ${isBent ? "the original has " : ""}${many} answers.`;
    }
    if (!isPresent(own)) {
      const dream = isBent
        ? `“Dream” is the ${name} it would draw; the large picture is that, bent.`
        : `This is the ${name} it would draw: what the capsule of an absent digit dreams.`;
      return (
        `The network sees no ${name} ${here}: capsule ${name} is only ${length} long. ` +
        `But every vector points somewhere. ${dream}`
      );
    }
    const drawing = isBent
      ? "“Dream” is how it would draw one; the large picture is that, bent."
      : "This is how it would draw one.";
    return (
      `Capsule ${name} is ${length} long, capsule ${data.names[data.longest]} ${most}: ` +
      `the network half sees ${one}. ${drawing}`
    );
  }
}
