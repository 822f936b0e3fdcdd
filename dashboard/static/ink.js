/** Small pictures on canvases: dark ink on light paper, in every theme. */

/** Bytes from base64. */
export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A canvas of these pixels, not yet painted. */
export function newCanvas(columns, rows) {
  return Object.assign(document.createElement("canvas"), { width: columns, height: rows });
}

/**
 * Paint ink, or blank paper without any.
 *
 * @param {HTMLCanvasElement} canvas as many pixels as `ink` has numbers
 * @param {ArrayLike<number> | null | undefined} ink row by row
 * @param {number} full the number that stands for full ink
 */
export function paintInk(canvas, ink, full) {
  paint(canvas, ink ?? new Uint8Array(canvas.width * canvas.height), (value, rgba, at) => {
    rgba[at] = rgba[at + 1] = rgba[at + 2] = 255 * (1 - value / full);
  });
}

/**
 * Paint values as colours.
 *
 * @param {(value: number, rgba: Uint8ClampedArray, at: number, i: number) => void} colour writes
 *   red, green and blue of the value at place `i` to `rgba`, from `at` on
 */
export function paint(canvas, values, colour) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < values.length; i++) {
    colour(values[i], image.data, 4 * i, i);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
