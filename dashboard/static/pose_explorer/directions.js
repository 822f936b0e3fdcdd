/** What the sliders move: the vector's own dimensions, or the principal axes of real poses. */

import { number, signed } from "../number_format.js";
import { rounded } from "./pose_vectors.js";

const DEVIATIONS = 3; // how far a slider reaches along a principal axis, either way

/** Each slider adds to one of the vector's numbers. */
export class Dimensions {
  constructor(explorer) {
    this.explorer = explorer;
    this.unit = "";
  }

  get reach() {
    return this.explorer.pose.span;
  }

  get values() {
    return this.explorer.pose.shifts;
  }

  /** What the values are added to. */
  get own() {
    return this.explorer.own;
  }

  get histograms() {
    return this.explorer.real?.by_dimension;
  }

  name(d) {
    return { label: `dimension ${d}`, short: `${d}` };
  }

  words(d) {
    return this.explorer.data.meanings?.[this.explorer.pose.capsule]?.[d];
  }

  /** Move along one of them, to a value from `-reach` to `reach`. */
  move(d, value) {
    this.explorer.set({ shifts: this.values.map((s, i) => (i === d ? rounded(value) : s)) });
  }

  /** The shifts that are another value along one of them. */
  shiftsAt(d, value) {
    return this.values.map((s, i) => (i === d ? value : s));
  }

  /** Anywhere within the sliders' reach. */
  random() {
    return this.values.map(() => rounded(this.reach * (2 * Math.random() - 1)));
  }
}

/** Each slider moves along one principal axis of the class's real poses, by standard deviations. */
export class PrincipalAxes {
  constructor(explorer) {
    this.explorer = explorer;
    this.unit = " σ";
    this.reach = DEVIATIONS;
  }

  /** How far the pose is shifted along each; to more decimals than the shifts tell. */
  get values() {
    const { shifts } = this.explorer.pose;
    if (this.reached !== shifts || this.of !== this.explorer.real) {
      this.#keep(this.#along(shifts), shifts);
    }
    return this.along;
  }

  get own() {
    const { own, real } = this.explorer;
    return this.#along(own.map((x, d) => x - real.mean[d]));
  }

  get histograms() {
    return this.explorer.real.by_axis;
  }

  name(k) {
    return { label: `principal axis ${k + 1}`, short: `${k + 1}` };
  }

  words(k) {
    const share = 100 * this.explorer.real.shares[k];
    const label = `${number(share, share < 10 ? 1 : 0)} % of the variance`;
    const { images, shares } = this.explorer.real;
    const so_far = 100 * shares.slice(0, k + 1).reduce((sum, one) => sum + one);
    const all =
      `Along this direction lies ${label} of the ${images.length} real poses; ` +
      `along all down to it, ${number(so_far, 0)} %.`;
    return { label, left: "", right: "", all };
  }

  move(k, value) {
    this.moveTo(this.values.map((z, i) => (i === k ? value : z)));
  }

  /** Go where the pose is shifted so far along each; no dimension is shifted by more than 1. */
  moveTo(wanted) {
    const [from, to] = [this.values, wanted].map((along) => this.#shifts(along));
    const share = Math.min(...to.map((end, d) => roomFor(from[d], end)));
    const along = this.values.map((z, k) => z + share * (wanted[k] - z));
    this.explorer.jump(this.#shifts(along));
    this.#keep(along, this.explorer.pose.shifts);
  }

  shiftsAt(k, value) {
    return this.#shifts(this.values.map((z, i) => (i === k ? value : z)));
  }

  /** A pose as the real ones are: normally distributed along each axis. */
  random() {
    const { own, real } = this.explorer;
    const drawn = this.#shifts(real.deviations.map(normal));
    return drawn.map((x, d) => rounded(clamped(real.mean[d] + x - own[d])));
  }

  #keep(along, shifts) {
    Object.assign(this, { along, reached: shifts, of: this.explorer.real });
  }

  /** A vector's length along each axis, in standard deviations. */
  #along(vector) {
    const { axes, deviations } = this.explorer.real;
    return axes.map((axis, k) => (deviations[k] ? dot(axis, vector) / deviations[k] : 0));
  }

  #shifts(along) {
    const { axes, deviations, mean } = this.explorer.real;
    return mean.map((_, d) => axes.reduce((sum, a, k) => sum + along[k] * deviations[k] * a[d], 0));
  }
}

/** A slider's value in words. */
export function inWords(value, unit) {
  return signed(value, 2) + unit;
}

function dot(a, b) {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

function clamped(x) {
  return Math.max(-1, Math.min(1, x));
}

/** Which share of the way from a number to another stays within -1 and 1. */
function roomFor(from, to) {
  if (Math.abs(to) <= 1) return 1;
  return Math.max(0, (Math.sign(to) - from) / (to - from));
}

/** A number of the standard normal distribution (Box and Muller 1958). */
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
