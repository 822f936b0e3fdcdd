/** Pictures in a row, each a button. */

import { sendReliably } from "../connection/connection.js";

function button({ picture, name, below }) {
  const image = Object.assign(document.createElement("img"), { src: picture, alt: "" });
  const made = document.createElement("button");
  made.type = "button";
  made.title = name;
  made.setAttribute("aria-label", below ? `${name}: ${below}` : name);
  made.append(image);
  if (below) made.append(Object.assign(document.createElement("span"), { textContent: below }));
  return made;
}

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  // One that is there already stays the same: it may be under a finger that is about to lift.
  const there = new Map([...strip.children].map((each) => [each.dataset.item, each]));
  const buttons = data.items.map((item) => {
    const said = JSON.stringify(item);
    const its = there.get(said) ?? button(item);
    there.delete(said);
    its.dataset.item = said;
    its.onclick = () => sendReliably("picked", () => setTriggerValue("picked", item.id));
    return its;
  });
  for (const old of [...strip.children]) if (!buttons.includes(old)) old.remove();
  buttons.forEach((its, place) => {
    if (strip.children[place] !== its) strip.insertBefore(its, strip.children[place] ?? null);
  });
}
