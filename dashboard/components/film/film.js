/** The film: columns that are there stay as they are, new ones are added at the end. */

function part(tag, className) {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function column() {
  const made = part("figure", "");
  const [label, marks, note] = ["label", "marks", "note"].map((name) => part("div", `film-${name}`));
  made.append(label, document.createElement("img"), marks, note);
  return made;
}

function fill(figure, content) {
  const [label, image, marks, note] = figure.children;
  if (label.textContent !== content.label) label.textContent = content.label;
  if (image.getAttribute("src") !== content.image) image.src = content.image;
  if (image.alt !== content.alt) image.alt = content.alt;
  if (note.textContent !== content.note) note.textContent = content.note;
  if (marks.children.length === content.marks.length) return;
  marks.replaceChildren(
    ...content.marks.map((text) => Object.assign(document.createElement("span"), { textContent: text })),
  );
}

/** Called by Streamlit at first, and again whenever the data changes. */
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".film");
  const isAtEnd = root.scrollLeft + root.clientWidth >= root.scrollWidth - 8;
  const isFirst = root.children.length === 0;
  root.style.setProperty("--width", `${data.width}px`);
  root.setAttribute("aria-label", data.label);
  root.classList.toggle("film-fixed", data.fixed);
  while (root.children.length > data.columns.length) root.lastElementChild.remove();
  data.columns.forEach((content, i) => {
    let figure = root.children[i];
    if (!figure) {
      figure = column();
      if (!isFirst) figure.className = "film-new";
      root.append(figure);
    }
    fill(figure, content);
  });
  if (isAtEnd) root.scrollLeft = root.scrollWidth;
}
