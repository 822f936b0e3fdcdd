import { show } from "../dom.js";
import { number } from "../number_format.js";
import { at } from "./payload.js";
import { drawDigit, fresh } from "./paint.js";
import { longest, members } from "./scene.js";
import { escaped } from "./lengths_table.js";
import { classesInWords, presentClasses } from "./present_classes.js";

const SIDE = 256; // of the board, in units of the page's zoom

/** Which of the members are silent: "true", "false" or, of some only, "mixed". */
function pressed(s, kind, index) {
  const all = members(s, kind, index);
  const silent = all.filter((i) => s.silenced.has(i)).length;
  return silent === all.length ? "true" : silent ? "mixed" : "false";
}

/** Ask for exactly these capsules to be silent; the answer comes with new data. */
function ask(page, silenced) {
  page.past.push([...page.s.silenced]);
  request(page, silenced);
}

function request(page, silenced) {
  page.gaveWay = false;
  page.s.silenced = new Set(silenced);
  const wanted = key(silenced);
  page.asked = wanted === key(page.s.header.silenced) ? null : wanted; // null: it is shown already
  updateSilence(page);
  page.send("silence", [...page.s.silenced]);
}

/** Another comparison takes the place of this one. The page says so, and Undo leads back to it. */
export function endSilence(page) {
  page.gaveWay = page.s.silenced.size > 0;
  if (page.gaveWay) page.past.push([...page.s.silenced]);
  page.s.silenced = new Set();
  page.asked = key([]);
}

function key(silenced) {
  return [...silenced].sort((a, b) => a - b).join();
}

/** Take the server's word for who is silent, unless a newer request is still on its way. */
export function receiveSilence(page) {
  const { header } = page.s;
  if (page.network !== header.network) {
    // The silenced capsules, and those still asked for, are another network's.
    Object.assign(page, { network: header.network, past: [], asked: null, gaveWay: false });
  }
  if (page.asked !== null && page.asked !== key(header.silenced)) return;
  page.asked = null;
  page.s.silenced = new Set(header.silenced);
}

function toggled(page, kind, index, silent) {
  const next = new Set(page.s.silenced);
  for (const i of members(page.s, kind, index)) next[silent ? "add" : "delete"](i);
  return next;
}

/** The buttons for places and maps, once. */
export function buildSilence(page) {
  const { root, s } = page;
  const fill = (box, count, kind, name, label) => {
    if (box.childElementCount === count) return;
    box.replaceChildren();
    for (let k = 0; k < count; k++) {
      const button = document.createElement("button");
      Object.assign(button.dataset, { silence: kind, index: k, testid: `silent-${kind}-${k}` });
      button.textContent = label(k);
      button.setAttribute("aria-label", name(k));
      box.append(button);
    }
  };
  const place = (k) => `place in row ${Math.floor(k / s.columns)}, column ${k % s.columns}`;
  const [places, maps] = [root.querySelector(".places"), root.querySelector(".map-buttons")];
  fill(places, s.cells, "place", place, () => "");
  fill(
    maps,
    s.maps,
    "map",
    (m) => `map ${m}`,
    (m) => m,
  );
  places.style.setProperty("--columns", s.columns);
  const most = Math.max(s.rows, s.columns);
  const share = (count) => `${(100 * count) / most}%`;
  Object.assign(places.style, { width: share(s.columns), height: share(s.rows) });
  places.setAttribute("aria-label", `Places, ${s.rows} rows of ${s.columns}`);
  maps.setAttribute("aria-label", `Maps, 0 to ${s.maps - 1}`);
  root.querySelector(".about-places").textContent =
    `Click or drag over places: all ${s.maps} maps fall silent there. ` +
    "The places lie over the middle of the digit; each sees the pixels around it too.";
}

/** Show who is silent, wherever it can be changed, and what came of it. */
export function updateSilence(page) {
  const { root, s } = page;
  if (s.silenced.size) page.live.want(nameOf(s), s.first.pixels.data, s.silenced);
  const own = { capsule: s.capsule, map: s.map, place: s.cell };
  for (const button of root.querySelectorAll("[data-silence]")) {
    const { silence, index } = button.dataset;
    button.setAttribute("aria-pressed", pressed(s, silence, Number(index ?? own[silence])));
  }
  const [row, column, map] = s.where(s.capsule);
  const names = {
    capsule: "this capsule",
    map: `map ${map}`,
    place: `row ${row}, column ${column} of all maps`,
  };
  for (const button of root.querySelectorAll(".silencers [data-silence]")) {
    const silent = button.getAttribute("aria-pressed") === "true";
    button.textContent = `${names[button.dataset.silence]}${silent ? ": SILENT" : ""}`;
  }
  for (const element of root.querySelectorAll(".outcome")) {
    const said = element.querySelector(".said");
    said.innerHTML = outcome(page);
    show(element.querySelector("[data-undo]"), page.past.length > 0, said);
    show(element.querySelector("[data-speak]"), s.silenced.size > 0, said);
  }
}

