/**
 * The reconstruction network of one checkpoint, in plain typed arrays.
 *
 * It knows nothing of the page and refers to nothing outside itself, so that its source can
 * also run in a worker (see strips.js).
 */
export class Decoder {
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
    this.active = new Int32Array(Math.max(...sizes));
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
    // The other capsules are zero: only this one's rows of the first kernel take part.
    let input = { values: vector, firstRow: capsule * vector.length };
    this.layers.forEach((layer, l) => {
      this.#dense(layer, input.values, input.firstRow);
      if (l + 1 < this.layers.length) this.#relu(layer.result);
      input = { values: layer.result, firstRow: 0 };
    });
    return this.#sigmoid(input.values);
  }

  /**
   * bias + input * kernel, four rows of the kernel in one pass over the outputs. Most inputs are
   * zero after a ReLU: their rows are left out.
   */
  #dense({ kernel, bias, outputs, result }, input, firstRow) {
    const { active } = this;
    let count = 0;
    for (let i = 0; i < input.length; i++) if (input[i] !== 0) active[count++] = i;
    const whole = count - (count % 4);
    result.set(bias);
    for (let n = 0; n < whole; n += 4) {
      const [i, k, l, m] = [active[n], active[n + 1], active[n + 2], active[n + 3]];
      const [a, b, c, d] = [input[i], input[k], input[l], input[m]];
      const [rowA, rowB] = [(firstRow + i) * outputs, (firstRow + k) * outputs];
      const [rowC, rowD] = [(firstRow + l) * outputs, (firstRow + m) * outputs];
      for (let j = 0; j < outputs; j++) {
        result[j] +=
          a * kernel[rowA + j] + b * kernel[rowB + j] + c * kernel[rowC + j] + d * kernel[rowD + j];
      }
    }
    for (let n = whole; n < count; n++) {
      const [a, row] = [input[active[n]], (firstRow + active[n]) * outputs];
      for (let j = 0; j < outputs; j++) result[j] += a * kernel[row + j];
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
