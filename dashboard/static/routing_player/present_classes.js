import { isPresent } from "../number_format.js";
import { escaped } from "./lengths_table.js";
import { at } from "./payload.js";

/** The classes that are there in a round, the longest capsule first: one rule, as on all pages. */
export function presentClasses(trace, round) {
  const length = (j) => at(trace.lengths, round, j);
  return [...Array(trace.lengths.shape[1]).keys()]
    .filter((j) => isPresent(length(j)))
    .sort((a, b) => length(b) - length(a));
}

/** Several classes that are there, in HTML: "two digits: 3 and 8". */
export function classesInWords(classes, s) {
  const names = classes.map((j) => `<b>${escaped(s.called(j))}</b>`);
  const count = ["two", "three", "four", "five"][names.length - 2] ?? names.length;
  const what = s.isNamed ? "classes" : "digits";
  return `${count} ${what}: ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
