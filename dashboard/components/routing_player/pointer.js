import { under } from "./views.js";

/** Say what lies under the pointer. */
export function wirePointer(page) {
  const { root } = page;
  root.addEventListener("pointermove", (event) => hover(page, event));
  for (const gone of ["pointerleave", "wheel"]) {
    root.addEventListener(gone, () => tip(page, null), { passive: true });
  }
}

function hover(page, event) {
  const found = under(page, event);
  const canvas = event.composedPath()[0];
  if (canvas.tagName === "CANVAS") {
    const useful = found && (found.capsule ?? found.map ?? found.digit) !== undefined;
    canvas.style.cursor = useful ? "pointer" : "";
  }
  tip(page, found && found.words, event.clientX, event.clientY);
}

function tip(page, words, x, y) {
  const box = page.root.querySelector(".tip");
  box.hidden = !words;
  if (!words) return;
  box.textContent = words;
  const left = Math.min(x + 14, window.innerWidth - box.offsetWidth - 8);
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${Math.max(8, y - box.offsetHeight - 12)}px`;
}
