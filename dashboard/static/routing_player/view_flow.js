import { gainBands, mapTotals, shareBands } from "./flow_shares.js";
import { TOP, stack } from "./flow_nodes.js";
import { sumBands } from "./flow_sums.js";
import { between } from "./payload.js";
import { shade, write } from "./paint.js";

const BOTTOM = 44;
const LEFT = 46;
const RIGHT = 148; // a number and two figures
const NAME = 92; // more, for a name
const NODE = 10;
const ROW = 18; // that a class needs, for its name

/** What the bands may show: each with its nodes, bands, figures and words. */
const KINDS = { sum: sumBands, gain: gainBands, share: shareBands };

/** Bands from the maps to the digit capsules. */
export const flowView = {
  height: (width, s) => Math.max(width < 400 ? 400 : 340, TOP + BOTTOM + ROW * s.digits),

  draw(context, width, height, trace, s) {
    const kind = KINDS[s.bands];
    const { from, to } = nodes(height, trace, s);
    const [x0, x1] = [LEFT + NODE, width - right(width, s).size];
    heads(context, kind, s, x1, width);
    const bands = kind.bands(trace, s, from, to);
    for (const band of bands.filter((b) => b.digit !== s.digit))
      paint(context, trace, s, band, x0, x1);
    for (const band of bands.filter((b) => b.digit === s.digit))
      paint(context, trace, s, band, x0, x1);
    const maps = from.length;
    const every =
      [1, 2, 4, 8, 16, 32].find((step) => (step * (height - TOP - BOTTOM)) / maps >= 30) ?? 64;
    from.forEach(({ y, size }, m) => {
      bar(context, m === s.map ? s.theme.primary : s.theme.text, LEFT, y, size);
      if (m % every === 0)
        write(context, s.theme, `${m}`, LEFT - 6, y + size / 2, { align: "right" });
    });
    to.forEach((node, j) => label(context, s, j, kind.numbers(trace, s, j), node, x1, width));
    scale(context, s, kind.scale(trace, s, from, to), width, height);
  },

  pick(x, y, width, height, trace, s) {
    const kind = KINDS[s.bands];
    const { from, to } = nodes(height, trace, s);
    const inside = (node) => y >= node.y - 2 && y <= node.y + node.size + 2;
    if (x > width - right(width, s).size - 20) {
      const digit = to.findIndex(inside);
      return digit < 0 ? null : { digit, words: kind.ofDigit(trace, s, digit) };
    }
    if (x > LEFT + NODE + 20) return null;
    const map = from.findIndex(inside);
    return map < 0 ? null : { map, words: kind.ofMap(trace, s, map) };
  },

  alt(trace, s) {
    const told = KINDS[s.bands].alt(trace, { ...s, position: s.round });
    return `Bands from ${s.maps} maps to ${s.digits} digit capsules. Round ${s.round + 1}, ${told}.`;
  },
};

/** Where the maps stand, as large as they are active, and where the digits do. */
function nodes(height, trace, s) {
  const room = height - TOP - BOTTOM;
  return { from: stack(mapTotals(trace.flow), room, 2), to: KINDS[s.bands].nodes(trace, s, room) };
}

/** What stands right of the bands: names need room, which a phone takes from the first figure. */
function right(width, s) {
  if (!s.isNamed) return { size: RIGHT, first: NODE + 84 };
  return width < 480
    ? { size: RIGHT + NAME - 66, first: null }
    : { size: RIGHT + NAME, first: NODE + 84 + NAME };
}

function heads(context, kind, s, x1, width) {
  const { first } = right(width, s);
  write(context, s.theme, "maps", LEFT - 4, 9, { alpha: 0.8 });
  write(context, s.theme, s.isNamed ? "classes" : "digits", x1, 9, { alpha: 0.8 });
  if (first) write(context, s.theme, kind.heads[0], x1 + first, 9, { align: "right", alpha: 0.8 });
  write(context, s.theme, kind.heads[1], width - 2, 9, { align: "right", alpha: 0.8 });
}

function paint(context, trace, s, band, x0, x1) {
  const chosen = band.digit === s.digit;
  const middle = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x0, band.y0);
  context.bezierCurveTo(middle, band.y0, middle, band.y1, x1, band.y1);
  context.lineTo(x1, band.y1 + band.w1);
  context.bezierCurveTo(
    middle,
    band.y1 + band.w1,
    middle,
    band.y0 + band.w0,
    x0,
    band.y0 + band.w0,
  );
  const value = between(trace.map_weighted, s.position, band.map, band.digit);
  context.fillStyle = chosen ? shade(s.theme, value, s.mapRange, 0.9) : s.theme.text;
  context.globalAlpha = band.strength * (chosen ? 1 : band.faint);
  context.fill();
  context.globalAlpha = 1;
}

/** How thick a round amount is drawn, in words beside a piece of just that size. */
function scale(context, s, { thick, words }, width, height) {
  const middle = height - 16;
  bar(context, s.theme.text, LEFT, middle - thick / 2, thick);
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

function label(context, s, j, [first, second], node, x, width) {
  const chosen = j === s.digit;
  const colour = chosen ? s.theme.primary : s.theme.text;
  const middle = node.y + node.size / 2;
  bar(context, colour, x, node.y, node.full ?? node.size);
  if (node.full !== undefined) outline(context, colour, x, node.y, node.size);
  const { size, first: column } = right(width, s);
  write(context, s.theme, s.brief(j), x + NODE + 8, middle, {
    colour,
    bold: true,
    size: s.isNamed ? 16 : 20,
  });
  if (column)
    write(context, s.theme, first, x + column, middle, { colour, bold: chosen, align: "right" });
  write(context, s.theme, second, x + size - 2, middle, {
    colour,
    bold: chosen,
    align: "right",
    alpha: chosen ? 1 : 0.7,
  });
}

function outline(context, colour, x, y, size) {
  context.strokeStyle = colour;
  context.strokeRect(x + 0.5, y + 0.5, NODE - 1, Math.max(1, size) - 1);
}
