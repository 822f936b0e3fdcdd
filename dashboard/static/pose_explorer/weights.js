/**
 * Where this browser keeps the decoder's weights: in the window across page changes, in IndexedDB
 * across visits. The newest checkpoint's only: 5.6 MB each.
 */
export const keptWeights = (globalThis.capsnetWeights ??= new Map()); // id -> Float32Array
const ARRIVED = "capsnet-weights-arrived";
const STORE = "decoders";

/** Keep weights that have just come from the server, and tell whoever waits for them. */
export function keepWeights(id, weights) {
  const isNew = !keptWeights.has(id);
  if (isNew) {
    keptWeights.clear();
    keptWeights.set(id, weights);
  }
  globalThis.dispatchEvent(new CustomEvent(ARRIVED, { detail: id }));
  return (
    isNew &&
    inStore("readwrite", (store) => {
      store.clear();
      return store.put(weights, id);
    })
  );
}

/**
 * The weights this browser has.
 *
 * @returns {Promise<Float32Array | undefined>} undefined if it has none of that length.
 */
async function findWeights(id, length) {
  const kept = () => keptWeights.get(id); // they may come while the store is asked
  const weights = kept() ?? (await inStore("readonly", (store) => store.get(id))) ?? kept();
  if (!(weights instanceof Float32Array) || weights.length !== length) return undefined;
  keptWeights.set(id, weights);
  return weights;
}

/** Run one request on the store; undefined where the browser has no store to offer. */
function inStore(mode, ask) {
  return new Promise((resolve) => {
    try {
      const opening = indexedDB.open("capsnet", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
      opening.onerror = () => resolve(undefined);
      opening.onsuccess = () => {
        const database = opening.result;
        const answer = (value) => (database.close(), resolve(value));
        try {
          const request = ask(database.transaction(STORE, mode).objectStore(STORE));
          request.onsuccess = () => answer(request.result);
          request.onerror = () => answer(undefined);
        } catch {
          answer(undefined); // a database of this name that is not ours
        }
      };
    } catch {
      resolve(undefined);
    }
  });
}

/**
 * The weights, from this browser or else from the server.
 *
 * @param {() => void} ask tells the server that they are needed; again after a while, as a
 *   rerun of the page can lose the answer.
 * @param {AbortSignal} signal aborted when they are needed no longer; then nothing is returned.
 * @returns {Promise<Float32Array>}
 */
export async function weightsFor(id, length, ask, signal) {
  const found = await findWeights(id, length);
  if (found) return found;
  return new Promise((resolve) => {
    if (signal.aborted) return;
    const asking = setInterval(ask, 60_000);
    signal.addEventListener("abort", () => clearInterval(asking));
    const arrived = async () => {
      const weights = await findWeights(id, length);
      if (weights) resolve(weights);
    };
    globalThis.addEventListener(ARRIVED, arrived, { signal });
    ask();
  });
}
