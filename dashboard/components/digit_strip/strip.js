/** A button with a digit on it: ink (255 for full) dark on white paper. */
function button({ ink, name, below }) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 28;
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  [...atob(ink)].forEach((character, i) => {
    const level = 255 - character.charCodeAt(0);
    image.data.set([level, level, level, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  const made = document.createElement("button");
  made.type = "button";
  made.title = name;
  made.setAttribute("aria-label", name);
  made.append(canvas);
  if (below) made.append(Object.assign(document.createElement("span"), { textContent: below }));
  return made;
}

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data, setTriggerValue }) {
  const buttons = data.items.map(button);
  buttons.forEach((each, place) => {
    each.onclick = () => setTriggerValue("picked", place);
  });
  parentElement.querySelector(".strip").replaceChildren(...buttons);
}
