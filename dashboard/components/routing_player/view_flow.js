import { number, signed } from "../numbers.js";
import { at, between } from "./payload.js";
import { shade, write } from "./paint.js";

const TOP = 28;
const BOTTOM = 44;
const LEFT = 46;
const RIGHT = 148; // a number, a share and its change
const NAME = 92; // more, for a name
const NODE = 10;
const PARTS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]; // of all activity

/** Bands from the maps to the digit capsules: coupling x activity, or its change since round 1. */
export const flowView = {
  height: (width) => (width < 400 ? 400 : 370),

  draw(context, width, height, run, s) {
    const { flow } = run;
    const [, maps, digits] = flow.shape;
    const room = height - TOP - BOTTOM;
    const shares = digitShares(run, s);
    const from = stack(mapTotals(flow), room, 2);
    const to = stack(shares, room, 8);
    const [x0, x1] = [LEFT + NODE, width - right(width, s).size];
    write(context, s.theme, "maps", LEFT - 4, 9, { alpha: 0.8 });
    write(context, s.theme, s.isNamed ? "classes" : "digits", x1, 9, { alpha: 0.8 });
    write(context, s.theme, "± points", width - 2, 9, { align: "right", alpha: 0.8 });
    // The equal bands of round 1, before there is a gain, make way for the gains.
    const whole = s.change ? Math.max(0, 1 - s.position) : 1;
    const bands = [
      ...(whole ? parts(run, s, from, to, whole) : []),
      ...(s.change ? changes(run, s, from, to) : []),
    ];
    for (const band of bands.filter((b) => b.digit !== s.digit)) paint(context, run, s, band, x0, x1);
    for (const band of bands.filter((b) => b.digit === s.digit)) paint(context, run, s, band, x0, x1);
    const every = [1, 2, 4, 8, 16, 32].find((step) => (step * room) / maps >= 30) ?? 64;
    for (let m = 0; m < maps; m++) {
      const chosen = m === s.map;
      bar(context, chosen ? s.theme.primary : s.theme.text, LEFT, from[m].y, from[m].size);
      if (m % every === 0) write(context, s.theme, `${m}`, LEFT - 6, from[m].y + from[m].size / 2, { align: "right" });
    }
    for (let j = 0; j < digits; j++) label(context, s, j, shares[j], to[j], x1, width);
    scale(context, s, from[0].scale * mapTotals(flow).reduce((a, b) => a + b, 0), width, height);
  },

  pick(x, y, width, height, run, s) {
    const room = height - TOP - BOTTOM;
    const inside = (node) => y >= node.y - 2 && y <= node.y + node.size + 2;
    if (x > width - right(width, s).size - 20) {
      const shares = digitShares(run, s);
      const digit = stack(shares, room, 8).findIndex(inside);
      if (digit < 0) return null;
      return { digit, words: `${s.said(digit)} receives ${number(100 * shares[digit], 2)} % of all activity` };
    }
    if (x > LEFT + NODE + 20) return null;
    const map = stack(mapTotals(run.flow), room, 2).findIndex(inside);
    if (map < 0) return null;
    const share = between(run.map_weighted, s.position, map, s.digit);
    return { map, words: `map ${map} sends ${number(100 * share, 2)} % of its activity to ${s.said(s.digit)}` };
  },

  alt(run, s) {
    const shares = digitShares(run, { ...s, position: s.round });
    const listed = shares.map((share, j) => `${s.called(j)}: ${number(100 * share, 1)} %`).join(", ");
    return `Bands from ${s.maps} maps to ${s.digits} digit capsules. Round ${s.round + 1}, share of all activity: ${listed}.`;
  },
};

/** What stands right of the bands: names need room, which a phone takes from the shares. */
function right(width, s) {
  if (!s.isNamed) return { size: RIGHT, shares: NODE + 84 };
  return width < 480 ? { size: RIGHT + NAME - 66, shares: null } : { size: RIGHT + NAME, shares: NODE + 84 + NAME };
}

/** How many times larger than a share the change's bands are drawn, as the page says. */
export function magnification(run) {
  const { flow } = run;
  const [rounds, maps, digits] = flow.shape;
  let gained = 0;
  for (let m = 0; m < maps; m++) {
    for (let j = 0; j < digits; j++) gained += Math.max(0, at(flow, rounds - 1, m, j) - at(flow, 0, m, j));
  }
  const total = mapTotals(flow).reduce((a, b) => a + b, 0);
  const wanted = gained > 0 ? (0.7 * total) / gained : 1;
  return [1, 2, 5, 10, 20, 50, 100, 200].filter((step) => step <= wanted).pop() || 1;
}

function mapTotals(flow) {
  const [, maps, digits] = flow.shape;
  return Array.from({ length: maps }, (_, m) => {
    let total = 0;
    for (let j = 0; j < digits; j++) total += at(flow, 0, m, j);
    return total;
  });
}

