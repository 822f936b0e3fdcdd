/** Pictures in a row, each a button. */

import { bytesOf, newCanvas, paintInk } from "../ink.js";

function button({ ink, name, below }) {
  const canvas = newCanvas(28, 28);
  paintInk(canvas, bytesOf(ink), 255);
  const made = document.createElement("button");
  made.type = "button";
  made.title = name;
  made.setAttribute("aria-label", below ? `${name}: ${below}` : name);
  made.append(canvas);
  if (below) made.append(Object.assign(document.createElement("span"), { textContent: below }));
  return made;
}

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data, setTriggerValue }) {
  const buttons = data.items.map(button);
  buttons.forEach((each, place) => {
    each.onclick = () => setTriggerValue("picked", data.items[place].id);
  });
  parentElement.querySelector(".strip").replaceChildren(...buttons);
}
