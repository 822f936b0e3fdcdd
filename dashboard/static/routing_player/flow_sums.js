import { number } from "../number_format.js";
import { between } from "./payload.js";
import { TOP } from "./flow_nodes.js";

const LEAST = 0.01; // a length that is drawn as large as the room at most
const LABEL = 22; // what a digit's name needs, however little reaches it
const ROUND = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];

/**
 * Bands as wide as what each map adds to the length of s_j: its votes, each times its share, as far
 * as they point along s_j. What points the other way takes away, and is the hollow part of a node.
 */
export const sumBands = {
  heads: ["‖s‖", "‖v‖"],

  /** Nodes of one scale for all rounds and all routings that are compared. */
  nodes(trace, s, room) {
    const unit = Math.min(...s.traces.map((each) => unitOf(each, room)));
    const sizes = amounts(trace, s.position).map(({ added, sum }) => ({
      size: added * unit,
      full: sum * unit,
    }));
    const slots = sizes.map(({ size }) => Math.max(LABEL, size));
    const apart = (room - slots.reduce((a, b) => a + b, 0)) / Math.max(1, slots.length - 1);
    let y = TOP;
    return sizes.map(({ size, full }, j) => {
      const node = { y: y + (slots[j] - size) / 2, size, full, scale: unit };
      y += slots[j] + apart;
      return node;
    });
  },

  bands(trace, s, from, to) {
    const bands = [];
    to.forEach((node, j) => {
      let y = node.y;
      from.forEach((map, m) => {
        const w = node.scale * Math.max(0, between(trace.additions, s.position, m, j));
        const y0 = map.y + map.size / 2 - w / 2;
        if (w > 0.02)
          bands.push({ map: m, digit: j, y0, y1: y, w0: w, w1: w, faint: 0.22, strength: 1 });
        y += w;
      });
    });
    return bands;
  },

  numbers: (trace, s, j) => [
    number(amounts(trace, s.position)[j].sum, 2),
    number(between(trace.lengths, s.position, j), 2),
  ],

  ofDigit(trace, s, j) {
    const { added, sum } = amounts(trace, s.position)[j];
    return `${s.said(j)}: ‖s‖ = ${number(added, 2)} along it − ${number(added - sum, 2)} against it = ${number(sum, 2)}`;
  },

  ofMap(trace, s, m) {
    const adds = between(trace.additions, s.position, m, s.digit);
    return `map ${m} ${adds < 0 ? "takes" : "adds"} ${number(Math.abs(adds), 3)} ${adds < 0 ? "from" : "to"} ‖s‖ of ${s.said(s.digit)}`;
  },

  alt(trace, s) {
    const listed = amounts(trace, s.position)
      .map(({ sum }, j) => `${s.called(j)}: ${number(sum, 2)}`)
      .join(", ");
    return `length of s: ${listed}`;
  },

  scale(trace, s, from, to) {
    const unit = to[0].scale;
    const part = ROUND.find((length) => length * unit >= 12) ?? ROUND.at(-1);
    return {
      thick: part * unit,
      words: [`this thick: ${part} of ‖s‖`, "(hollow: taken away again)"],
    };
  },
};

/** Of each digit, what the maps add to the length of its s_j, and what is left: the length. */
function amounts(trace, position) {
  const [, maps, digits] = trace.additions.shape;
  return Array.from({ length: digits }, (_, j) => {
    let [added, sum] = [0, 0];
    for (let m = 0; m < maps; m++) {
      const value = between(trace.additions, position, m, j);
      added += Math.max(0, value);
      sum += value;
    }
    return { added, sum: Math.max(0, sum) };
  });
}

const units = new WeakMap();

/** Pixels for a length of 1, so that all digits find room in every round. */
function unitOf(trace, room) {
  const known = units.get(trace);
  if (known?.room === room) return known.unit;
  const rounds = Array.from({ length: trace.additions.shape[0] }, (_, r) =>
    amounts(trace, r).map(({ added }) => added),
  );
  const fits = (unit) =>
    rounds.every(
      (all) => all.reduce((used, added) => used + Math.max(LABEL, added * unit), 0) <= room,
    );
  let [low, high] = [0, room / Math.max(LEAST, ...rounds.flat())];
  for (let k = 0; k < 30; k++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  units.set(trace, { room, unit: low });
  return low;
}
