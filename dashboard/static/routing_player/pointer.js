import { placeOf, under } from "./views.js";

/** Say what lies under the pointer. */
export function wirePointer(page) {
  const { root } = page;
  root.addEventListener("pointermove", (event) => hover(page, placeOf(event)));
  for (const gone of ["pointerleave", "wheel"]) {
    root.addEventListener(gone, () => hover(page, null), { passive: true });
  }
}

/** What lies under a pointer that rests may be another now, or have other numbers. */
export function pointAgain(page) {
  if (page.pointed) hover(page, page.pointed.canvas.isConnected ? page.pointed : null);
}

function hover(page, place) {
  page.pointed = place;
  const found = place && under(page, place);
  if (place?.canvas.tagName === "CANVAS") {
    const useful = found && (found.capsule ?? found.map ?? found.digit) !== undefined;
    place.canvas.style.cursor = useful ? "pointer" : "";
  }
  tip(page, found?.words, place);
}

function tip(page, words, place) {
  const box = page.root.querySelector(".tip");
  box.hidden = !words;
  if (!words) return;
  box.textContent = words;
  const left = Math.min(place.clientX + 14, window.innerWidth - box.offsetWidth - 8);
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${Math.max(8, place.clientY - box.offsetHeight - 12)}px`;
}
