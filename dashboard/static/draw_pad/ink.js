/**
 * From strokes to the 28 x 28 image that the network gets, in steps that are those of Python.
 *
 * `ink` is `draw` of capsnet/data/strokes.py; `normalise` and `shrink` are those of
 * capsnet/data/normalisation.py. tests/e2e/test_ink.py compares them pixel by pixel: every sum stands
 * in the order in which it stands there.
 */

const SHEET = 1000;
const INK_SIDE = 280;
const LONGEST_PIECE = 4;
const MOST_PIECES = 8;
const SIDE = 28;
const BOX = 20;
const FAINTEST = 0.1;

/**
 * The ink that strokes leave on a sheet.
 *
 * @param {import("./strokes.js").Stroke[]} strokes
 * @returns {Uint8Array} INK_SIDE x INK_SIDE, 255 for ink
 */
export function ink(strokes) {
  const sheet = new Float64Array(INK_SIDE * INK_SIDE);
  for (const { width, points } of strokes) {
    const places = points.map(([x, y]) => [(x * INK_SIDE) / SHEET, (y * INK_SIDE) / SHEET]);
    const path = smooth(places);
    const radius = (width * INK_SIDE) / SHEET / 2;
    if (path.length === 1) inkSegment(sheet, path[0], path[0], radius);
    for (let i = 1; i < path.length; i++) inkSegment(sheet, path[i - 1], path[i], radius);
  }
  return Uint8Array.from(sheet, (value) => Math.floor(value * 255 + 0.5));
}

function smooth(points) {
  const path = [points[0]];
  for (let i = 1; i < points.length - 1; i++) {
    const [ax, ay] = path[path.length - 1];
    const [cx, cy] = points[i];
    const [nx, ny] = points[i + 1];
    const [bx, by] = [(cx + nx) / 2, (cy + ny) / 2];
    const length = distance(cx - ax, cy - ay) + distance(bx - cx, by - cy);
    const pieces = Math.min(MOST_PIECES, Math.max(1, Math.ceil(length / LONGEST_PIECE)));
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      const u = 1 - t;
      path.push([
        u * u * ax + 2 * u * t * cx + t * t * bx,
        u * u * ay + 2 * u * t * cy + t * t * by,
      ]);
    }
  }
  if (points.length > 1) path.push(points[points.length - 1]);
  return path;
}

function inkSegment(sheet, [ax, ay], [bx, by], radius) {
  const reach = radius + 1;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(INK_SIDE, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(INK_SIDE, Math.ceil(Math.max(ay, by) + reach));
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  for (let row = top; row < bottom; row++) {
    const y = row + 0.5 - ay;
    for (let column = left; column < right; column++) {
      const x = column + 0.5 - ax;
      const along = squared ? clip((x * dx + y * dy) / squared, 0, 1) : 0;
      const [awayX, awayY] = [x - along * dx, y - along * dy];
      const covered = clip(radius + 0.5 - distance(awayX, awayY), 0, 1);
      const at = row * INK_SIDE + column;
      if (covered > sheet[at]) sheet[at] = covered;
    }
  }
}

/**
 * Ink at MNIST's size and place; null if there is none.
 *
 * @param {Uint8Array} levels INK_SIDE x INK_SIDE, as from `ink`
 * @returns {Float32Array | null} SIDE x SIDE in [0, 1]
 */
export function normalise(levels) {
  const cropped = crop(picture(levels));
  if (!cropped) return null;
  const digit = fitted(cropped);
  const [top, left] = [start(digit, 0), start(digit, 1)];
  const placed = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < digit.height; row++) {
    const line = digit.values.subarray(row * digit.width, (row + 1) * digit.width);
    placed.set(line, (top + row) * SIDE + left);
  }
  return placed;
}

/** The whole sheet at 28 x 28; null if there is no ink on it. */
export function shrink(levels) {
  return levels.some(Boolean) ? resized(picture(levels), SIDE, SIDE).values : null;
}

function picture(levels) {
  const values = Float32Array.from(levels, (level) => level / 255);
  return { values, width: INK_SIDE, height: INK_SIDE };
}

function crop({ values, width, height }) {
  const peak = values.reduce((a, b) => Math.max(a, b), 0);
  if (peak === 0) return null;
  const least = Math.fround(Math.fround(FAINTEST) * peak);
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let at = 0; at < values.length; at++) {
    if (!(values[at] > least)) continue;
    const [row, column] = [Math.floor(at / width), at % width];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  }
  const part = { width: right + 1 - left, height: bottom + 1 - top };
  part.values = new Float32Array(part.width * part.height);
  for (let row = 0; row < part.height; row++) {
    const from = (top + row) * width + left;
    part.values.set(values.subarray(from, from + part.width), row * part.width);
  }
  return part;
}

function fitted(digit) {
  const scale = BOX / Math.max(digit.height, digit.width);
  const [height, width] = [digit.height, digit.width].map((n) => Math.max(1, even(n * scale)));
  const small = resized(digit, height, width);
  const peak = Math.max(
    small.values.reduce((a, b) => Math.max(a, b), 0),
    Math.fround(1e-6),
  );
  small.values = small.values.map((value) => value / peak);
  return small;
}

/** Where the digit begins so that its centre of mass is in the middle, if it fits there. */
function start({ values, width, height }, axis) {
  const count = axis === 0 ? height : width;
  let [mass, moment] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const place = axis === 0 ? Math.floor(at / width) : at % width;
    mass += values[at];
    moment += (place + 0.5) * values[at];
  }
  return clip(even(SIDE / 2 - moment / mass), 0, SIDE - count);
}

/** Pillow's bicubic resize with antialiasing, of what has single precision: first across, then down. */
function resized({ values, width, height }, newHeight, newWidth) {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const across = new Float32Array(height * newWidth);
  weights(width, newWidth).forEach(({ first, shares }, column) => {
    for (let row = 0; row < height; row++) {
      let sum = 0;
      for (let k = 0; k < shares.length; k++) sum += values[row * width + first + k] * shares[k];
      across[row * newWidth + column] = sum;
    }
  });
  const down = new Float32Array(newHeight * newWidth);
  weights(height, newHeight).forEach(({ first, shares }, row) => {
    for (let column = 0; column < newWidth; column++) {
      let sum = 0;
      for (let k = 0; k < shares.length; k++) {
        sum += across[(first + k) * newWidth + column] * shares[k];
      }
      down[row * newWidth + column] = sum;
    }
  });
  return { values: down.map((value) => clip(value, 0, most)), width: newWidth, height: newHeight };
}

/** Which pixels each new one is made of, and in what shares. */
function weights(from, to) {
  const scale = from / to;
  const wide = Math.max(scale, 1);
  const support = 2 * wide;
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const shares = Array.from({ length: end - first }, (_item, k) =>
      bicubic((k + first - centre + 0.5) * (1 / wide)),
    );
    const sum = shares.reduce((a, b) => a + b, 0);
    return { first, shares: shares.map((share) => share * (1 / sum)) };
  });
}

function bicubic(x) {
  const a = -0.5;
  const far = Math.abs(x);
  if (far < 1) return ((a + 2) * far - (a + 3)) * far * far + 1;
  if (far < 2) return (((far - 5) * far + 8) * far - 4) * a;
  return 0;
}

/** To the nearest whole number; of two as near, to the even one. */
function even(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

function clip(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

function distance(x, y) {
  return Math.sqrt(x * x + y * y);
}
