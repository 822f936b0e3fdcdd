import { at } from "./payload.js";
import { number } from "./paint.js";

/** The ten lengths of two routings under one another, and what changed, as an HTML table. */
export function besideTable(s) {
  const digits = [...Array(s.first.lengths.shape[1]).keys()];
  const mark = (j) => (j === s.digit ? ' class="chosen"' : "");
  const row = (name, cell) =>
    `<tr><th scope="row">${name}</th>${digits.map((j) => `<td${mark(j)}>${cell(j)}</td>`).join("")}</tr>`;
  const length = (run, j) => at(run.lengths, s.round, j);
  const [before, after] = s.runs;
  const titles = s.header.runs.map((run) => escaped(run.title));
  return (
    `<table><thead><tr><th>‖<var>v</var><sub>j</sub>‖, round ${s.round + 1}</th>` +
    `${digits.map((j) => `<th>${j}</th>`).join("")}</tr></thead><tbody>` +
    `${row(titles[0], (j) => number(length(before, j)))}${row(titles[1], (j) => number(length(after, j)))}` +
    `${row("difference", (j) => signed(length(after, j) - length(before, j)))}</tbody></table>`
  );
}

function signed(value) {
  return `${value > 0 ? "+" : ""}${number(value)}`;
}

function escaped(words) {
  const holder = document.createElement("span");
  holder.textContent = words;
  return holder.innerHTML;
}
