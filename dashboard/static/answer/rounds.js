/** The ten lengths by round, as lines: what routing decides while one writes. */

const NAMESPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [100, 40];

/**
 * @param {{lengths: Float32Array, last: Float32Array, rounds: number} | null} answer lengths of all
 *   rounds, one after another; null for none: the chart then goes
 */
export function paintRounds(root, answer) {
  const chart = root.querySelector(".answer-rounds");
  chart.hidden = !answer;
  if (!answer) return;
  const classes = answer.last.length;
  const count = answer.lengths.length / classes;
  const longest = answer.last.indexOf(Math.max(...answer.last));
  const x = (round) => (count > 1 ? (round / (count - 1)) * WIDTH : WIDTH / 2);
  const places = (j) =>
    Array.from({ length: count }, (_, round) => {
      const length = answer.lengths[round * classes + j];
      return `${x(round).toFixed(1)},${((1 - length) * HEIGHT).toFixed(2)}`;
    });
  const lines = Array.from({ length: classes }, (_, j) =>
    line("polyline", { points: places(j).join(" "), class: j === longest ? "rounds-longest" : "" }),
  );
  const own = x(answer.rounds - 1);
  const mark = line("line", { x1: own, x2: own, y1: 0, y2: HEIGHT, class: "answer-own" });
  chart.querySelector("svg").replaceChildren(mark, ...lines);
}

function line(tag, attributes) {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
