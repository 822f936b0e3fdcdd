/** Scrolls to where it stands, once for each time it is asked to. */

import { isCalm } from "../dom.js";

// Outlives the place: a page left and come back to does not scroll again.
let done = 0;

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data }) {
  const isAsked = data.times > done;
  done = data.times; // fewer than before in a new session, as after the server was started anew
  if (!isAsked) return;
  parentElement.style.scrollMarginTop = "4rem"; // of the bar that lies over the page
  parentElement.scrollIntoView({ behavior: isCalm() ? "instant" : "smooth", block: "start" });
}
