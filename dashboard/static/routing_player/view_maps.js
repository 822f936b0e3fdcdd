import { number } from "../numbers.js";
import { between } from "./payload.js";
import { rule, shade, write } from "./paint.js";

const NARROW = 38; // left of the maps: a number
const WIDE = 112; // a name
const TOP = 4;
const BOTTOM = 46;

/** Coupling by map: a row for each digit capsule, a column for each map. */
export const mapsView = {
  height: (width) => Math.max(230, Math.min(340, width * 0.5)),

  draw(context, width, height, run, s) {
    const values = s.weighted ? run.map_weighted : run.map_unweighted;
    const [, maps, digits] = values.shape;
    const [left, w, h] = cell(width, height, values, s);
    for (let j = 0; j < digits; j++) {
      const chosen = j === s.digit;
      const label = { align: "right", bold: chosen, colour: chosen ? s.theme.primary : undefined };
      write(context, s.theme, s.brief(j), left - 10, TOP + (j + 0.5) * h, {
        size: s.isNamed ? 15 : 17,
        ...label,
      });
      for (let m = 0; m < maps; m++) {
        context.fillStyle = shade(s.theme, between(values, s.position, m, j), s.mapRange);
        context.fillRect(left + m * w, TOP + j * h, Math.max(1, w - 1), h - 1);
      }
    }
    for (let m = 0; m < maps; m++) {
      const silent = Array.from({ length: s.cells }, (_, place) => place * maps + m);
      if (silent.every((i) => s.silent(run, i)))
        strike(context, s.theme, left + m * w, TOP, w, digits * h);
    }
    outline(context, s.theme.text, left + s.map * w, TOP, w, digits * h);
    outline(context, s.theme.primary, left, TOP + s.digit * h, maps * w, h, 3);
    for (let m = 0; m < maps; m += width < 480 ? 8 : 4) {
      write(context, s.theme, `${m}`, left + (m + 0.5) * w, TOP + digits * h + 14, {
        align: "center",
      });
    }
    const middle = left + (maps * w) / 2;
    write(context, s.theme, "map of primary capsules", middle, height - 8, {
      align: "center",
      alpha: 0.8,
    });
  },

  pick(x, y, width, height, run, s) {
    const values = s.weighted ? run.map_weighted : run.map_unweighted;
    const [left, w, h] = cell(width, height, values, s);
    const [map, digit] = [Math.floor((x - left) / w), Math.floor((y - TOP) / h)];
    if (map < 0 || map >= values.shape[1] || digit < 0 || digit >= values.shape[2]) return null;
    const value = number(between(values, s.position, map, digit), 4);
    return { map, digit, words: `map ${map} to ${s.said(digit)}: mean c = ${value}` };
  },

  alt(run, s) {
    const values = s.weighted ? run.map_weighted : run.map_unweighted;
    const row = Array.from({ length: values.shape[1] }, (_, m) =>
      between(values, s.round, m, s.digit),
    );
    const best = row.indexOf(Math.max(...row));
    return (
      `Mean coupling of ${s.maps} maps with ${s.digits} digit capsules in round ${s.round + 1}. To ` +
      `${s.said(s.digit)} it is ${number(Math.min(...row))} to ${number(row[best])}, most in map ${best}.`
    );
  },
};

/** Where the cells begin, and their width and height. */
function cell(width, height, values, s) {
  const left = s.isNamed ? WIDE : NARROW;
  return [left, (width - left - 4) / values.shape[1], (height - TOP - BOTTOM) / values.shape[2]];
}

/** A silent map is crossed out: its shares are of nothing. */
function strike(context, theme, x, y, w, h) {
  context.fillStyle = theme.background;
  context.globalAlpha = 0.8;
  context.fillRect(x, y, w - 1, h - 1);
  context.globalAlpha = 1;
  rule(context, theme, x, y, x + w - 1, y + h, 1, 2);
  rule(context, theme, x + w - 1, y, x, y + h, 1, 2);
}

function outline(context, colour, x, y, w, h, thick = 2) {
  context.strokeStyle = colour;
  context.lineWidth = thick;
  context.strokeRect(x - 1, y - 1, w + 1, h + 1);
}
