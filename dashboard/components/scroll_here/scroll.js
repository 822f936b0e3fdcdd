/** Scrolls to where it stands, once for each time it is asked to. */

let done = 0; // outlives the place: a page left and come back to does not scroll again

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data }) {
  if (data.times <= done) return;
  done = data.times;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  parentElement.style.scrollMarginTop = "4rem"; // of the bar that lies over the page
  parentElement.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "start" });
}
