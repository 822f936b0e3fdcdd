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

/** Whether a key is Undo: Ctrl+Z, or Cmd+Z. */
export function isUndo({ ctrlKey, metaKey, shiftKey, key }) {
  return (ctrlKey || metaKey) && !shiftKey && key.toLowerCase() === "z";
}

/** Hide a button or show it; the focus of one that goes stays beside it. */
export function show(button, isShown, beside) {
  const hadFocus = button.getRootNode().activeElement === button;
  button.hidden = !isShown;
  if (isShown || !hadFocus) return;
  beside.tabIndex = -1;
  beside.focus({ preventScroll: true });
}

/** Let an observer tell of an element's size, and of a screen of other density where a browser can. */
export function observeSize(observer, observed) {
  try {
    observer.observe(observed, { box: "device-pixel-content-box" });
  } catch {
    observer.observe(observed);
  }
}
