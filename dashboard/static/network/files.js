/**
 * Files that this browser keeps across visits, by what they hold.
 *
 * In IndexedDB: Cache Storage is only there at https addresses and on the server's own machine, and
 * a class comes by http.
 */

const STORE = "files";
const KEPT = 8; // a runtime, and both parts of three networks

/**
 * A file's bytes, from this browser or else from the server.
 *
 * @param {{id: string, size: number, address: string}} file `id` names the content
 * @returns {Promise<Uint8Array>}
 */
export async function fileOf({ id, size, address }) {
  const kept = await inStore("readonly", (store) => store.get(id));
  if (kept?.bytes?.byteLength === size) return new Uint8Array(kept.bytes);
  const bytes = await fetched(new URL(address, document.baseURI));
  if (bytes?.byteLength !== size) throw new Error("a file did not arrive whole");
  await inStore("readwrite", (store) => store.put({ bytes, at: Date.now() }, id));
  await forgetOld();
  return new Uint8Array(bytes);
}

/** What lies at an address; null if it cannot be had, as where the connection is lost. */
async function fetched(address) {
  try {
    const response = await fetch(address);
    return response.ok ? await response.arrayBuffer() : null;
  } catch {
    return null;
  }
}

async function forgetOld() {
  const keys = (await inStore("readonly", (store) => store.getAllKeys())) ?? [];
  if (keys.length <= KEPT) return;
  const ages = await Promise.all(
    keys.map(async (key) => [(await inStore("readonly", (store) => store.get(key)))?.at ?? 0, key]),
  );
  const old = ages.sort(([a], [b]) => b - a).slice(KEPT);
  await Promise.all(old.map(([, key]) => inStore("readwrite", (store) => store.delete(key))));
}

/** Run one request on the store; undefined where the browser has no store to offer. */
function inStore(mode, ask) {
  return new Promise((resolve) => {
    const nothing = () => resolve(undefined);
    try {
      const opening = indexedDB.open("capsnet-files", 1);
      opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(STORE));
      opening.addEventListener("error", nothing);
      opening.addEventListener("success", () => {
        const database = opening.result;
        const answer = (value) => {
          database.close();
          resolve(value);
        };
        try {
          const request = ask(database.transaction(STORE, mode).objectStore(STORE));
          request.addEventListener("success", () => answer(request.result));
          request.addEventListener("error", () => answer(undefined));
        } catch {
          answer(undefined);
        }
      });
    } catch {
      nothing();
    }
  });
}
