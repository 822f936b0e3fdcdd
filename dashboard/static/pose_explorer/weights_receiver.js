/** An invisible component whose data is the weights: 64 characters of id, then float32. */

import { keepWeights } from "./weights.js";

const ID_LENGTH = 64;

export default function ({ data }) {
  if (!(data instanceof Uint8Array) || data.length <= ID_LENGTH) return;
  const id = new TextDecoder().decode(data.subarray(0, ID_LENGTH)).trim();
  keepWeights(id, new Float32Array(data.slice(ID_LENGTH).buffer));
}
