import { number } from "../number_format.js";
import { at, between } from "./payload.js";
import { drawDigit, shade, write } from "./paint.js";

const EDGE = 2.5; // pixels around the dots of the small pictures
const GAP = 6;
const COLUMNS = 8;

/** Coupling in space: the capsules of each map over the places they look at. */
export const spaceView = {
  height: (width, s) => layout(width, s).height,

  draw(context, width, height, trace, s) {
    const place = layout(width, s);
    const { x, y, size } = place.large;
    drawDigit(context, s.picture(trace), [0, 0, s.side], x, y, size);
    dots(context, trace, s, s.mean ? null : s.map, [0, 0, s.side], x, y, size);
    const name = s.mean ? "mean over all maps" : `map ${s.map}`;
    write(context, s.theme, name, x + size / 2, y + size + 14, { align: "center", bold: true });
    for (let m = 0; m < s.maps; m++) small(context, trace, s, m, ...place.small(m));
  },

  pick(px, py, width, height, trace, s) {
    const place = layout(width, s);
    const { x, y, size } = place.large;
    const inLarge = cellAt(px, py, [0, 0, s.side], x, y, size, s);
    if (inLarge !== null)
      return found(trace, s, inLarge, s.mean ? strongest(trace, s, inLarge) : s.map);
    for (let m = 0; m < s.maps; m++) {
      const [sx, sy, side] = place.small(m);
      if (px < sx || py < sy || px >= sx + side || py >= sy + side) continue;
      const cell = cellAt(px, py, crop(s), sx, sy, side, s);
      return cell === null ? { map: m, words: `map ${m}` } : found(trace, s, cell, m);
    }
    return null;
  },

  alt(trace, s) {
    const values = trace.coupling;
    let best = 0;
    for (let i = 0; i < values.shape[1]; i++) {
      if (at(values, s.round, i, s.digit) > at(values, s.round, best, s.digit)) best = i;
    }
    const [row, column, map] = s.where(best);
    return (
      `Coupling with ${s.said(s.digit)} of every primary capsule in round ${s.round + 1}, at its ` +
      `place on the digit. Largest: ${number(at(values, s.round, best, s.digit))}, ` +
      `map ${map}, row ${row}, column ${column}.`
    );
  },
};

function layout(width, s) {
  const wide = width >= 520;
  const size = wide ? Math.min(420, width * 0.34) : Math.min(280, width - 20);
  const left = wide ? size + 28 : 0;
  const top = wide ? 0 : size + 34;
  const side = Math.min(104, (width - left - (COLUMNS - 1) * GAP) / COLUMNS);
  const rows = Math.ceil(s.maps / COLUMNS);
  const grid = rows * side + (rows - 1) * GAP;
  return {
    large: { x: wide ? 0 : (width - size) / 2, y: 0, size },
    small: (m) => [
      left + (m % COLUMNS) * (side + GAP),
      top + Math.floor(m / COLUMNS) * (side + GAP),
      side,
    ],
    height: wide ? Math.max(size + 26, grid) : top + grid,
  };
}

/** Left, top and side of the pixels shown in the small pictures: the dots and what is around. */
function crop(s) {
  const [left, top] = centre(s, 0);
  const [right, bottom] = centre(s, s.cells - 1);
  const reach = Math.max(right - left, bottom - top, 1);
  return [left - EDGE, top - EDGE, reach + 2 * EDGE + 1];
}

function small(context, trace, s, m, x, y, side) {
  drawDigit(context, s.picture(trace), crop(s), x, y, side);
  context.fillStyle = "rgba(255,255,255,.45)";
  context.fillRect(x + 1, y + 1, side - 2, side - 2);
  dots(context, trace, s, m, crop(s), x, y, side);
  if (side > 60)
    write(context, s.theme, `${m}`, x + 4, y + 9, { size: 12, colour: "#222", bold: true });
  if (!s.mean && m === s.map) {
    context.strokeStyle = s.theme.primary;
    context.lineWidth = 3;
    context.strokeRect(x, y, side, side);
  }
}

/** One dot a capsule: its colour is the coupling, its area the activity. */
function dots(context, trace, s, map, [left, top, side], x, y, size) {
  const scale = size / side;
  for (let cell = 0; cell < s.cells; cell++) {
    const [cx, cy] = centre(s, cell);
    const middle = [x + (cx - left) * scale, y + (cy - top) * scale];
    if (silentAt(trace, s, cell, map)) {
      cross(context, middle, scale);
      continue;
    }
    const [value, active] =
      map === null ? average(trace, s, cell) : single(trace, s, cell * s.maps + map);
    context.beginPath();
    context.arc(...middle, scale * Math.sqrt(active), 0, 7);
    context.fillStyle = shade(s.theme, value, s.range);
    context.fill();
    context.strokeStyle = "rgba(40,40,40,.7)";
    context.lineWidth = Math.min(1, scale / 8);
    context.stroke();
    if (scale > 6 && cell === s.cell && (map === null || map === s.map)) ring(context, s);
  }
}

/** Whether a capsule, or with no map given every one at its place, is switched off. */
function silentAt(trace, s, cell, map) {
  if (map !== null) return s.silent(trace, cell * s.maps + map);
  for (let m = 0; m < s.maps; m++) if (!s.silent(trace, cell * s.maps + m)) return false;
  return true;
}

function cross(context, [x, y], scale) {
  const arm = 0.6 * scale;
  context.strokeStyle = "#d1242f";
  context.lineWidth = Math.max(1.5, scale / 6);
  context.beginPath();
  for (const side of [-1, 1]) {
    context.moveTo(x - arm, y - side * arm);
    context.lineTo(x + arm, y + side * arm);
  }
  context.stroke();
}

function ring(context, s) {
  context.strokeStyle = s.theme.primary;
  context.lineWidth = 3;
  context.stroke();
}

/** The middle of what a place looks at, in pixels of the digit. */
function centre(s, cell) {
  const [top, left, bottom, right] = s.window(cell);
  return [(left + right) / 2, (top + bottom) / 2];
}

function single(trace, s, i) {
  return [between(trace.coupling, s.position, i, s.digit), trace.activity.data[i]];
}

function average(trace, s, cell) {
  let value = 0;
  let active = 0;
  for (let m = 0; m < s.maps; m++) {
    const [c, u] = single(trace, s, cell * s.maps + m);
    value += c / s.maps;
    active += u / s.maps;
  }
  return [value, active];
}

function strongest(trace, s, cell) {
  const active = (m) => trace.activity.data[cell * s.maps + m];
  return [...Array(s.maps).keys()].reduce((a, b) => (active(b) > active(a) ? b : a));
}

function cellAt(px, py, [left, top, side], x, y, size, s) {
  const scale = size / side;
  for (let cell = 0; cell < s.cells; cell++) {
    const [cx, cy] = centre(s, cell);
    const [dx, dy] = [(px - x) / scale - cx + left, (py - y) / scale - cy + top];
    if (Math.abs(dx) <= 1 && Math.abs(dy) <= 1) return cell;
  }
  return null;
}

function found(trace, s, cell, map) {
  const i = cell * s.maps + map;
  const [row, column] = s.where(i);
  const [value, active] = single(trace, s, i);
  const words =
    `map ${map}, row ${row}, column ${column}: c to ${s.said(s.digit)} = ${number(value, 4)}, ` +
    `‖u‖ = ${number(active, 2)}`;
  return { map, capsule: i, words };
}