/** What is silent, in words, and what came of it. */
function outcome(page) {
  const { s } = page;
  const total = s.cells * s.maps;
  if (!s.silenced.size) {
    const gaveWay = page.gaveWay
      ? " Another comparison has ended the silence: Undo silences them again."
      : "";
    return `Nothing is silent: all ${total} capsules speak.${gaveWay}`;
  }
  return (
    `<b class="off">Silent: ${s.silenced.size} of ${total} capsules</b> (${escaped(whoIsSilent(s))}). ` +
    `${effectSoFar(page)}`
  );
}

/** What came of it: as the server has routed, or before that as this browser's network answers. */
function effectSoFar(page) {
  const { s } = page;
  const isRouted = page.asked === null && key(s.silenced) === key(s.header.silenced);
  if (isRouted) return s.traces[1] ? effect(s, s.traces[1]) : "";
  const lengths = page.live.lengthsOf(nameOf(s));
  if (lengths) return effect(s, { lengths });
  return page.asked === null ? "" : "Routing again …";
}

/** Of which digit and which silent capsules an answer is. */
function nameOf(s) {
  return `${s.header.token} ${key(s.silenced)}`;
}

/** What came of it, of a routing that has lengths. */
function effect(s, after) {
  const [before] = s.traces;
  const last = s.rounds - 1; // the network's answer, whichever round is looked at
  const length = (trace, j) => number(at(trace.lengths, last, j));
  const was = longest(before, last);
  const [answered, answers] = [before, after].map((trace) => answerOf(trace, last, s));
  const answer = answered === answers ? `still ${answers}` : `${answered}, now ${answers}`;
  return (
    `Answer in round ${last + 1}, the last: ${answer}; ‖<var>v</var><sub>${was}</sub>‖ ` +
    `<b>${length(before, was)}</b> before, <b>${length(after, was)}</b> after.${grown(s, after, last)}`
  );
}

const SEEN = 0.02; // a length that grows by less is not seen to grow
const NAMED = 3; // so many of those that grew are named

/** The lengths that grew though parts fell silent, and why. */
function grown(s, after, last) {
  const [before] = s.traces;
  const gain = (j) => at(after.lengths, last, j) - at(before.lengths, last, j);
  const found = [...Array(s.digits).keys()].filter((j) => gain(j) >= SEEN);
  if (!found.length) return "";
  const named = found
    .sort((a, b) => gain(b) - gain(a))
    .slice(0, NAMED)
    .map(
      (j) =>
        `<b>${escaped(s.called(j))}</b> (${number(at(before.lengths, last, j))} → ` +
        `${number(at(after.lengths, last, j))})`,
    );
  const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : "";
  return (
    ` Grown: ${named.join(", ")}${more}. Silent capsules no longer vote against them, and ` +
    "the others give them larger shares."
  );
}

/** What a routing says of its picture in a round, in HTML. */
function answerOf(trace, round, s) {
  const best = longest(trace, round);
  const length = at(trace.lengths, round, best);
  const present = presentClasses(trace, round);
  if (present.length > 1) return classesInWords(present, s);
  if (present.length) return `<b>${escaped(s.called(best))}</b>`;
  const nothing = s.isNamed ? "none of its classes" : "no digit";
  return length ? `<b>${nothing}</b> (longest: ${escaped(s.called(best))})` : `<b>${nothing}</b>`;
}

/** Whole maps, then whole places, then what is left over. */
function whoIsSilent(s) {
  const whole = (kind, count) =>
    [...Array(count).keys()].filter((k) => members(s, kind, k).every((i) => s.silenced.has(i)));
  const [maps, places] = [whole("map", s.maps), whole("place", s.cells)];
  const covered = new Set([
    ...maps.flatMap((m) => members(s, "map", m)),
    ...places.flatMap((cell) => members(s, "place", cell)),
  ]);
  const single = [...s.silenced].filter((i) => !covered.has(i));
  const words = [];
  if (maps.length) words.push(`${maps.length > 1 ? "maps" : "map"} ${maps.join(", ")}`);
  if (places.length) words.push(`${places.length} of ${s.cells} places`);
  if (single.length === 1) {
    const [row, column, map] = s.where(single[0]);
    words.push(`map ${map}, row ${row}, column ${column}`);
  } else if (single.length) words.push(`${single.length} single capsules`);
  return words.join("; ");
}

