import { number } from "../numbers.js";
import { at, between } from "./payload.js";
import { rule, write } from "./paint.js";

const HEIGHT = 300;
const MARGIN = { left: 66, right: 18, top: 34, bottom: 48 };

/** How decided the capsules are: the entropies of c_i, and how far the logits move. */
export const certaintyView = {
  height: (width) => (width < 520 ? 2 * HEIGHT : HEIGHT),

  draw(context, width, height, run, s) {
    const [first, second] = areas(width);
    histogram(context, s, run, first);
    change(context, s, run, second);
  },

  pick(x, y, width, height, run, s) {
    const area = areas(width)[0];
    if (y < area.top || y > area.bottom) return null;
    const place = placeOfEntropy(s, area);
    const edges = [...run.entropy_edges.data];
    const bin = edges.findLastIndex((edge) => place(edge) <= x);
    if (bin < 0 || x >= place(edges.at(-1))) return null;
    const count = at(run.entropy_counts, s.round, bin);
    const [low, high] = edges.slice(bin, bin + 2);
    return { words: `${count} capsules with entropy ${number(low)} to ${number(high)}` };
  },

  alt(run, s) {
    return (
      `Entropy of the coupling in round ${s.round + 1}: mean ${number(at(run.entropy_mean, s.round), 4)}, ` +
      `lowest ${number(at(run.entropy_min, s.round), 4)}; uniform is ${number(Math.log(s.digits), 4)}. ` +
      `Mean change of the logits after it: ${described(at(run.logit_change, s.round))}.`
    );
  },
};

/** A change; what would follow the last round is not known of every routing. */
function described(value) {
  return Number.isNaN(value) ? "not known" : number(value, 4);
}

function areas(width) {
  const wide = width >= 520;
  const area = (x, y, w) => ({
    left: x + MARGIN.left,
    right: x + w - MARGIN.right,
    top: y + MARGIN.top,
    bottom: y + HEIGHT - MARGIN.bottom,
  });
  return wide
    ? [area(0, 0, width * 0.56), area(width * 0.56, 0, width * 0.44)]
    : [area(0, 0, width), area(0, HEIGHT, width)];
}

/** From the lowest entropy of all routings that are compared to ln J. */
function entropies(s) {
  return [
    Math.min(...s.runs.map((run) => run.entropy_edges.data[0])),
    s.first.entropy_edges.data.at(-1),
  ];
}

/** Where an entropy is drawn. */
function placeOfEntropy(s, { left, right }) {
  const [low, high] = entropies(s);
  return (entropy) => left + ((right - left) * (entropy - low)) / (high - low);
}

function histogram(context, s, run, area) {
  const { left, right, top, bottom } = area;
  const place = placeOfEntropy(s, area);
  const counts = run.entropy_counts;
  const bins = counts.shape[1];
  const most = s.cells * s.maps;
  const height = (count) => ((bottom - top) * Math.log10(1 + count)) / Math.log10(1 + most);
  for (const tick of [1, 10, 100, 1000, 10000].filter((count) => count <= most)) {
    rule(context, s.theme, left, bottom - height(tick), right, bottom - height(tick), 0.15);
    write(context, s.theme, `${tick}`, left - 6, bottom - height(tick), { align: "right" });
  }
  context.fillStyle = s.theme.primary;
  for (let bin = 0; bin < bins; bin++) {
    const h = height(between(counts, s.position, bin));
    const [from, to] = [bin, bin + 1].map((edge) => place(run.entropy_edges.data[edge]));
    context.fillRect(from, bottom - h, Math.max(1, to - from - 1), h);
  }
  rule(context, s.theme, left, bottom, right, bottom, 0.6);
  const [low, high] = entropies(s);
  write(context, s.theme, number(low), left, bottom + 16);
  write(context, s.theme, `ln ${s.digits} = ${number(high)}`, right, bottom + 16, {
    align: "right",
  });
  write(context, s.theme, "entropy of cᵢ", (left + right) / 2, bottom + 37, {
    align: "center",
    alpha: 0.8,
  });
  write(context, s.theme, "capsules (log scale)", left - 58, 12, { alpha: 0.8 });
}

function change(context, s, run, { left, right, top, bottom }) {
  const values = run.logit_change;
  const rounds = values.shape[0];
  const all = s.runs.flatMap((each) => [...each.logit_change.data].filter(Number.isFinite));
  const high = Math.max(0, ...all) * 1.15 || 1;
  const x = (r) =>
    rounds > 1 ? left + 12 + ((right - left - 24) * r) / (rounds - 1) : (left + right) / 2;
  const y = (value) => bottom - ((bottom - top) * value) / high;
  for (const share of [0, 0.5, 1]) {
    rule(context, s.theme, left, y(share * high), right, y(share * high), 0.15);
    write(context, s.theme, number(share * high, 4), left - 6, y(share * high), { align: "right" });
  }
  rule(context, s.theme, x(s.position), bottom, x(s.position), top, 0.7, 2);
  context.strokeStyle = context.fillStyle = s.theme.primary;
  context.lineWidth = 3;
  context.beginPath();
  for (let r = 0; r < rounds; r++) context.lineTo(x(r), y(at(values, r)));
  context.stroke();
  context.beginPath();
  context.arc(x(s.position), y(between(values, s.position)), 6, 0, 7);
  context.fill();
  for (let r = 0; r < rounds; r++) {
    write(context, s.theme, `${r + 1}`, x(r), bottom + 16, {
      align: "center",
      bold: r === s.round,
    });
  }
  write(context, s.theme, "after round", (left + right) / 2, bottom + 37, {
    align: "center",
    alpha: 0.8,
  });
  write(context, s.theme, "mean change of bᵢⱼ", left - 58, top - 22, { alpha: 0.8 });
}
