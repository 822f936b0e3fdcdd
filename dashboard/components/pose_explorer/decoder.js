/**
 * The reconstruction network of one checkpoint, in plain typed arrays.
 *
 * It knows nothing of the page and refers to nothing outside itself, so that its source can
 * also run in a worker (see strips.js).
 */
class Decoder {
  /**
   * @param {Float32Array} weights kernel (inputs x outputs) and bias of each layer in turn.
   * @param {number[]} sizes widths from the masked capsules to the pixels: 160, 512, 1024, 784.
   */
  constructor(weights, sizes) {
    if (weights.length !== Decoder.count(sizes)) {
      throw new Error(`Expected ${Decoder.count(sizes)} weights. Received: ${weights.length}`);
    }
    this.layers = [];
    let start = 0;
    for (let i = 0; i + 1 < sizes.length; i++) {
      const [inputs, outputs] = [sizes[i], sizes[i + 1]];
      const kernel = weights.subarray(start, (start += inputs * outputs));
      const bias = weights.subarray(start, (start += outputs));
      this.layers.push({ kernel, bias, outputs, result: new Float32Array(outputs) });
    }
  }

  /** How many weights a decoder of these widths has. */
  static count(sizes) {
    return sizes.slice(1).reduce((sum, outputs, i) => sum + (sizes[i] + 1) * outputs, 0);
  }

  /**
   * Draw what one capsule describes, all others masked.
   *
   * @param {number} capsule which digit capsule, from 0.
   * @param {ArrayLike<number>} vector its pose.
   * @returns {Float32Array} pixels in [0, 1], row by row; overwritten by the next call.
   */
  decode(capsule, vector) {
    const [first, ...others] = this.layers;
    // The other capsules are zero: only this one's rows of the first kernel take part.
    this.#dense(first, vector, capsule * vector.length);
    let previous = first;
    for (const layer of others) {
      this.#relu(previous.result);
      this.#dense(layer, previous.result, 0);
      previous = layer;
    }
    return this.#sigmoid(previous.result);
  }

  /** bias + input * kernel, four rows of the kernel in one pass over the outputs. */
  #dense({ kernel, bias, outputs, result }, input, firstRow) {
    result.set(bias);
    for (let i = 0; i < input.length; i += 4) {
      const [a, b, c, d] = [input[i], input[i + 1], input[i + 2], input[i + 3]];
      const row = (firstRow + i) * outputs;
      const [rowB, rowC, rowD] = [row + outputs, row + 2 * outputs, row + 3 * outputs];
      for (let j = 0; j < outputs; j++) {
        result[j] +=
          a * kernel[row + j] + b * kernel[rowB + j] + c * kernel[rowC + j] + d * kernel[rowD + j];
      }
    }
  }

  #relu(values) {
    for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] = 0;
  }

  #sigmoid(values) {
    for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]));
    return values;
  }
}
