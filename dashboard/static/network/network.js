/** The network in this browser: one worker for all pages, which outlives each of them. */

import { fileOf } from "./files.js";

const PATIENCE = 10_000; // ms until a worker that says nothing is taken for dead
const opened = (globalThis.capsnetNetwork ??= { id: null, promise: null }); // across page changes

/**
 * The network, once it can answer.
 *
 * @param {object} settings from `browser_network.offered` of dashboard/state
 * @returns {Promise<Network>} rejected with the reason if it cannot run here
 */
export function networkOf(settings) {
  if (opened.id !== settings.id) {
    opened.promise?.then((old) => old.stop()).catch(() => {});
    opened.id = settings.id;
    opened.promise = open(settings);
    opened.promise.catch(() => (opened.id = null)); // the next page tries again
  }
  return opened.promise;
}

async function open({ about, files }) {
  if (typeof WebAssembly !== "object") throw new Error("it has no WebAssembly");
  if (typeof DecompressionStream !== "function") throw new Error("it is too old");
  const [runtime, encoder, decoder] = await Promise.all(
    ["runtime", "encoder", "decoder"].map((name) => fileOf(files[name])),
  );
  const network = new Network();
  try {
    const parts = { encoder, decoder };
    const moved = [runtime, encoder, decoder].map((bytes) => bytes.buffer);
    await network.ask("open", { runtime, parts, about }, { moved, patience: 60_000 });
  } catch (error) {
    network.stop();
    throw error;
  }
  return network;
}

class Network {
  constructor() {
    this.worker = new Worker(new URL("./worker.js", import.meta.url));
    this.asked = new Map(); // by number: how to settle what is under way
    this.number = 0;
    this.worker.addEventListener("message", ({ data }) => this.#settle(data));
    this.worker.addEventListener("error", () => this.stop());
  }

  /** Ask the worker for something; rejected if it fails, dies or stays silent. */
  ask(action, task, { moved = [], patience = PATIENCE } = {}) {
    return new Promise((resolve, reject) => {
      if (this.isStopped) return reject(new Error("it stopped"));
      const number = ++this.number;
      const timer = setTimeout(() => this.stop(), patience);
      this.asked.set(number, { resolve, reject, timer });
      this.worker.postMessage({ number, action, ...task }, { transfer: moved });
    });
  }

  stop() {
    this.worker.terminate();
    this.isStopped = true;
    opened.promise?.then((network) => network === this && (opened.id = null)).catch(() => {});
    for (const number of [...this.asked.keys()]) this.#settle({ number, error: "it stopped" });
  }

  #settle({ number, result, error }) {
    const waiting = this.asked.get(number);
    if (!waiting) return;
    this.asked.delete(number);
    clearTimeout(waiting.timer);
    if (error) waiting.reject(new Error(error));
    else waiting.resolve(result);
  }
}
