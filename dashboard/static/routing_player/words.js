import { number } from "../number_format.js";
import { lastOf } from "./scene.js";
import { magnification } from "./flow_shares.js";
import { buildSilence } from "./silence.js";
import { CHARTS, makeCharts } from "./charts.js";

/** The parts of the page that depend on the data: words, figures, choices. */
export function build(page) {
  const { root, s } = page;
  root.classList.toggle("compared", s.traces.length > 1);
  root.querySelector(".rounds").textContent = s.rounds;
  const scrub = root.querySelector(".scrub");
  scrub.max = s.rounds;
  scrub.disabled = s.rounds === 1;
  for (const [name, most] of Object.entries(lastOf(s)))
    root.querySelector(`[name=${name}]`).max = most;
  const said = { class: s.isNamed ? "class" : "digit", one: s.header.one };
  for (const place of root.querySelectorAll("[data-said]"))
    place.textContent = said[place.dataset.said];
  const times = magnification(s.first);
  root.querySelector("[data-set=bands][data-value=gain]").textContent = `shares gained, ${times}×`;
  for (const [name, words] of Object.entries(s.header.words)) say(root, name, words);
  for (const section of root.querySelectorAll("[data-view]")) figures(page, section);
  law(root.querySelector(".law"), s.header.words.law);
  chooser(page);
  mistakes(page);
  jumps(root);
  buildSilence(page);
}

/** A part's heading and words. */
export function say(root, name, words) {
  const section = root.querySelector(`[data-view=${name}], [data-words=${name}]`);
  if (!section) {
    throw new Error(
      `Expected a section for "${name}" in player.html: data-view="${name}" for a chart, else data-words. ` +
        "What a new chart needs stands above VIEWS in views.js.",
    );
  }
  const equation = words.equation
    ? ` <span class="equation">${letters(words.equation)}</span>`
    : "";
  section.querySelector("h3").innerHTML = `<span>${letters(words.title)}</span>${equation}`;
  if (!words.text) return;
  section.querySelector(".text").innerHTML = letters(words.text);
  section.querySelector(".look").innerHTML = letters(words.look);
}

/** The equations of a round, and the three questions a newcomer should be able to answer. */
function law(section, { lines, answers }) {
  section.querySelector(".lines").innerHTML = lines
    .map(
      ([equation, words]) =>
        `<li><span class="equation">${letters(equation)}</span> <span>${letters(words)}</span></li>`,
    )
    .join("");
  section.querySelector(".answers").innerHTML = answers
    .map(
      ([question, answer]) => `<div><dt>${letters(question)}</dt><dd>${letters(answer)}</dd></div>`,
    )
    .join("");
}

function figures(page, section) {
  const { s } = page;
  const holder = section.querySelector(".figures");
  if (holder.childElementCount !== s.traces.length) {
    for (const figure of holder.children) {
      for (const { chart } of figure.charts ?? []) chart.leave();
      page.seen.unobserve(figure);
      page.shownIn.delete(figure);
      page.late.delete(figure);
    }
    holder.replaceChildren(
      ...s.traces.map(() => {
        const figure = document.createElement("figure");
        figure.innerHTML = "<figcaption></figcaption>";
        const { view } = section.dataset;
        if (view in CHARTS) makeCharts(page, figure, view);
        else figure.insertAdjacentHTML("beforeend", '<canvas role="img"></canvas>');
        page.seen.observe(figure);
        return figure;
      }),
    );
  }
  s.traces.forEach((_, k) => {
    const figure = holder.children[k];
    figure.classList.toggle("wrong", !s.header.traces[k].scaled);
    figure.firstChild.textContent = s.header.traces[k].title;
    figure.firstChild.hidden = s.traces.length === 1;
  });
}

function chooser(page) {
  const { root, s } = page;
  const box = root.querySelector(".chooser");
  const names = Array.from({ length: s.digits }, (_, j) => s.called(j));
  box.classList.toggle("named", s.isNamed);
  const buttons = [...box.querySelectorAll("button")];
  if (buttons.map((button) => button.textContent).join() === names.join()) return;
  for (const button of buttons) button.remove();
  names.forEach((name, j) => {
    const button = document.createElement("button");
    button.textContent = name;
    button.dataset.digit = j;
    box.append(button);
  });
}

/** The page's parts by their headings: on a phone it is ten screens long. */
function jumps(root) {
  const parts = [...root.querySelectorAll(".cards h3 > span:first-child")];
  const options = parts.map((heading, k) => new Option(heading.textContent, k));
  const jump = root.querySelector(".jump");
  const chosen = jump.value;
  jump.replaceChildren(new Option("Go to …", ""), ...options);
  jump.value = chosen;
}

/** A switch for each famous mistake, with what it does. */
function mistakes(page) {
  const box = page.root.querySelector(".mistakes");
  const all = Object.entries(page.s.header.words.whatif.mistakes);
  const about = box.previousElementSibling;
  // The mistakes are the paper's routing, misread: a network that routes otherwise has none.
  for (const part of [box, about, about.previousElementSibling]) part.hidden = !all.length;
  if (box.childElementCount !== all.length) {
    box.replaceChildren();
    for (const [name, { name: title }] of all) {
      const item = document.createElement("div");
      item.innerHTML = `<button role="switch" data-mistake="${name}"></button><span></span>`;
      item.firstChild.textContent = `WRONG: ${title}`;
      box.append(item);
    }
  }
  // The words have numbers of the network in use.
  all.forEach(([, { text }], k) => (box.children[k].lastChild.innerHTML = letters(text)));
}

/** `c_ij` and its like as letters with an index. */
function letters(words) {
  const indexed = /(?<![A-Za-z])([a-zûWΣ])_(j\|i|ij|ik|i|j|k)|(?<![\w|])([ij])(?![\w|])/g;
  return words.replace(indexed, (_, letter, index, alone) => {
    if (alone) return `<var>${alone}</var>`;
    return letter === "Σ" ? `Σ<sub>${index}</sub>` : `<var>${letter}</var><sub>${index}</sub>`;
  });
}

/** A colour scale with its ends and the mark of equal shares. */
export function legend(element, s) {
  const mean = element.dataset.range === "mapRange" ? "mean " : "";
  const [low, high] = s[element.dataset.range];
  const stops = s.theme.table.filter((_, k) => k % 15 === 0).map((rgb) => `rgb(${rgb})`);
  const uniform = 1 / s.first.lengths.shape[1];
  const place = (100 * (uniform - low)) / (high - low);
  element.innerHTML =
    `<span>${mean}<var>c</var><sub>ij</sub> = ${number(low)}</span>` +
    `<span class="ramp" style="background:linear-gradient(90deg,${stops})">` +
    `<span class="mark" style="left:${place}%"></span></span><span>${number(high)}</span>` +
    `<span>❙ ${number(uniform)}: equal shares</span>`;
}
