/** Reading the bytes that `components/routing_player.py` packs: a JSON header, then typed arrays. */

const TYPES = { float32: Float32Array, int16: Int16Array, int32: Int32Array, uint8: Uint8Array };

/**
 * @param {Uint8Array} bytes
 * @returns {{header: object, traces: object[]}} each trace has its arrays as `{data, shape}` by
 *   name, its `figures` as JSON by name, and room for their `layouts`
 */
export function unpack(bytes) {
  const buffer = bytes.slice().buffer; // typed arrays need an aligned start
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const traces = header.traces.map(({ arrays, figures }) => {
    const entries = arrays.map(({ name, dtype, shape, offset }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { data: new TYPES[dtype](buffer, 4 + length + offset, size), shape }];
    });
    return { ...Object.fromEntries(entries), figures, layouts: {} };
  });
  return { header, traces };
}

/** An array of whole steps as the numbers that they stand for. */
export function inSteps({ shape, data }, step) {
  return { shape, data: Float32Array.from(data, (count) => count * step) };
}

/** The number at `indices` of an array, as in NumPy. */
export function at(array, ...indices) {
  return array.data[indices.reduce((offset, index, axis) => offset * array.shape[axis] + index, 0)];
}

/**
 * The number at `indices` between two rounds.
 * @param {object} array with an axis of rounds in front
 * @param {number} position a round counted from 0; in between while the picture moves
 */
export function between(array, position, ...indices) {
  const before = Math.floor(position);
  const share = position - before;
  const value = at(array, before, ...indices);
  return share ? value + share * (at(array, before + 1, ...indices) - value) : value;
}

/** The smallest and largest of the arrays' numbers; never a single point. */
export function extent(...arrays) {
  let low = Infinity;
  let high = -Infinity;
  for (const { data } of arrays) {
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const widen = Math.max(0, 0.01 - (high - low)) / 2;
  return [low - widen, high + widen];
}
