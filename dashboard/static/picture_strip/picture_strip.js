/** The strip: columns that are there stay as they are, new ones are added at the end. */

import { element } from "../dom.js";

function column() {
  const made = element("figure", "");
  made.append(
    element("div", "picture-strip-label"),
    element("div", "picture-strip-note"),
    document.createElement("img"),
  );
  return made;
}

function fill(figure, content) {
  const [label, note, image] = figure.children;
  if (label.textContent !== content.label) label.textContent = content.label;
  if (image.getAttribute("src") !== content.image) image.src = content.image;
  if (image.alt !== content.alt) image.alt = content.alt;
  if (note.textContent !== content.note) note.textContent = content.note;
}

/** Sizes, and the names of the pictures' rows. */
function shape(frame, root, form) {
  const sizes = { width: form.width, widest: form.widest ?? form.width, height: form.height };
  for (const [name, value] of Object.entries(sizes)) {
    frame.style.setProperty(`--${name}`, value === null ? "auto" : `${value}px`);
  }
  root.classList.toggle("picture-strip-fixed", form.is_first_fixed);
  root.classList.toggle("picture-strip-stretched", form.is_stretched);
  const names = form.rows.map((text) => element("span", "", text));
  frame.querySelector(".picture-strip-rows").replaceChildren(...names);
}

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".picture-strip");
  const isAtEnd = root.scrollLeft + root.clientWidth >= root.scrollWidth - 8;
  const isFirst = root.children.length === 0;
  root.setAttribute("aria-label", data.label);
  shape(parentElement.querySelector(".picture-strip-frame"), root, data.form);
  while (root.children.length > data.columns.length) root.lastElementChild.remove();
  data.columns.forEach((content, i) => {
    let figure = root.children[i];
    if (!figure) {
      figure = column();
      if (!isFirst) figure.className = "picture-strip-new";
      root.append(figure);
    }
    fill(figure, content);
  });
  if (isAtEnd && (data.form.is_from_end || !isFirst)) root.scrollLeft = root.scrollWidth;
}
