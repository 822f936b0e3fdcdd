/** The pose's pictures. */

import { bytesOf, paint } from "../ink.js";

/** Pixels from base64 of little-endian float32. */
export function unpacked(text) {
  return new Float32Array(bytesOf(text).buffer);
}

/** Paint where a picture has more ink than the original (orange) and less (blue). */
export function paintDifference(canvas, ink, original) {
  paint(canvas, ink, (value, rgba, at, i) => {
    const more = value - original[i];
    const [red, green, blue] = more > 0 ? [217, 95, 2] : [31, 100, 200];
    const strength = Math.abs(more);
    rgba[at] = 255 - strength * (255 - red);
    rgba[at + 1] = 255 - strength * (255 - green);
    rgba[at + 2] = 255 - strength * (255 - blue);
  });
}
