/** How the pad's buttons are pressed and disabled. */

/**
 * Call `action` for every press of a button. Browsers make no click of a tap that follows a quick
 * stroke, which to them was a page being flung; so a finger or pen presses by being lifted.
 */
export function onPress(button, on, action) {
  let lifted = -Infinity;
  on(button, "pointerup", (event) => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const isInside =
      left <= event.clientX &&
      event.clientX <= right &&
      top <= event.clientY &&
      event.clientY <= bottom;
    if (event.pointerType === "mouse" || !isInside || button.disabled) return;
    lifted = event.timeStamp;
    action();
  });
  on(button, "click", (event) => {
    if (event.detail === 0 || event.timeStamp - lifted > 700) action(); // detail 0: by keyboard
  });
}

/** Disable a button or not; the focus of one that has no use any more goes to its neighbour. */
export function disable(button, isUseless, neighbour) {
  if (isUseless && document.activeElement === button) neighbour.focus({ preventScroll: true });
  button.disabled = isUseless;
}
