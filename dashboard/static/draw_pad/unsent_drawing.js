/** A drawing that the server has not got, kept by this tab for its next page. */

const UNSENT = "capsnet-unsent-drawing";

/** Keep a drawing's packed strokes. */
export function keepUnsent(strokes) {
  try {
    sessionStorage.setItem(UNSENT, strokes);
  } catch {
    // the browser keeps nothing for us
  }
}

/** The drawing that was kept, once. */
export function takeUnsent() {
  try {
    const strokes = sessionStorage.getItem(UNSENT);
    sessionStorage.removeItem(UNSENT);
    return strokes;
  } catch {
    return null;
  }
}
