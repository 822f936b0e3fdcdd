import { number } from "../number_format.js";
import { apart, differences } from "./equations.js";
import { at } from "./payload.js";
import { drawDigit, fresh, shade, write } from "./paint.js";
import { escaped } from "./lengths_table.js";

const SIDE = 224;

/**
 * One primary capsule under the glass, as HTML with this capsule's live numbers.
 * @param {HTMLElement} root
 * @param {object} trace the first trace: only it carries votes and agreements
 * @param {object} s
 */
export function showCapsule(root, trace, s) {
  const i = s.capsule;
  const [row, column, map] = s.where(i);
  for (const [name, value] of Object.entries({ map, row, column })) {
    const input = root.querySelector(`[name=${name}]`);
    if (root.getRootNode().activeElement !== input) input.value = value; // somebody types in it
  }
  const shown = audible(trace, s);
  const silent = shown !== trace;
  const note = root.querySelector("[data-testid=capsule-silent]");
  note.hidden = !silent;
  note.textContent = "SILENT: it sends nothing, so nothing agrees and its shares stay equal.";
  root.classList.toggle("muted-capsule", silent);
  describe(root, shown, s);
  const u = Array.from({ length: trace.primary.shape[1] }, (_, k) => at(shown.primary, i, k));
  root.querySelector(".output").innerHTML =
    `<p><var>u</var><sub>i</sub> = (${u.map((v) => `<span data-value="${v}">${number(v, 4)}</span>`).join(", ")}), ` +
    `of activity ‖<var>u</var><sub>i</sub>‖ = <b>${number(shown.activity.data[i], 4)}</b></p>`;
  root.querySelector(".rows").innerHTML = table(shown, s, i);
  const differs = root.querySelector(".differs");
  // Another routing says its own equations; the paper's is held against what it computed.
  differs.innerHTML = s.header.words.law.routing === "agreement" ? differences(s.follows) : "";
  root.querySelector(".claim").hidden = !s.follows.shares;
  differs.hidden = !differs.innerHTML;
  root.querySelector("h3 .equation").hidden = !differs.hidden;
  const opened = root.querySelector("details").open; // worked out only while it can be seen
  root.querySelector(".product").innerHTML = opened ? product(shown, s, i) : "";
}

/** Its receptive field and its votes, as pictures. */
export function drawCapsule(root, trace, s) {
  field(root.querySelector(".field"), trace, s);
  votes(root.querySelector(".votes"), audible(trace, s), s);
}

/** The trace as this capsule takes part in it: with all of its numbers zero where it is silent. */
function audible(trace, s) {
  const isSilent = s.traces.length > 1 && s.silent(s.traces[1], s.capsule);
  return isSilent ? muted(trace, s.traces[1]) : trace;
}

const MUTED = new WeakMap(); // by the disturbed trace

/**
 * The trace in which a capsule is silent. Its votes, logits and agreements are not sent: all are
 * zero, as its output is. The coupling and the digit capsules are that trace's own.
 */
function muted(trace, disturbed) {
  if (!MUTED.has(disturbed)) {
    const zero = ({ shape, data }) => ({ shape, data: new Float32Array(data.length) });
    const names = ["primary", "votes", "logits", "agreement", "activity"];
    const nothing = Object.fromEntries(names.map((name) => [name, zero(trace[name])]));
    MUTED.set(disturbed, { ...trace, ...disturbed, ...nothing });
  }
  return MUTED.get(disturbed);
}

function field(canvas, trace, s) {
  const unit = SIDE / s.side;
  const context = fresh(canvas, SIDE, SIDE, s.theme.zoom);
  drawDigit(context, s.picture(trace), [0, 0, s.side], 0, 0, SIDE);
  const [top, left, bottom, right] = s.window(Math.floor(s.capsule / s.maps));
  context.fillStyle = "rgba(120,120,120,.45)";
  context.beginPath();
  context.rect(0, 0, SIDE, SIDE);
  context.rect(left * unit, top * unit, (right - left) * unit, (bottom - top) * unit);
  context.fill("evenodd");
  context.strokeStyle = s.theme.primary;
  context.lineWidth = 3;
  context.strokeRect(left * unit, top * unit, (right - left) * unit, (bottom - top) * unit);
}

/** What the two pictures show, in words. */
function describe(root, trace, s) {
  const [top, left, bottom, right] = s.window(Math.floor(s.capsule / s.maps));
  const label = (name, words) => root.querySelector(name).setAttribute("aria-label", words);
  root.querySelector(".sees").textContent =
    `sees rows ${top} to ${bottom - 1}, columns ${left} to ${right - 1}, counted from 0`;
  label(
    ".field",
    `The digit with this capsule's ${bottom - top} by ${right - left} receptive field: ` +
      `rows ${top} to ${bottom - 1}, columns ${left} to ${right - 1}`,
  );
  const [own, capsules] = matricesOf(trace, s).map(({ reach }) => number(reach));
  label(
    ".votes",
    `This capsule's votes for ${trace.lengths.shape[1]} digits, ${trace.votes.shape[2]} numbers each, ` +
      `up to ±${own}; the digit capsules of round ${s.round + 1}, up to ±${capsules}`,
  );
}

