/** Whether a routing did what the page says in words: a network may be changed, its pages follow. */

const ROUNDING = 1e-4;

/** Whether two numbers differ by more than rounding; one that is missing differs from none. */
export function apart(a, b) {
  return Math.abs(a - b) > ROUNDING;
}

/**
 * Hold a trace's numbers, of all capsules in all rounds, against the paper's equations.
 *
 * @param {object} trace with `logits`, `coupling` and `agreement`
 * @returns {{shares: boolean, update: boolean}} whether c_ij = exp(b_ij) / Σ_k exp(b_ik), and
 *   whether the next b_ij is b_ij + agreement
 */
export function followed({ logits, coupling, agreement }) {
  const digits = logits.shape[2];
  const round = logits.data.length / logits.shape[0];
  const told = { shares: true, update: true };
  for (let k = 0; k < logits.data.length; k += digits) {
    let total = 0;
    for (let j = k; j < k + digits; j++) total += Math.exp(logits.data[j]);
    for (let j = k; j < k + digits; j++) {
      if (apart(coupling.data[j], Math.exp(logits.data[j]) / total)) told.shares = false;
      if (apart(logits.data[j + round], logits.data[j] + agreement.data[j])) told.update = false;
    }
  }
  return told;
}

/** What to say at the numbers of a routing that goes by other equations, as HTML; else nothing. */
export function differences({ shares, update }) {
  const differs = [
    !shares && "shares out differently than e<sup>b</sup> / Σ (<code>coupling</code>",
    !update && "adds something else than the agreement (<code>updated</code>",
  ];
  return differs
    .filter(Boolean)
    .map((what) => `This network ${what} in agreement.py).`)
    .join(" ");
}
