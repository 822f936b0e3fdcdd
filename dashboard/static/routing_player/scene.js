import { at, extent, inSteps } from "./payload.js";
import { followed } from "./equations.js";
import { digitPicture } from "./paint.js";

/** What outlives a page switch: the settings a visitor chose in the browser. */
const KEPT = { round: 0, weighted: true, bands: "sum", mean: false, capsule: null, network: null };

const LONGEST = 12; // letters of a class's name in a picture

/** A new scene: what all views are drawn from. */
export function newScene() {
  return { ...KEPT, position: 0, traces: [], silenced: new Set(), opened: null };
}

/** Keep the visitor's settings for when the page is opened again. */
export function keep(s) {
  for (const name of Object.keys(KEPT)) KEPT[name] = s[name];
}

/** What a button of a group sets: one of several names, or yes and no. */
export function chosenBy({ dataset: { set, value } }) {
  return typeof KEPT[set] === "boolean" ? Boolean(value) : value;
}

/** Fill the scene with what follows from the data alone. */
export function describe(s, header, traces) {
  const first = traces[0];
  for (const trace of traces)
    trace.cloud_votes = inSteps(trace.cloud_votes, trace.cloud_step.data[0]);
  const pictures = new Map(traces.map((trace) => [trace, digitPicture(trace.image)]));
  const before = s.token;
  Object.assign(s, { header, traces, first, token: header.token });
  if (s.network !== header.network) s.capsule = null; // its number is of another place there
  s.network = header.network;
  s.follows = followed(first);
  s.rounds = first.lengths.shape[0];
  s.waits = Boolean(header.lesson?.waits);
  s.maps = first.map_weighted.shape[1];
  s.cells = first.windows.shape[0];
  [s.rows, s.columns] = first.grid.data;
  s.side = first.image.shape[0];
  s.digits = first.lengths.shape[1];
  s.isNamed = header.names.some((name, j) => name !== `${j}`);
  s.called = (j) => (header.names[j] === `${j}` ? `${j}` : `${j} ${header.names[j]}`);
  s.said = (j) => (s.isNamed ? header.names[j] : `digit ${j}`);
  s.letter = (j) => (header.names[j].length <= 2 ? header.names[j] : `${j}`);
  s.brief = (j) => shortened(header.names[j]);
  const scaled = traces.filter((_, k) => header.traces[k].scaled);
  s.range = extent(...scaled.map((trace) => trace.coupling));
  s.mapRange = extent(...scaled.flatMap((trace) => [trace.map_weighted, trace.map_unweighted]));
  s.picture = (trace) => pictures.get(trace);
  s.window = (cell) => [0, 1, 2, 3].map((k) => at(first.windows, cell, k));
  s.where = (i) => {
    const cell = Math.floor(i / s.maps);
    return [Math.floor(cell / s.columns), cell % s.columns, i % s.maps];
  };
  s.silent = (trace, i) => trace !== s.first && header.beside === "silenced" && s.silenced.has(i);
  if (before !== header.token || s.digit === undefined) s.digit = longest(first, s.rounds - 1);
  if (s.capsule === null || s.capsule >= s.cells * s.maps) s.capsule = mostCoupled(first, s);
  choose(s, { capsule: s.capsule });
}

/** A class's name as far as a picture has room for it. */
function shortened(name) {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}

/** The digit whose capsule is longest in a round. */
export function longest(trace, round) {
  const lengths = [...Array(trace.lengths.shape[1]).keys()];
  return lengths.reduce((a, b) =>
    at(trace.lengths, round, b) > at(trace.lengths, round, a) ? b : a,
  );
}

/** The capsule that ends with the largest coupling to the digit looked at. */
function mostCoupled(trace, s) {
  const last = (i) => at(trace.coupling, s.rounds - 1, i, s.digit);
  return [...Array(trace.coupling.shape[1]).keys()].reduce((a, b) => (last(b) > last(a) ? b : a));
}

/** The last of the maps, rows and columns. */
export function lastOf(s) {
  return { map: s.maps - 1, row: s.rows - 1, column: s.columns - 1 };
}

/** Apply what was picked in a view; a map alone stands for its most active capsule. */
export function choose(s, { digit, map, capsule }) {
  if (digit !== undefined) s.digit = digit;
  if (capsule === undefined && map !== undefined && map !== s.map) {
    const active = (cell) => s.first.activity.data[cell * s.maps + map];
    const cells = [...Array(s.cells).keys()];
    capsule = cells.reduce((a, b) => (active(b) > active(a) ? b : a)) * s.maps + map;
  }
  if (capsule === undefined) return;
  s.capsule = capsule;
  s.map = capsule % s.maps;
  s.cell = Math.floor(capsule / s.maps);
}

/**
 * The primary capsules of a map, of a place, or one alone, by their numbers along I.
 * @param {"map" | "place" | "capsule"} kind
 */
export function members(s, kind, index) {
  if (kind === "map") return Array.from({ length: s.cells }, (_, cell) => cell * s.maps + index);
  if (kind === "place") return Array.from({ length: s.maps }, (_, m) => index * s.maps + m);
  return [index];
}
