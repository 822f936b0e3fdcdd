import { number, signed } from "../number_format.js";
import { at } from "./payload.js";

/** The lengths of the routings under one another, and what changed, as an HTML table. */
export function lengthsTable(s) {
  const digits = [...Array(s.first.lengths.shape[1]).keys()];
  const named = (j) => (s.isNamed ? ` title="${escaped(s.called(j))}"` : "");
  const mark = (j) => (j === s.digit ? ' class="chosen"' : "");
  const row = (name, value, text, wrong) =>
    `<tr${wrong ? ' class="wrong"' : ""}><th scope="row">${name}</th>` +
    `${digits.map((j) => `<td${mark(j)} data-value="${value(j)}">${text(value(j))}</td>`).join("")}</tr>`;
  const length = (trace) => (j) => at(trace.lengths, s.round, j);
  const [before, after] = s.traces;
  const alone = !after;
  const places = alone ? 2 : 3; // alone, the table shares the page's width with another view
  const traces = s.traces.map((trace, k) => {
    const { title, scaled } = s.header.traces[k];
    return row(
      alone ? "length" : escaped(title),
      length(trace),
      (value) => number(value, places),
      !scaled,
    );
  });
  const change = (j) => length(after)(j) - length(before)(j);
  const difference = alone ? "" : row("difference", change, (value) => signed(value));
  const head = alone ? (s.isNamed ? "class" : "digit") : `round ${s.round + 1}`;
  return (
    `<table><thead><tr><th>${head}</th>` +
    `${digits.map((j) => `<th${mark(j)}${named(j)}>${escaped(s.letter(j))}</th>`).join("")}</tr></thead>` +
    `<tbody>${traces.join("")}${difference}</tbody></table>`
  );
}

/** Words as they stand, safe inside HTML. */
export function escaped(words) {
  const holder = document.createElement("span");
  holder.textContent = words;
  return holder.innerHTML.replaceAll('"', "&quot;");
}
