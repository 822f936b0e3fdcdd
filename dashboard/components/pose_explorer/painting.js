/** Pictures on canvases: dark ink on light paper in every theme. */

/** Pixels from base64 of little-endian float32. */
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** Paint pixels in [0, 1], 1 for ink. */
function paintInk(canvas, ink) {
  paint(canvas, ink, (value, rgba, at) => {
    rgba[at] = rgba[at + 1] = rgba[at + 2] = 255 * (1 - value);
  });
}

/** Paint where a picture has more ink than the original (orange) and less (blue). */
function paintDifference(canvas, ink, original) {
  paint(canvas, ink, (value, rgba, at, i) => {
    const more = value - original[i];
    const [red, green, blue] = more > 0 ? [217, 95, 2] : [31, 100, 200];
    const strength = Math.abs(more);
    rgba[at] = 255 - strength * (255 - red);
    rgba[at + 1] = 255 - strength * (255 - green);
    rgba[at + 2] = 255 - strength * (255 - blue);
  });
}

function paint(canvas, values, colour) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < values.length; i++) {
    colour(values[i], image.data, 4 * i, i);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** The squared difference of two pictures, summed over their pixels. */
function squaredError(ink, original) {
  return ink.reduce((sum, value, i) => sum + (value - original[i]) ** 2, 0);
}

/** A vector's length. */
function norm(vector) {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
}
