import { number } from "../number_format.js";
import { at, between } from "./payload.js";
import { rule, shade, write } from "./paint.js";

const EDGE = 26;

/** The votes for one digit capsule on a plane, with s_j and v_j as arrows from the origin. */
export const cloudView = {
  height: (width) => Math.max(320, Math.min(430, width * 0.62)),

  draw(context, width, height, trace, s) {
    const plane = axesOf(trace, s, width, height);
    rule(context, s.theme, 0, plane.y(0), width, plane.y(0), 0.25);
    rule(context, s.theme, plane.x(0), 0, plane.x(0), height, 0.25);
    for (let i = 0; i < trace.cloud_votes.shape[1]; i++) {
      const value = between(trace.coupling, s.position, i, s.digit);
      dot(context, s, trace, plane, i, value);
    }
    const own = between(trace.coupling, s.position, s.capsule, s.digit);
    dot(context, s, trace, plane, s.capsule, own, true); // above all others
    const arrows = arrowsOf(trace, s);
    arrow(context, s, plane, arrows.sum, s.theme.text, named("s", arrows.shrink.sum), 2, -1);
    arrow(
      context,
      s,
      plane,
      arrows.capsule,
      s.theme.primary,
      named("v", arrows.shrink.capsule),
      4,
      1,
    );
    scale(context, s, plane, width, height);
    const shown = number(100 * at(trace.cloud_shown, s.digit), 0);
    write(context, s.theme, `plane shows ${shown} % of the votes' squared length`, 4, 10, {
      size: 15,
      alpha: 0.8,
      halo: true,
    });
  },

  pick(px, py, width, height, trace, s) {
    const plane = axesOf(trace, s, width, height);
    let best = null;
    let nearest = 12;
    for (let i = 0; i < trace.cloud_votes.shape[1]; i++) {
      const dx = plane.x(at(trace.cloud_votes, s.digit, i, 0)) - px;
      const dy = plane.y(at(trace.cloud_votes, s.digit, i, 1)) - py;
      const off = Math.hypot(dx, dy);
      if (off < nearest) [best, nearest] = [i, off];
    }
    if (best === null) return null;
    const [row, column, map] = s.where(best);
    const value = number(between(trace.coupling, s.position, best, s.digit), 4);
    return { capsule: best, map, words: `map ${map}, row ${row}, column ${column}: c = ${value}` };
  },

  alt(trace, s) {
    const v = number(at(trace.lengths, s.round, s.digit));
    return (
      `The ${trace.cloud_votes.shape[1]} votes for ${s.said(s.digit)} on a plane, sized by their coupling, with the weighted ` +
      `sum s and the digit capsule v of round ${s.round + 1}; v has length ${v}.`
    );
  },
};

function axesOf(trace, s, width, height) {
  const reach = [0, 0, 0, 0]; // left, right, down, up
  const votes = trace.cloud_votes;
  for (let i = 0; i < votes.shape[1]; i++) {
    const [x, y] = [at(votes, s.digit, i, 0), at(votes, s.digit, i, 1)];
    reach[0] = Math.min(reach[0], x);
    reach[1] = Math.max(reach[1], x);
    reach[2] = Math.min(reach[2], y);
    reach[3] = Math.max(reach[3], y);
  }
  const across = reach[1] - reach[0] || 1;
  const up = reach[3] - reach[2] || 1;
  const unit = Math.min((width - 2 * EDGE) / across, (height - 2 * EDGE - 14) / up);
  const left = (width - unit * across) / 2;
  const top = (height - 14 - unit * up) / 2;
  return {
    unit,
    x: (value) => left + unit * (value - reach[0]),
    y: (value) => top + unit * (reach[3] - value),
  };
}

/** Both arrows are far longer than a vote: each is drawn shorter by a whole number, in every round. */
function arrowsOf(trace, s) {
  const rounds = trace.lengths.shape[0];
  const longest = (values) => {
    let most = 0;
    for (let r = 0; r < rounds; r++)
      most = Math.max(most, Math.hypot(at(values, r, s.digit, 0), at(values, r, s.digit, 1)));
    return most;
  };
  let room = 0;
  for (let i = 0; i < trace.cloud_votes.shape[1]; i++)
    room = Math.max(room, at(trace.cloud_votes, s.digit, i, 0));
  const shrink = (values) => Math.max(1, Math.ceil(longest(values) / (room || 1)));
  const factors = { sum: shrink(trace.cloud_sums), capsule: shrink(trace.cloud_capsules) };
  const tip = (values, factor) =>
    [0, 1].map((axis) => between(values, s.position, s.digit, axis) / factor);
  return {
    shrink: factors,
    sum: tip(trace.cloud_sums, factors.sum),
    capsule: tip(trace.cloud_capsules, factors.capsule),
  };
}

/** An arrow's name along it, on one side, never upside down. */
function label(context, s, words, [x, y], turn, { colour, side }) {
  const backwards = Math.abs(turn) > Math.PI / 2;
  const options = { colour, bold: true, align: backwards ? "left" : "right", size: 17, halo: true };
  context.save();
  context.translate(x, y);
  context.rotate(backwards ? turn + Math.PI : turn);
  write(context, s.theme, words, backwards ? 10 : -10, side * 18, options);
  context.restore();
}

function named(letter, times) {
  return times > 1 ? `${letter}, ${times}× shorter` : letter;
}

function dot(context, s, trace, plane, i, value, chosen = false) {
  context.beginPath();
  const radius = 7 * Math.sqrt(value);
  context.arc(
    plane.x(at(trace.cloud_votes, s.digit, i, 0)),
    plane.y(at(trace.cloud_votes, s.digit, i, 1)),
    radius,
    0,
    7,
  );
  context.fillStyle = shade(s.theme, value, s.range, 0.85);
  context.fill();
  if (!chosen) return;
  context.strokeStyle = s.theme.primary;
  context.lineWidth = 3;
  context.stroke();
}

function arrow(context, s, plane, [x, y], colour, words, thick, side) {
  const [x0, y0, x1, y1] = [plane.x(0), plane.y(0), plane.x(x), plane.y(y)];
  const turn = Math.atan2(y1 - y0, x1 - x0);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = thick;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.beginPath();
  context.moveTo(x1 + 6 * Math.cos(turn), y1 + 6 * Math.sin(turn));
  for (const bend of [2.5, -2.5])
    context.lineTo(x1 + 12 * Math.cos(turn + bend), y1 + 12 * Math.sin(turn + bend));
  context.fill();
  label(context, s, words, [x1, y1], turn, { colour, side });
}

/** A bar as long as a round number of the votes' own units. */
function scale(context, s, plane, width, height) {
  const length =
    [0.05, 0.1, 0.2, 0.5, 1].filter((value) => value * plane.unit < width / 3).pop() || 0.05;
  const x = width - 12 - length * plane.unit;
  rule(context, s.theme, x, height - 10, width - 12, height - 10, 0.9, 3);
  write(context, s.theme, `length ${length}`, width - 12, height - 24, {
    align: "right",
    size: 15,
  });
}
