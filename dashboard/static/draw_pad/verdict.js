/** What lengths say in words, as `in_words` of dashboard/components/verdict.py says it. */

const PRESENT = 0.5;
const SURE = 0.7;

const isAtLeast = (length, least) => Number(length.toFixed(2)) >= least;

/**
 * @param {ArrayLike<number>} lengths of the digit capsules
 * @param {string[]} names of their classes
 * @returns {{best: number, kind: string, headline: string, line: string}}
 */
export function inWords(lengths, names) {
  const order = [...lengths.keys()].sort((a, b) => lengths[b] - lengths[a]);
  const [best, second] = order;
  const present = order.filter((j) => isAtLeast(lengths[j], PRESENT)).length;
  const said = (j) => `${names[j]} (${lengths[j].toFixed(2)})`;
  const both = `${said(best)}, ${said(second)}.`;
  if (present === 0) {
    const areDigits = names.every((name, j) => name === String(j));
    const headline = areDigits ? "No digit here" : "None of its classes";
    return { best, kind: "none", headline, line: `No capsule is as long as 0.5: ${both}` };
  }
  if (present > 2) {
    const headline = `${present} answers, ${names[best]} before all`;
    return { best, kind: "two", headline, line: `All are 0.5 or longer; the longest are ${both}` };
  }
  if (present === 2) {
    const headline = `Two answers: ${names[best]} and ${names[second]}`;
    return { best, kind: "two", headline, line: `Both are 0.5 or longer: ${both}` };
  }
  const runnerUp = `runner-up ${said(second)}.`;
  if (!isAtLeast(lengths[best], SURE)) {
    const line = `Longest capsule ${said(best)}, far from 0.9; ${runnerUp}`;
    return { best, kind: "weak", headline: "A weak answer", line };
  }
  return { best, kind: "one", headline: "", line: `Longest capsule ${said(best)}, ${runnerUp}` };
}

/** Put the verdict where the server's stands; the server's next one takes its place. */
export function showVerdict(lengths, names) {
  const [shown, said] = [".verdict-class", ".verdict-words"].map((name) =>
    document.querySelector(`.st-key-verdict ${name}`),
  );
  if (!shown || !said) return;
  const { best, kind, headline, line } = lengths
    ? inWords(lengths, names)
    : { best: -1, kind: "one", headline: "", line: "" };
  shown.textContent = names[best] ?? "–";
  const isNamed = shown.textContent.length > 2;
  shown.className = `verdict-class verdict-${kind}${isNamed ? " verdict-named" : ""}`;
  const strong = document.createElement("strong");
  strong.textContent = headline;
  said.replaceChildren(...(headline ? [strong] : []), line);
}
