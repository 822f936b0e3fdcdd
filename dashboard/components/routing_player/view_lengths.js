import { at, between } from "./payload.js";
import { number, rule, spread, write } from "./paint.js";

const MARGIN = { left: 44, right: 66, top: 16, bottom: 40 };

/** The ten capsule lengths by round, as lines with a marker at the current round. */
export const lengthsView = {
  height: () => 320,

  draw(context, width, height, run, s) {
    const { lengths } = run;
    const [rounds, digits] = lengths.shape;
    const x = (r) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * (rounds > 1 ? r / (rounds - 1) : 0.5));
    const y = (value) => height - MARGIN.bottom - value * (height - MARGIN.top - MARGIN.bottom);
    axes(context, s, rounds, x, y, width);
    rule(context, s.theme, x(s.position), y(0), x(s.position), y(1), 0.7, 2);
    const order = [...Array(digits).keys()].filter((j) => j !== s.digit);
    for (const j of [...order, s.digit]) line(context, s, lengths, j, x, y);
    const ends = Array.from({ length: digits }, (_, j) => y(at(lengths, rounds - 1, j)));
    spread(ends, 15, y(1), y(0)).forEach((place, j) => {
      const chosen = j === s.digit;
      const words = chosen ? `${j}  ${number(between(lengths, s.position, j))}` : `${j}`;
      const colour = chosen ? s.theme.primary : s.theme.text;
      write(context, s.theme, words, x(rounds - 1) + 10, place, { colour, bold: chosen, size: 14 });
    });
  },

  pick(px, py, width, height, run) {
    const { lengths } = run;
    const [rounds, digits] = lengths.shape;
    const span = width - MARGIN.left - MARGIN.right;
    const r = Math.round(Math.min(1, Math.max(0, (px - MARGIN.left) / span)) * (rounds - 1));
    const value = (height - MARGIN.bottom - py) / (height - MARGIN.top - MARGIN.bottom);
    const off = (j) => Math.abs(at(lengths, r, j) - value);
    const nearest = [...Array(digits).keys()].reduce((a, b) => (off(b) < off(a) ? b : a));
    if (off(nearest) > 0.06) return null;
    const words = `digit ${nearest}, round ${r + 1}: length ${number(at(lengths, r, nearest))}`;
    return { digit: nearest, words };
  },

  alt(run, s) {
    const values = Array.from({ length: 10 }, (_, j) => at(run.lengths, s.round, j));
    const listed = values.map((value, j) => `${j}: ${number(value, 2)}`).join(", ");
    return `Lengths of the ten digit capsules by round. Round ${s.round + 1}: ${listed}.`;
  },
};

function axes(context, s, rounds, x, y, width) {
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    rule(context, s.theme, MARGIN.left, y(value), width - MARGIN.right, y(value), 0.15);
    const words = value % 0.5 ? "" : value.toFixed(1);
    write(context, s.theme, words, MARGIN.left - 8, y(value), { align: "right" });
  }
  for (let r = 0; r < rounds; r++) {
    write(context, s.theme, `${r + 1}`, x(r), y(0) + 14, { align: "center", bold: r === s.round });
  }
  write(context, s.theme, "round", (MARGIN.left + width - MARGIN.right) / 2, y(0) + 31, { align: "center", alpha: 0.8 });
  context.save();
  context.translate(11, y(0.5));
  context.rotate(-Math.PI / 2);
  write(context, s.theme, "length ‖vⱼ‖", 0, 0, { align: "center", alpha: 0.8 });
  context.restore();
}

function line(context, s, lengths, j, x, y) {
  const chosen = j === s.digit;
  context.strokeStyle = context.fillStyle = chosen ? s.theme.primary : s.theme.text;
  context.globalAlpha = chosen ? 1 : 0.4;
  context.lineWidth = chosen ? 3.5 : 1.5;
  context.beginPath();
  for (let r = 0; r < lengths.shape[0]; r++) context.lineTo(x(r), y(at(lengths, r, j)));
  context.stroke();
  context.globalAlpha = chosen ? 1 : 0.7;
  context.beginPath();
  context.arc(x(s.position), y(between(lengths, s.position, j)), chosen ? 6 : 3.5, 0, 7);
  context.fill();
  context.globalAlpha = 1;
}
