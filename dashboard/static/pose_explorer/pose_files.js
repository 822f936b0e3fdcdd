/** A pose as a file: JSON or CSV, out and in. */

const FORMAT = "capsnet-pose";

/**
 * @param {{checkpoint: string, digit: string, capsule: number, shifts: number[],
 *   vector: number[]}} pose `vector` is the tweaked one, so that a file opens on any digit.
 */
export function toJson(pose) {
  return JSON.stringify({ format: FORMAT, ...pose }, null, 2) + "\n";
}

export function toCsv({ checkpoint, digit, capsule, shifts, vector }) {
  const rows = shifts.map((s, d) => [checkpoint, digit, capsule, d, s, vector[d]].join(","));
  return ["checkpoint,digit,capsule,dimension,shift,value", ...rows, ""].join("\n");
}

/**
 * Read what `toJson` or `toCsv` wrote.
 *
 * @param {string} text of the file
 * @param {string} checkpoint which network it has to be of
 * @param {number} classes how many digit capsules that network has
 * @param {number} dimensions how many numbers each of them is
 * @returns {{capsule: number, vector: number[]}}
 * @throws {Error} with one sentence for the visitor.
 */
export function fromFile(text, checkpoint, classes, dimensions) {
  const pose = text.trimStart().startsWith("{") ? parseJson(text) : parseCsv(text);
  if (pose.checkpoint !== checkpoint)
    throw new Error("This file belongs to another network than the one in use.");
  const { capsule, vector } = pose;
  if (!Number.isInteger(capsule) || capsule < 0 || capsule >= classes) {
    throw new Error(`This file's capsule is not one of 0 to ${classes - 1}.`);
  }
  if (!Array.isArray(vector) || vector.length !== dimensions) {
    const count = Array.isArray(vector) ? vector.length : "no";
    throw new Error(`This file holds ${count} numbers, not ${dimensions}.`);
  }
  if (!vector.every(Number.isFinite)) throw new Error("This file holds something not a number.");
  return { capsule, vector };
}

function parseJson(text) {
  let pose;
  try {
    pose = JSON.parse(text);
  } catch {
    throw new Error("This file is damaged: it is not JSON.");
  }
  if (pose.format !== FORMAT) throw new Error("This file is not a pose saved here.");
  return pose;
}

function parseCsv(text) {
  const [header, ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const column = (name) => header.indexOf(name);
  const needed = ["checkpoint", "capsule", "dimension", "value"].map(column);
  if (needed.includes(-1) || !rows.length) throw new Error("This file is not a pose saved here.");
  const [checkpoint, capsule, dimension, value] = needed;
  const number = (cell) => (cell?.trim() ? Number(cell) : NaN);
  if (rows.some((row, d) => number(row[dimension]) !== d)) {
    throw new Error(`This file's dimensions are not 0 to ${rows.length - 1} in turn.`);
  }
  return {
    checkpoint: rows[0][checkpoint],
    capsule: number(rows[0][capsule]),
    vector: rows.map((row) => number(row[value])),
  };
}

/** Let the browser download a text. */
export function download(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
