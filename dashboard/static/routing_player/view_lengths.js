import { number } from "../numbers.js";
import { at, between } from "./payload.js";
import { rule, spread, write } from "./paint.js";

const MARGIN = { left: 56, top: 18, bottom: 48 };
const LINE = 19; // from one line of labels to the next
const PER_LINE = 5; // digits that share a line of labels; of names one has it alone

/** The capsule lengths by round, as lines with a marker at the current round. */
export const lengthsView = {
  height: (width) => (width < 480 ? 300 : 340),

  draw(context, width, height, run, s) {
    const { lengths } = run;
    const [rounds, digits] = lengths.shape;
    const plot = plotOf(width, height, rounds, s);
    axes(context, s, rounds, plot, width);
    rule(context, s.theme, plot.x(s.position), plot.y(0), plot.x(s.position), plot.y(1), 0.7, 2);
    const order = [...Array(digits).keys()].filter((j) => j !== s.digit);
    for (const j of [...order, s.digit]) line(context, s, lengths, j, plot);
    names(context, s, lengths, plot);
    reading(context, s, lengths, plot, width);
  },

  pick(px, py, width, height, run, s) {
    const { lengths } = run;
    const [rounds, digits] = lengths.shape;
    const span = width - MARGIN.left - right(s);
    const r = Math.round(Math.min(1, Math.max(0, (px - MARGIN.left) / span)) * (rounds - 1));
    const value = (height - MARGIN.bottom - py) / (height - MARGIN.top - MARGIN.bottom);
    const off = (j) => Math.abs(at(lengths, r, j) - value);
    const nearest = [...Array(digits).keys()].reduce((a, b) => (off(b) < off(a) ? b : a));
    if (off(nearest) > 0.06) return null;
    const words = `${s.said(nearest)}, round ${r + 1}: length ${number(at(lengths, r, nearest))}`;
    return { digit: nearest, words };
  },

  alt(run, s) {
    const values = Array.from({ length: s.digits }, (_, j) => at(run.lengths, s.round, j));
    const listed = values.map((value, j) => `${s.called(j)}: ${number(value, 2)}`).join(", ");
    return `Lengths of the ${s.digits} digit capsules by round. Round ${s.round + 1}: ${listed}.`;
  },
};

/** How wide the labels at the lines' ends are. */
function right(s) {
  return s.isNamed ? 148 : 112;
}

function plotOf(width, height, rounds, s) {
  const [across, up] = [width - MARGIN.left - right(s), height - MARGIN.top - MARGIN.bottom];
  return {
    x: (r) => MARGIN.left + across * (rounds > 1 ? r / (rounds - 1) : 0.5),
    y: (value) => height - MARGIN.bottom - value * up,
  };
}

function axes(context, s, rounds, { x, y }, width) {
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    rule(context, s.theme, MARGIN.left, y(value), width - right(s), y(value), 0.15);
    write(context, s.theme, value % 0.5 ? "" : value.toFixed(1), MARGIN.left - 8, y(value), {
      align: "right",
    });
  }
  for (let r = 0; r < rounds; r++) {
    write(context, s.theme, `${r + 1}`, x(r), y(0) + 16, { align: "center", bold: r === s.round });
  }
  const middle = (MARGIN.left + width - right(s)) / 2;
  write(context, s.theme, "round", middle, y(0) + 37, { align: "center", alpha: 0.8 });
  context.save();
  context.translate(12, y(0.5));
  context.rotate(-Math.PI / 2);
  write(context, s.theme, "length ‖vⱼ‖", 0, 0, { align: "center", alpha: 0.8 });
  context.restore();
}

function line(context, s, lengths, j, { x, y }) {
  const chosen = j === s.digit;
  context.strokeStyle = context.fillStyle = chosen ? s.theme.primary : s.theme.text;
  context.globalAlpha = chosen ? 1 : 0.55;
  context.lineWidth = chosen ? 4 : 2;
  const alpha = context.globalAlpha;
  const marker = [x(s.position), y(between(lengths, s.position, j))];
  const points = Array.from({ length: lengths.shape[0] }, (_, r) => [x(r), y(at(lengths, r, j))]);
  const reached = Math.floor(s.position) + 1;
  path(context, [...points.slice(0, reached), marker]);
  context.globalAlpha = 0.35 * alpha; // what is to come
  path(context, [marker, ...points.slice(reached)]);
  context.globalAlpha = chosen ? 1 : 0.7;
  context.beginPath();
  context.arc(...marker, chosen ? 7 : 3.5, 0, 7);
  context.fill();
  context.globalAlpha = 1;
}

function path(context, points) {
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.stroke();
}

/** Which digit each line is, at its end; lines too close for labels of their own share one. */
function names(context, s, lengths, { x, y }) {
  const last = lengths.shape[0] - 1;
  const groups = grouped(lengths, last, s.digit, (y(0) - y(1)) / LINE);
  const perLine = s.isNamed ? 1 : PER_LINE;
  const heights = groups.map((group) => LINE * Math.ceil(group.length / perLine));
  const ends = groups.map((group) => group.map((j) => y(at(lengths, last, j))));
  const wanted = ends.map((places) => places.reduce((a, b) => a + b, 0) / places.length);
  const places = spread(wanted, heights, y(1) - LINE / 2, y(0) + LINE);
  groups.forEach((group, k) => {
    const chosen = group[0] === s.digit;
    const colour = chosen ? s.theme.primary : s.theme.text;
    leader(context, colour, x(last) + 8, ends[k], places[k]);
    const size = chosen && !s.isNamed ? 22 : 17;
    for (let from = 0; from < group.length; from += perLine) {
      const words = group
        .slice(from, from + perLine)
        .map(s.brief)
        .join(" ");
      const middle = places[k] - heights[k] / 2 + LINE * (from / perLine + 0.5);
      write(context, s.theme, words, x(last) + 32, middle, { colour, bold: true, size });
    }
  });
}

/** Digits, longest first, in groups whose lengths are closer than a label is high. */
function grouped(lengths, round, chosen, labels) {
  const length = (j) => at(lengths, round, j);
  const order = [...Array(lengths.shape[1]).keys()].sort((a, b) => length(b) - length(a));
  const groups = [];
  for (const j of order) {
    const before = groups.at(-1);
    const near = before && before[0] !== chosen && j !== chosen;
    if (near && length(before.at(-1)) - length(j) < 1 / labels) before.push(j);
    else groups.push([j]);
  }
  return groups;
}

/** From a label to the end of its line, or to a bracket around the ends that share it. */
function leader(context, colour, x, ends, place) {
  const [top, bottom] = [Math.min(...ends), Math.max(...ends)];
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  if (bottom > top) {
    context.moveTo(x, top);
    context.lineTo(x + 4, top);
    context.lineTo(x + 4, bottom);
    context.lineTo(x, bottom);
  }
  context.moveTo(x + (bottom > top ? 4 : -2), (top + bottom) / 2);
  context.lineTo(x + 20, place);
  context.stroke();
}

/** The length of the digit in colour, at the marker that shows it. */
function reading(context, s, lengths, { x, y }, width) {
  const value = between(lengths, s.position, s.digit);
  const place = Math.min(width - right(s) - 34, Math.max(MARGIN.left + 34, x(s.position)));
  const above = value < 0.88;
  const options = { align: "center", bold: true, size: 20, colour: s.theme.primary, halo: true };
  write(context, s.theme, number(value), place, y(value) + (above ? -22 : 24), options);
}
