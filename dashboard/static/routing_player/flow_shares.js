import { number, signed } from "../number_format.js";
import { at, between } from "./payload.js";
import { stack } from "./flow_nodes.js";

const PARTS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]; // of all activity

/** Bands as wide as what each map gives to each digit: coupling x activity. */
export const shareBands = {
  heads: ["", "± points"],
  nodes: (trace, s, room) => stack(digitShares(trace, s), room, 8),
  bands: (trace, s, from, to) => parts(trace, s, from, to, 1),

  numbers(trace, s, j) {
    const share = digitShares(trace, s)[j];
    const change = 100 * (share - 1 / s.digits);
    return [`${number(100 * share, 1)} %`, Math.abs(change) < 0.05 ? "" : signed(change, 1)];
  },

  ofDigit: (trace, s, j) =>
    `${s.said(j)} receives ${number(100 * digitShares(trace, s)[j], 2)} % of all activity`,

  ofMap(trace, s, m) {
    const share = between(trace.map_weighted, s.position, m, s.digit);
    return `map ${m} sends ${number(100 * share, 2)} % of its activity to ${s.said(s.digit)}`;
  },

  alt(trace, s) {
    const listed = digitShares(trace, s)
      .map((share, j) => `${s.called(j)}: ${number(100 * share, 1)} %`)
      .join(", ");
    return `share of all activity: ${listed}`;
  },

  scale(trace, s, from) {
    const { part, thick, percent } = round(trace, from, 1);
    return { thick, words: [`this thick: ${percent(part)}`, "(true widths)"] };
  },
};

/** Only what has been gained since round 1, enlarged; in round 1 the equal bands themselves. */
export const gainBands = {
  ...shareBands,

  bands(trace, s, from, to) {
    // The equal bands of round 1, before there is a gain, make way for the gains.
    const whole = Math.max(0, 1 - s.position);
    return [...(whole ? parts(trace, s, from, to, whole) : []), ...changes(trace, s, from, to)];
  },

  scale(trace, s, from) {
    const times = s.round > 0 ? magnification(s.first) : 1;
    const { part, thick, percent } = round(trace, from, times);
    if (s.round === 0)
      return { thick, words: [`this thick: ${percent(part)}`, "(true widths of round 1)"] };
    return { thick, words: [`this thick: a gain of ${percent(part)}`, `(${times}× enlarged)`] };
  },
};

/** A round part of all activity that is thick enough to be seen. */
function round(trace, from, times) {
  const whole = from[0].scale * mapTotals(trace.flow).reduce((a, b) => a + b, 0) * times;
  const part = PARTS.find((share) => share * whole >= 12) ?? PARTS.at(-1);
  return {
    part,
    thick: part * whole,
    percent: (p) => `${Number((100 * p).toPrecision(1))} % of all activity`,
  };
}

/** How many times larger than a share the change's bands are drawn, as the page says. */
export function magnification(trace) {
  const { flow } = trace;
  const [rounds, maps, digits] = flow.shape;
  let gained = 0;
  for (let m = 0; m < maps; m++) {
    for (let j = 0; j < digits; j++)
      gained += Math.max(0, at(flow, rounds - 1, m, j) - at(flow, 0, m, j));
  }
  const total = mapTotals(flow).reduce((a, b) => a + b, 0);
  const wanted = gained > 0 ? (0.7 * total) / gained : 1;
  return [1, 2, 5, 10, 20, 50, 100, 200].filter((step) => step <= wanted).pop() || 1;
}

/** How active each map is, as the capsules of all its places together. */
export function mapTotals(flow) {
  const [, maps, digits] = flow.shape;
  return Array.from({ length: maps }, (_, m) => {
    let total = 0;
    for (let j = 0; j < digits; j++) total += at(flow, 0, m, j);
    return total;
  });
}

function digitShares(trace, s) {
  const { flow } = trace;
  const [, maps, digits] = flow.shape;
  const sums = Array.from({ length: digits }, (_, j) => {
    let total = 0;
    for (let m = 0; m < maps; m++) total += between(flow, s.position, m, j);
    return total;
  });
  const all = sums.reduce((a, b) => a + b, 0) || 1;
  return sums.map((sum) => sum / all);
}

/** Every band, as wide as the coupling x activity that it stands for. */
function parts(trace, s, from, to, strength) {
  const { flow } = trace;
  const [, maps, digits] = flow.shape;
  const inflow = to.map(() => 0);
  const totals = digitShares(trace, s).map((share, j) => to[j].size / (share || 1));
  const all = mapTotals(flow).reduce((a, b) => a + b, 0) || 1;
  const bands = [];
  for (let m = 0; m < maps; m++) {
    let out = 0;
    for (let j = 0; j < digits; j++) {
      const amount = between(flow, s.position, m, j);
      const [w0, w1] = [amount * from[m].scale, (amount / all) * totals[j]];
      bands.push({
        map: m,
        digit: j,
        y0: from[m].y + out,
        y1: to[j].y + inflow[j],
        w0,
        w1,
        faint: 0.09,
        strength,
      });
      out += w0;
      inflow[j] += w1;
    }
  }
  return bands;
}

/** Only what a map gives beyond its share of round 1, magnified where it leaves the map. */
function changes(trace, s, from, to) {
  const { flow } = trace;
  const [, maps, digits] = flow.shape;
  const times = magnification(s.first);
  const bands = [];
  for (let j = 0; j < digits; j++) {
    const gains = Array.from({ length: maps }, (_, m) =>
      Math.max(0, times * from[m].scale * (between(flow, s.position, m, j) - at(flow, 0, m, j))),
    );
    const total = gains.reduce((a, b) => a + b, 0);
    const fit = Math.min(1, to[j].size / (total || 1)); // or they would end at other digits
    let y = to[j].y + (to[j].size - fit * total) / 2;
    gains.forEach((w, m) => {
      const y0 = from[m].y + from[m].size / 2 - w / 2;
      if (w > 0.02)
        bands.push({ map: m, digit: j, y0, y1: y, w0: w, w1: fit * w, faint: 0.22, strength: 1 });
      y += fit * w;
    });
  }
  return bands;
}
