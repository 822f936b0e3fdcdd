/** A figure as large as the screen allows, and never cut. */

const SIZES = Array.from({ length: 17 }, (_, k) => 2 - k / 10); // times its own, the largest first
const ROOM = 16; // pixels that stay free below
const NARROWEST = 0.25; // of the width, for a picture that is as high as it is wide
const SHARES = [0.85, 0.7, 0.55, 0.4]; // of the width, for a figure that is too high at every size

/**
 * @param {{element: HTMLElement, part?: string}} figure
 * @param {number} height that there is for it, in CSS pixels
 */
export function fit({ element, part }, height) {
  if (part) fitPart(height - ROOM);
  else zoomTo(element, height - ROOM, SIZES);
}

/** Undo what `fit` did. */
export function unfit(element) {
  element.style.zoom = element.style.maxWidth = "";
  const parts = globalThis.capsnetParts;
  if (!parts) return;
  parts.root.classList.remove("presented");
  for (const part of parts.root.querySelectorAll(".cards > section")) {
    part.style.zoom = part.style.maxWidth = "";
    part.querySelector(".figures")?.style.removeProperty("max-width");
  }
  parts.redraw();
}

/** A part of the routing player has a play bar above it, and pictures as high as they are wide. */
function fitPart(height) {
  const { root, redraw } = globalThis.capsnetParts;
  root.classList.add("presented");
  const part = root.querySelector(".cards > .shown");
  if (!part) return;
  part.style.zoom = part.style.maxWidth = "";
  const room = height - root.querySelector(".player").offsetHeight;
  const figures = part.querySelector(".figures");
  if (figures) {
    figures.style.maxWidth = "";
    redraw();
    const whole = figures.offsetWidth;
    for (let turn = 0; turn < 3; turn++) {
      const over = part.offsetHeight - room;
      if (Math.abs(over) < ROOM) break;
      const share = (figures.offsetHeight - over) / figures.offsetHeight;
      const width = Math.min(whole, Math.max(whole * NARROWEST, figures.offsetWidth * share));
      figures.style.maxWidth = `${Math.floor(width)}px`;
      redraw();
    }
  }
  if (part.offsetHeight > room) {
    zoomTo(
      part,
      room,
      SIZES.filter((size) => size <= 1),
    );
  }
}

/** The largest size at which an element is as high as there is room, and no wider. */
function zoomTo(element, height, sizes) {
  element.style.maxWidth = "";
  if (sizes.some((size) => isWholeAt(element, height, size))) return;
  // A smaller one has more room in its width, and its pictures grow with that: keep it narrow.
  for (const size of sizes.filter((one) => one <= 1)) {
    for (const share of SHARES) {
      element.style.maxWidth = `${100 * share}%`;
      if (isWholeAt(element, height, size)) return;
    }
  }
}

function isWholeAt(element, height, size) {
  element.style.zoom = size;
  const fitsWidth = element.scrollWidth <= element.clientWidth + 1;
  return fitsWidth && element.getBoundingClientRect().height <= height;
}
