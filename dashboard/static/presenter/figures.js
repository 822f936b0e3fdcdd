/** What of a page can be presented, from top to bottom. */

const MAIN = "[data-testid=stMain]";

/** Blocks that make one figure together, then figures that stand alone. */
const FIGURES = [
  '[class*="st-key-figure_"]',
  ".st-key-network_picture",
  ".st-key-votes_agree",
  ".st-key-two-figure",
  ".st-key-pose_explorer",
  "[data-testid=stPlotlyChart]",
  ".figures-grid",
  ".film-frame",
].join();

/**
 * @param {object | undefined} parts of the routing player, where the page has it
 * @returns {{element: Element, name: string, part?: string}[]}
 */
export function figuresOf(parts) {
  const found = [...document.querySelectorAll(`${MAIN} :is(${FIGURES})`)].filter(isOutermost);
  const figures = found.map((element) => ({ element, name: nameOf(element) }));
  const player = document.querySelector(`${MAIN} .st-key-routing_player`);
  if (!player || !parts?.root.isConnected) return figures;
  const named = parts.names().map((part) => ({
    element: player,
    part,
    name: titleOf(parts.root, part),
  }));
  return [...named, ...figures];
}

function isOutermost(element) {
  if (element.parentElement.closest(`${MAIN} :is(${FIGURES})`)) return false;
  // What is presented may hide the others; they still are there.
  return !element.closest("details:not([open])");
}

function titleOf(root, part) {
  const section = root.querySelector(`[data-view=${part}], [data-words=${part}]`);
  return section?.querySelector("h3 > span")?.textContent ?? part;
}

/** The last heading before a figure. */
function nameOf(element) {
  const headings = [...document.querySelectorAll(`${MAIN} :is(h1, h2, h3)`)];
  const before = headings.findLast(
    (heading) =>
      heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING &&
      !element.contains(heading),
  );
  return before?.textContent ?? "Figure";
}
