import { show } from "../dom.js";
import { isPresent, number } from "../number_format.js";
import { at } from "./payload.js";
import { chosenBy, keep, longest } from "./scene.js";
import { lengthsTable, escaped } from "./lengths_table.js";
import { showCapsule } from "./capsule.js";
import { updateSilence } from "./silence.js";
import { classesInWords, presentClasses } from "./present_classes.js";
import { drawSight } from "./views.js";
import { say } from "./words.js";

const NOTHING = 0.0005; // a length that is told as 0.000

/** Everything that is text or a control. */
export function updateText(page) {
  const { root, s } = page;
  keep(s);
  put(root.querySelector("[data-testid=round]"), `${s.round + 1}`);
  root.querySelector(".scrub").value = s.round + 1;
  root.querySelector("[data-testid=round-prev]").disabled = s.waits || s.round === 0;
  root.querySelector("[data-testid=round-next]").disabled = s.waits || s.round === s.rounds - 1;
  root.querySelector("[data-testid=round-play]").disabled = s.waits || s.rounds === 1;
  root.querySelector(".scrub").disabled = s.waits;
  root.classList.toggle("waits", s.waits);
  put(root.querySelector(".verdict"), verdicts(s));
  for (const table of root.querySelectorAll(".beside")) table.innerHTML = lengthsTable(s);
  for (const button of root.querySelectorAll("[data-digit]:is(button)")) {
    button.setAttribute("aria-pressed", Number(button.dataset.digit) === s.digit);
  }
  for (const button of root.querySelectorAll("[data-set]")) {
    button.setAttribute("aria-pressed", chosenBy(button) === s[button.dataset.set]);
  }
  const { flow } = s.header.words;
  say(root, "flow", { ...flow, ...flow.kinds[s.bands] });
  updateComparison(page);
  updateOpenButtons(root, s);
  updateSilence(page);
  showCapsule(root.querySelector(".glass"), s.first, s);
  drawSight(page);
}

/** Write HTML only where it is new: what is written is read out. */
function put(holder, html) {
  if (holder.said !== html) holder.innerHTML = holder.said = html;
}

/** What each routing answers; with two, by name. */
function verdicts(s) {
  return s.traces
    .map((trace, k) => {
      const { title, scaled } = s.header.traces[k];
      const name = s.traces.length > 1 ? `<span class="tag">${escaped(title)}</span> ` : "";
      return `<div${scaled ? "" : ' class="wrong"'}>${name}${verdict(trace, s)}</div>`;
    })
    .join("");
}

function verdict(trace, s) {
  const best = longest(trace, s.round);
  const length = at(trace.lengths, s.round, best);
  if (length < NOTHING) return `all lengths are zero, to three decimals; ${coupling(trace, s)}`;
  const present = presentClasses(trace, s.round);
  if (present.length > 1) {
    const lengths = present
      .slice(0, 2)
      .map((j) => `‖<var>v</var><sub>${j}</sub>‖ = ${number(at(trace.lengths, s.round, j))}`);
    return `${classesInWords(present, s)}, ${lengths.join(", ")}; ${coupling(trace, s)}`;
  }
  const [what, short] = isPresent(length) ? ["answer", ""] : ["longest", ", short of 0.5"];
  return (
    `${what} <b>${escaped(s.called(best))}</b>, ‖<var>v</var><sub>${best}</sub>‖ = ${number(length)}${short}; ` +
    coupling(trace, s)
  );
}

function coupling(trace, s) {
  return `largest <var>c</var><sub>ij</sub> = ${number(at(trace.coupling_max, s.round))}`;
}

function updateComparison({ root, s }) {
  const { beside } = s.header;
  const near = root.querySelector(".verdict");
  show(root.querySelector("[data-close]"), beside !== "nothing", near);
  const pinned = beside === "pinned";
  root.querySelector("[data-testid=pin]").setAttribute("aria-pressed", pinned);
  root.querySelector(".pin-words").hidden =
    !pinned || s.traces[0].image.data.some((ink, k) => ink !== s.traces[1].image.data[k]);
  for (const button of root.querySelectorAll("[data-mistake]")) {
    button.setAttribute("aria-checked", button.dataset.mistake === beside);
  }
  const more = root.querySelector("[data-rounds]");
  show(more, s.rounds < Number(more.dataset.rounds), near);
  updateCloseCall(root.querySelector("[data-testid=close-call]"), s.header.close_call, near);
}

/** The way to a digit about which routing decides, and back from it. */
function updateCloseCall(button, state, near) {
  show(button, state !== "none", near);
  button.textContent = state === "back" ? "↩ Back" : "▶ A close call";
  button.title = state === "back" ? "To the digit before" : "A digit that round 1 cannot decide";
}

/** The way from a view to the capsule that was picked in it. */
function updateOpenButtons(root, s) {
  const [row, column, map] = s.where(s.capsule);
  for (const button of root.querySelectorAll(".open")) {
    button.hidden = button.closest("[data-view]").dataset.view !== s.opened;
    button.textContent = `Open map ${map}, row ${row}, column ${column} ↓`;
  }
}
