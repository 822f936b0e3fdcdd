/** What several components ask of the page. */

/** A new element. */
export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Whether the visitor wants nothing to move by itself. */
export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Bring a part of the page into sight, and the keyboard with it. */
export function bring(part) {
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
  part.scrollIntoView({ behavior: isCalm() ? "instant" : "smooth", block: "start" });
}
