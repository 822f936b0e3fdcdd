import { isCalm } from "../dom.js";
import { paintPicture } from "../ink.js";
import { same } from "./pose_vectors.js";
import { unpacked } from "./difference_picture.js";
import { StripSlider } from "./slider.js";

/** The way from this digit's pose, or another's of its class, to that of a third. */
export class Morph {
  constructor(explorer) {
    this.explorer = explorer;
    this.section = explorer.find(".pose-morph");
    this.journey = explorer.find(".pose-journey");
    this.slider = new StripSlider(
      this.journey,
      { label: "the way to the other digit", short: "Way", testid: "pose-morph", min: 0, max: 1 },
      {
        touched: () => explorer.stop(),
        moved: (share) => this.#go(share),
        released: () => explorer.commit(),
        ...explorer.resetting(() => this.#go(0)),
      },
    );
    this.slider.mean({ label: "", left: "this one", right: "the other" });
    this.section.addEventListener("toggle", () => this.#request());
    this.form = explorer.find(".pose-ends-of-way");
    this.ends = { from: explorer.hook("from"), to: explorer.hook("to") };
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#askForWay();
    });
  }

  /** Take the digits that the server offers, if they belong to the capsule shown. */
  update(others) {
    if (same(others, this.others)) return;
    this.others = others;
    this.target = undefined;
    this.slider.stop();
    this.journey.hidden = true;
    const box = this.section.querySelector(".pose-targets");
    this.more ??= box.appendChild(this.#more()); // the same one always: it may have the focus
    this.more.hidden = !others;
    for (const old of box.querySelectorAll(".pose-target")) old.remove();
    box.prepend(...(others?.digits ?? []).map((digit) => this.#thumbnail(digit)));
    if (!others) this.#request();
    this.explorer.find(".pose-told").textContent = others?.told ?? "";
    if (this.isAsked && others?.way) this.#travel(...others.way);
    this.isAsked &&= !others; // those of another capsule come first
  }

  /** The strip between the two poses, if there are two. */
  strips() {
    const { own, pose } = this.explorer;
    if (this.reached && this.reached !== pose.shifts) this.#leave();
    const fits = this.target && this.others.capsule === pose.capsule;
    this.journey.hidden = !fits;
    if (!fits) return [];
    const { from = own, to } = this.target;
    return [{ name: "morph", capsule: pose.capsule, from, to }];
  }

  /** A digit as one end of the way: `from` or `to`. */
  take(end, index) {
    this.section.open = true;
    this.ends[end].value = index;
    if (this.ends.to.value) this.#askForWay();
    else this.ends.to.focus();
  }

  #askForWay() {
    const [from, to] = [this.ends.from, this.ends.to].map(({ value }) => value);
    this.isAsked = true;
    this.explorer.ask("others", { from, to });
  }

  #request() {
    if (this.section.open && !this.others && !this.isAsked) this.explorer.ask("others", true);
  }

  #go(share) {
    const { own } = this.explorer;
    const { from = own, to } = this.target;
    this.slider.show(share, `${Math.round(100 * share)} %`);
    this.explorer.jump(own.map((x, d) => from[d] + share * (to[d] - from[d]) - x));
    this.reached = this.explorer.pose.shifts;
  }

  /** The pose has been changed elsewhere: it is not on the way any more. */
  #leave() {
    this.reached = undefined;
    this.slider.show(0, "0 %");
  }

  #thumbnail(digit) {
    const button = document.createElement("button");
    const canvas = button.appendChild(document.createElement("canvas"));
    canvas.className = "pose-paper";
    paintPicture(canvas, unpacked(digit.image), this.explorer.data.shape, 1);
    button.className = "pose-target";
    button.ariaLabel = `${this.explorer.data.one === "digit" ? "Digit" : "Picture"} number ${digit.index}`;
    button.addEventListener("click", () => {
      if (this.others.capsule !== this.explorer.pose.capsule) return; // those of this one are coming
      for (const other of this.section.querySelectorAll(".pose-target")) {
        other.ariaPressed = other === button;
      }
      this.#travel(undefined, digit);
    });
    return button;
  }

  /** Begin the way from one digit, or from this one, to another. */
  #travel(from, to) {
    this.explorer.stop();
    this.target = { from: from?.vector, to: to.vector };
    this.journey.hidden = false;
    this.#leave(); // it begins at its first digit
    if (isCalm()) this.#arrive();
    else this.slider.play();
  }

  /** Where nothing is to move by itself: the other digit at once. */
  #arrive() {
    this.#go(1);
    this.explorer.commit();
  }

  #more() {
    const button = document.createElement("button");
    button.textContent = "Others";
    button.addEventListener("click", () => this.explorer.ask("others", true));
    return button;
  }
}
