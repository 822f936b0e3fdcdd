/**
 * Presses of Streamlit's own buttons that come between a whole line and a server that knows the page.
 *
 * A session that is new to the server calls nobody for a button pressed before its first run has
 * ended, and a press ends that run. So such presses wait, and are pressed again, in their order.
 * Our components are left alone: they send again by themselves.
 */

const PRESSED = "button, a, label, input, [role=button], [role=option], [role=tab], [role=radio]";
const OURS = "[data-testid^=stBidiComponent]";
const KINDS = ["pointerdown", "pointerup", "mousedown", "mouseup", "click"];
const LONGEST = 60_000; // ms that a press may wait before it is let go anyway

let held = [];
let timer = null;

/** Holds presses from now on, until `letGo`. */
export function holdPresses() {
  if (timer !== null) return;
  for (const kind of KINDS) document.addEventListener(kind, hold, { capture: true });
  timer = setTimeout(letGo, LONGEST);
}

/** Presses again what was held, in its order. */
export function letGo() {
  if (timer === null) return;
  clearTimeout(timer);
  timer = null;
  for (const kind of KINDS) document.removeEventListener(kind, hold, { capture: true });
  const pressed = held;
  held = [];
  for (const { element, words } of pressed) successor(element, words)?.click();
}

function hold(event) {
  const element = event.target instanceof Element && event.target.closest(PRESSED);
  if (!event.isTrusted || !element || element.closest(OURS)) return;
  event.stopImmediatePropagation();
  if (event.type !== "click") return;
  event.preventDefault();
  held.push({ element, words: element.textContent.trim() });
}

/** The element, or what has taken its place on the page since. */
function successor(element, words) {
  if (element.isConnected) return element;
  const alike = [...document.querySelectorAll(element.localName)];
  return alike.find((each) => each.textContent.trim() === words);
}
