/** Two pictures on one sheet, as `capsnet/analysis/overlap.py` lays them and divides their ink. */

const FIRST = [0, 114, 178]; // blue and orange, which most eyes tell apart
const SECOND = [213, 94, 0];

/** A picture moved by whole pixels; paper comes in. */
export function moved(ink, [rows, columns], right, down) {
  const found = new Float32Array(ink.length);
  for (let y = Math.max(0, down); y < Math.min(rows, rows + down); y++) {
    for (let x = Math.max(0, right); x < Math.min(columns, columns + right); x++) {
      found[y * columns + x] = ink[(y - down) * columns + x - right];
    }
  }
  return found;
}

/** Their ink adds up, to black at most. */
export function laidOver(first, second) {
  return first.map((ink, i) => Math.min(ink + second[i], 1));
}

/** The colour of each pixel whose ink two drawings claim; see `pixel_owners`. */
export function claims(first, second, ink) {
  return [...ink].map((most, i) => {
    const total = Math.max(1, first[i] + second[i]);
    const [one, other] = [first[i], second[i]].map((drawn) => (most * drawn) / total);
    return FIRST.map((blue, c) => {
      const level = 255 - one * (255 - blue) - other * (255 - SECOND[c]);
      return Math.round(Math.max(0, Math.min(255, level)));
    });
  });
}

/** The box that a picture's ink lies in: left, top, right and bottom, the last two exclusive. */
export function boxOf(ink, [rows, columns]) {
  const box = [columns, rows, 0, 0];
  ink.forEach((value, i) => {
    if (value < 0.1) return;
    const [x, y] = [i % columns, Math.floor(i / columns)];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x + 1);
    box[3] = Math.max(box[3], y + 1);
  });
  return box[2] ? box : [0, 0, columns, rows];
}
