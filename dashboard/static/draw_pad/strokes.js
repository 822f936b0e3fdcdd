/**
 * Strokes as bytes, as `capsnet/strokes.py` reads and writes them.
 * @typedef {{width: number, points: [number, number][]}} Stroke  in units of a 1000-unit sheet
 */

/** @param {Stroke[]} strokes @returns {string} base64 */
export function packStrokes(strokes) {
  const bytes = [];
  for (const { width, points } of strokes) {
    pushNumber(bytes, width);
    pushNumber(bytes, points.length);
    let before = [0, 0];
    for (const point of points) {
      for (const axis of [0, 1]) {
        const step = point[axis] - before[axis];
        pushNumber(bytes, step >= 0 ? step * 2 : -step * 2 - 1);
      }
      before = point;
    }
  }
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** @param {string} packed base64 @returns {Stroke[]} */
export function unpackStrokes(packed) {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const strokes = [];
  let at = 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (!(byte & 128)) return value;
    }
  };
  const step = (zigzag) => (zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2);
  while (at < bytes.length) {
    const stroke = { width: number(), points: [] };
    let [x, y] = [0, 0];
    for (let left = number(); left > 0; left--) {
      x += step(number());
      y += step(number());
      stroke.points.push([x, y]);
    }
    strokes.push(stroke);
  }
  return strokes;
}

/** Seven bits a byte, low bits first. */
function pushNumber(bytes, value) {
  while (value > 127) {
    bytes.push((value & 127) | 128);
    value >>= 7;
  }
  bytes.push(value);
}
