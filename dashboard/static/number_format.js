/** Numbers as people read them. */

/** A number with so many decimals and a real minus sign. */
export function number(value, decimals = 3) {
  return `${signOf(value, decimals, "")}${Math.abs(value).toFixed(decimals)}`;
}

/** A change, with its sign. */
export function signed(value, decimals = 3) {
  return `${signOf(value, decimals, "+")}${Math.abs(value).toFixed(decimals)}`;
}

/** The sign of a number as it is shown: a zero has none, however it came about. */
function signOf(value, decimals, plus) {
  if (Number(Math.abs(value).toFixed(decimals)) === 0) return "";
  return value < 0 ? "−" : plus;
}

/** Whether a capsule of that length says that its class is there: as `capsnet/analysis/prediction.py` has it. */
export function isPresent(length) {
  return Number(length.toFixed(2)) >= 0.5;
}