/** Left, top and side of the pixels around whose middles the places lie, side by side. */
function boardCrop(s) {
  const [top, left, bottom, right] = s.window(0);
  const apart = s.columns > 1 ? s.window(1)[1] - left : s.rows > 1 ? s.window(1)[0] - top : 1;
  const first = [left + right, top + bottom].map((sum) => sum / 2 - apart / 2);
  return [...first, Math.max(s.rows, s.columns) * apart];
}

/** The digit under the places, at which a region is painted. */
export function drawBoard(page) {
  const { root, s } = page;
  const canvas = root.querySelector(".board canvas");
  drawDigit(fresh(canvas, SIDE, SIDE, s.theme.zoom), s.picture(s.first), boardCrop(s), 0, 0, SIDE);
  canvas.setAttribute(
    "aria-label",
    `The middle of the digit under the ${s.rows} by ${s.columns} places, ` +
      `${s.silenced.size} capsules silent`,
  );
}

/** Painting with the pointer over the places, and all buttons that silence; keys press buttons. */
export function wireSilence(page) {
  const { root } = page;
  const board = root.querySelector(".places");
  let brush = null; // what is painted while its pointer is down, and whether it silences
  const cellUnder = ({ clientX, clientY }) => {
    const box = board.getBoundingClientRect();
    const { s } = page;
    const along = (place, size, count) =>
      Math.min(count - 1, Math.max(0, Math.floor((count * place) / size)));
    const row = along(clientY - box.top, box.height, s.rows);
    return row * s.columns + along(clientX - box.left, box.width, s.columns);
  };
  /** All places on the way from where the pointer was last seen: it may have been quick. */
  const cellsTo = (event) => {
    const { clientX: x, clientY: y } = brush.at ?? event;
    const [dx, dy] = [event.clientX - x, event.clientY - y];
    const steps = Math.ceil(Math.hypot(dx, dy) / 4) || 1;
    brush.at = event;
    return new Set(
      [...Array(steps + 1).keys()].map((k) =>
        cellUnder({ clientX: x + (dx * k) / steps, clientY: y + (dy * k) / steps }),
      ),
    );
  };
  const paint = (event) => {
    brush.next = new Set(brush.next);
    for (const cell of cellsTo(event)) {
      for (const i of members(page.s, "place", cell))
        brush.next[brush.silent ? "add" : "delete"](i);
    }
    page.s.silenced = brush.next;
    updateSilence(page);
  };
  board.addEventListener("pointerdown", (event) => {
    if (event.button || brush) return; // a second finger paints nothing
    board.setPointerCapture(event.pointerId);
    const silent = pressed(page.s, "place", cellUnder(event)) !== "true";
    brush = {
      pointer: event.pointerId,
      before: new Set(page.s.silenced),
      next: page.s.silenced,
      silent,
    };
    paint(event);
  });
  board.addEventListener(
    "pointermove",
    (event) => event.pointerId === brush?.pointer && paint(event),
  );
  const lift = (event, keepIt) => {
    if (event.pointerId !== brush?.pointer) return;
    const { before, next } = brush;
    brush = null;
    page.s.silenced = before;
    if (keepIt) ask(page, next);
    else updateSilence(page);
  };
  board.addEventListener("pointerup", (event) => lift(event, true));
  board.addEventListener("pointercancel", (event) => lift(event, false));
  board.addEventListener("lostpointercapture", (event) => lift(event, true)); // lifted elsewhere
  root.addEventListener("click", (event) => press(page, event, board));
}

function press(page, event, board) {
  const { s } = page;
  const { target } = event;
  if (target.closest("[data-undo]")) return page.past.length && request(page, page.past.pop());
  if (target.closest("[data-speak]")) return ask(page, []);
  const button = target.closest("[data-silence]");
  // A pointer on the board has painted already; a key's click has no pointer to have moved.
  if (!button || (board.contains(button) && event.detail)) return;
  const { silence, index } = button.dataset;
  const which = Number(index ?? { capsule: s.capsule, map: s.map, place: s.cell }[silence]);
  ask(page, toggled(page, silence, which, button.getAttribute("aria-pressed") !== "true"));
}
