/** What lengths say in words, as `in_words` of dashboard/components/verdict.py says it. */

const PRESENT = 0.5;
const SURE = 0.7;

const isAtLeast = (length, least) => Number(length.toFixed(2)) >= least;

const NUMBERS = { 2: "Two", 3: "Three", 4: "Four", 5: "Five" };

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
  if (present >= 2) {
    const named = order.slice(0, present).map((j) => names[j]);
    const listed = `${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
    const what = names.every((name, j) => name === String(j)) ? "digits" : "classes";
    const headline = `${NUMBERS[present] ?? present} ${what}: ${listed}`;
    const every = present === 2 ? "Both" : "All";
    return { best, kind: "two", headline, line: `${every} are 0.5 or longer; the longest ${both}` };
  }
  const runnerUp = `runner-up ${said(second)}.`;
  if (!isAtLeast(lengths[best], SURE)) {
    const line = `Longest capsule ${said(best)}, far from 0.9; ${runnerUp}`;
    return { best, kind: "weak", headline: "A weak answer", line };
  }
  return { best, kind: "one", headline: "", line: `Longest capsule ${said(best)}, ${runnerUp}` };
}

/** The same in a few words, as `in_short` there: "6 (0.83)", "no digit", or several. */
export function inShort(lengths, names) {
  const order = [...lengths.keys()].sort((a, b) => lengths[b] - lengths[a]);
  const present = order.filter((j) => isAtLeast(lengths[j], PRESENT));
  const { headline, kind } = inWords(lengths, names);
  const said = (j) => `${names[j]} (${lengths[j].toFixed(2)})`;
  if (kind === "none") return headline === "No digit here" ? "no digit" : "none of its classes";
  if (present.length > 2) return headline[0].toLowerCase() + headline.slice(1);
  return present.map(said).join(" and ");
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

/**
 * What was predicted is not of the stroke that begins here. The server's next answer puts its own
 * words in this place, whatever they are: they carry the number of the drawing that they answer.
 */
export function takeBackPrediction(words = "") {
  const [shown, said] = [".verdict-class", ".verdict-words"].map((name) =>
    document.querySelector(`.st-key-verdict ${name}`),
  );
  if (shown) shown.textContent = "–";
  if (said) said.textContent = words;
}
