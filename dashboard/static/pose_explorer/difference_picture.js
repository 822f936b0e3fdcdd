/** The pose's pictures. */

import { bytesOf, frameOf, paint, placesIn, shapeCanvas } from "../ink.js";

/** Pixels from base64 of little-endian float32. */
export function unpacked(text) {
  return new Float32Array(bytesOf(text).buffer);
}

/** Paint where a picture has more ink or light than the original (orange) and less (blue). */
export function paintDifference(canvas, values, original, shape) {
  shapeCanvas(canvas, shape);
  const places = placesIn(shape);
  const [rows, columns] = frameOf(shape);
  paint(canvas, new Uint8Array(rows * columns), (_, rgba, at, i) => {
    const three = places(Math.floor(i / columns), i % columns);
    const more = three.reduce((sum, place) => sum + values[place] - original[place], 0) / 3;
    const [red, green, blue] = more > 0 ? [217, 95, 2] : [31, 100, 200];
    const strength = Math.abs(more);
    rgba[at] = 255 - strength * (255 - red);
    rgba[at + 1] = 255 - strength * (255 - green);
    rgba[at + 2] = 255 - strength * (255 - blue);
  });
}
