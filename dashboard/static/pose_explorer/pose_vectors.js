/** A pose's numbers. */

/** A vector's length. */
export function norm(vector) {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
}

/** The squared difference of two pictures, summed over their pixels. */
export function squaredError(ink, original) {
  return ink.reduce((sum, value, i) => sum + (value - original[i]) ** 2, 0);
}

/** To three decimals, without a negative zero. */
export function rounded(x) {
  return Math.round(x * 1000) / 1000 + 0;
}

/** Whether two values are alike in all their parts. */
export function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