function digitShares(run, s) {
  const { flow } = run;
  const [, maps, digits] = flow.shape;
  const sums = Array.from({ length: digits }, (_, j) => {
    let total = 0;
    for (let m = 0; m < maps; m++) total += between(flow, s.position, m, j);
    return total;
  });
  const all = sums.reduce((a, b) => a + b, 0) || 1;
  return sums.map((sum) => sum / all);
}

/** Nodes below one another whose sizes are in proportion to the amounts. */
function stack(amounts, room, gap) {
  const total = amounts.reduce((a, b) => a + b, 0) || 1;
  const apart = Math.min(gap, room / (2 * amounts.length));
  const unit = (room - apart * (amounts.length - 1)) / total;
  let y = TOP;
  return amounts.map((amount) => {
    const node = { y, size: amount * unit, scale: unit };
    y += node.size + apart;
    return node;
  });
}

/** Every band, as wide as the coupling x activity that it stands for. */
function parts(run, s, from, to, strength) {
  const { flow } = run;
  const [, maps, digits] = flow.shape;
  const inflow = to.map(() => 0);
  const totals = digitShares(run, s).map((share, j) => to[j].size / (share || 1));
  const all = mapTotals(flow).reduce((a, b) => a + b, 0) || 1;
  const bands = [];
  for (let m = 0; m < maps; m++) {
    let out = 0;
    for (let j = 0; j < digits; j++) {
      const amount = between(flow, s.position, m, j);
      const [w0, w1] = [amount * from[m].scale, (amount / all) * totals[j]];
      bands.push({ map: m, digit: j, y0: from[m].y + out, y1: to[j].y + inflow[j], w0, w1, faint: 0.09, strength });
      out += w0;
      inflow[j] += w1;
    }
  }
  return bands;
}

/** Only what a map gives beyond its share of round 1, magnified where it leaves the map. */
function changes(run, s, from, to) {
  const { flow } = run;
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
      if (w > 0.02) bands.push({ map: m, digit: j, y0, y1: y, w0: w, w1: fit * w, faint: 0.22, strength: 1 });
      y += fit * w;
    });
  }
  return bands;
}

function paint(context, run, s, band, x0, x1) {
  const chosen = band.digit === s.digit;
  const middle = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x0, band.y0);
  context.bezierCurveTo(middle, band.y0, middle, band.y1, x1, band.y1);
  context.lineTo(x1, band.y1 + band.w1);
  context.bezierCurveTo(middle, band.y1 + band.w1, middle, band.y0 + band.w0, x0, band.y0 + band.w0);
  const value = between(run.map_weighted, s.position, band.map, band.digit);
  context.fillStyle = chosen ? shade(s.theme, value, s.mapRange, 0.9) : s.theme.text;
  context.globalAlpha = band.strength * (chosen ? 1 : band.faint);
  context.fill();
  context.globalAlpha = 1;
}

/** How thick a round part of all activity is drawn, in words beside a piece of just that size. */
function scale(context, s, whole, width, height) {
  const gains = s.change && s.round > 0;
  const times = gains ? magnification(s.first) : 1;
  const part = PARTS.find((share) => share * whole * times >= 12) ?? PARTS.at(-1);
  const thick = part * whole * times;
  const middle = height - 16;
  bar(context, s.theme.text, LEFT, middle - thick / 2, thick);
  const percent = `${Number((100 * part).toPrecision(1))} % of all activity`;
  const words = gains
    ? [`this thick: a gain of ${percent}`, `(${times}× enlarged)`]
    : [`this thick: ${percent}`, `(true widths${s.change ? " of round 1" : ""})`];
  const lines = width < 480 ? words : [words.join(" ")];
  lines.forEach((line, k) => {
    const y = middle + 19 * (k - (lines.length - 1) / 2);
    write(context, s.theme, line, LEFT + NODE + 8, y, { bold: true });
  });
}

function bar(context, colour, x, y, size) {
  context.fillStyle = colour;
  context.fillRect(x, y, NODE, Math.max(1, size));
}

function label(context, s, j, share, node, x, width) {
  const chosen = j === s.digit;
  const colour = chosen ? s.theme.primary : s.theme.text;
  const middle = node.y + node.size / 2;
  bar(context, colour, x, node.y, node.size);
  const { size, shares } = right(width, s);
  write(context, s.theme, s.brief(j), x + NODE + 8, middle, { colour, bold: true, size: s.isNamed ? 16 : 20 });
  const words = `${number(100 * share, 1)} %`;
  if (shares) write(context, s.theme, words, x + shares, middle, { colour, bold: chosen, align: "right" });
  const change = 100 * (share - 1 / s.digits);
  if (Math.abs(change) < 0.05) return;
  write(context, s.theme, signed(change, 1), x + size - 2, middle, { colour, bold: chosen, align: "right", alpha: chosen ? 1 : 0.7 });
}
