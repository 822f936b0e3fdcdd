/**
 * Small pictures on canvases, the same in every theme.
 *
 * A picture of one channel is dark ink on light paper; of three, red, green and blue; the two of a
 * stereo pair lie side by side, as photos: `levels` of dashboard/components/picture.py.
 */

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
 * Rows and columns of a picture as it is shown.
 *
 * @param {number[]} shape its rows, columns and channels
 */
export function frameOf([rows, columns, channels]) {
  return [rows, channels === 2 ? 2 * columns : columns];
}

/**
 * Where in a picture's values a shown pixel's red, green and blue are.
 *
 * @returns {(row: number, column: number) => [number, number, number]}
 */
export function placesIn([, columns, channels]) {
  if (channels === 2) {
    return (row, column) => {
      const at = 2 * (row * columns + (column % columns)) + Math.floor(column / columns);
      return [at, at, at];
    };
  }
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  return (row, column) => {
    const at = channels * (row * columns + column);
    return [at, at + green, at + blue];
  };
}

/** Bring a canvas to the size of a picture of this shape. */
export function shapeCanvas(canvas, shape) {
  const [rows, columns] = frameOf(shape);
  if (canvas.width === columns && canvas.height === rows) return;
  Object.assign(canvas, { width: columns, height: rows });
  canvas.style.aspectRatio = `${columns} / ${rows}`;
}

/**
 * Paint a picture, or blank paper without any.
 *
 * @param {ArrayLike<number> | null | undefined} values row by row, channels last
 * @param {number[]} shape its rows, columns and channels
 * @param {number} full the number that stands for full ink or light
 */
export function paintPicture(canvas, values, shape, full) {
  shapeCanvas(canvas, shape);
  if (shape[2] === 1) return paintInk(canvas, values, full);
  const places = placesIn(shape);
  const [rows, columns] = frameOf(shape);
  paint(canvas, new Uint8Array(rows * columns), (_, rgba, at, i) => {
    const three = places(Math.floor(i / columns), i % columns);
    three.forEach((place, k) => (rgba[at + k] = values ? (255 * values[place]) / full : 255));
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