/** This capsule's votes, and the digit capsules of the round, each with its largest number. */
function matricesOf(trace, s) {
  const [digits, size] = [trace.lengths.shape[1], trace.votes.shape[2]];
  const all = [
    ["votes û", (j, d) => at(trace.votes, s.capsule, j, d)],
    [`v in round ${s.round + 1}`, (j, d) => at(trace.digit_capsules, s.round, j, d)],
  ];
  return all.map(([title, value]) => {
    let reach = 0;
    for (let j = 0; j < digits; j++) {
      for (let d = 0; d < size; d++) reach = Math.max(reach, Math.abs(value(j, d)));
    }
    return { title, value, reach };
  });
}

/** This capsule's votes above the digit capsules of the round, a row for each digit. */
function votes(canvas, trace, s) {
  const digits = trace.lengths.shape[1];
  const [row, head] = [11, 22];
  const block = head + digits * row;
  const context = fresh(canvas, SIDE, 2 * block + 20, s.theme.zoom);
  const rooms = { digits, columns: trace.votes.shape[2], row, head };
  matricesOf(trace, s).forEach((each, k) => matrix(context, s, each, k * block, rooms));
  const words = `rows: ${s.isNamed ? "classes" : "digits"}, columns: ${rooms.columns} dimensions`;
  write(context, s.theme, words, 0, 2 * block + 11, { size: 12, alpha: 0.8 });
}

/** Signed numbers as colours, to either side of zero as far as the largest shown. */
function matrix(context, s, { title, value, reach }, y, { digits, columns, row, head }) {
  write(context, s.theme, `${title}, −${reach.toFixed(2)} to ${reach.toFixed(2)}`, 0, y + 12, {
    size: 13,
  });
  const width = (SIDE - 18) / columns;
  for (let j = 0; j < digits; j++) {
    const top = y + head + j * row;
    const chosen = j === s.digit;
    const label = { size: 11, bold: chosen, colour: chosen ? s.theme.primary : undefined };
    write(context, s.theme, s.letter(j), 2, top + row / 2, label);
    for (let d = 0; d < columns; d++) {
      context.fillStyle = shade(s.theme, value(j, d), [-reach || -1, reach || 1]);
      context.fillRect(18 + d * width, top, width - 1, row - 1);
    }
  }
}

/** The arithmetic of the current round, a row for each digit capsule. */
function table(trace, s, i) {
  const read = (values, j) => at(values, s.round, i, j);
  const isLast = s.round === s.rounds - 1; // what would follow it is in no trace
  const worked = (sum) => (s.follows.update ? sum : NaN);
  const next = (j, sum) => (isLast ? worked(sum) : at(trace.logits, s.round + 1, i, j));
  const shown = (value) => (Number.isNaN(value) ? "–" : number(value, 6));
  let total = 0;
  let shares = 0;
  const rows = Array.from({ length: trace.lengths.shape[1] }, (_, j) => {
    const [b, c, a] = [read(trace.logits, j), read(trace.coupling, j), read(trace.agreement, j)];
    total += Math.exp(b);
    shares += c;
    const mark = j === s.digit ? ' class="chosen"' : "";
    const values = [b, Math.exp(b), c, a, next(j, b + a)];
    const cells = values.map((value) => `<td data-value="${value}">${shown(value)}</td>`);
    return `<tr${mark} data-digit="${j}"><th>${escaped(s.called(j))}</th>${cells.join("")}</tr>`;
  });
  return (
    `${rows.join("")}<tr class="sum"><th>Σ</th><td></td><td>${number(total, 6)}</td>` +
    `<td>${number(shares, 6)}</td><td></td><td></td></tr>`
  );
}

/** The dot product behind one agreement, a row for each dimension: a column would not fit a screen. */
function product(trace, s, i) {
  const size = trace.votes.shape[2];
  const vote = Array.from({ length: size }, (_, d) => at(trace.votes, i, s.digit, d));
  const capsule = Array.from({ length: size }, (_, d) =>
    at(trace.digit_capsules, s.round, s.digit, d),
  );
  const products = vote.map((value, d) => value * capsule[d]);
  const sum = products.reduce((a, b) => a + b, 0);
  const agreement = at(trace.agreement, s.round, i, s.digit);
  const which = `the agreement with ${escaped(s.said(s.digit))} in round ${s.round + 1}`;
  const cell = (value) => `<td data-value="${value}">${number(value, 4)}</td>`;
  const lines = products.map(
    (value, d) => `<tr><th>${d}</th>${[vote[d], capsule[d], value].map(cell).join("")}</tr>`,
  );
  return (
    "<table><thead><tr><th>dimension</th><th><var>û</var><sub>j|i</sub></th><th><var>v</var><sub>j</sub></th>" +
    `<th>product</th></tr></thead><tbody>${lines.join("")}</tbody></table>` +
    `<p>The ${size} products add up to <b>${number(sum, 6)}</b>, ` +
    (apart(sum, agreement)
      ? `but ${which} is <b>${number(agreement, 6)}</b>.</p>`
      : `${which}.</p>`)
  );
}
