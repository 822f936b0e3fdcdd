/** The two charts of an answer: figures of capsnet/figures, whose values follow the pen. */

import { Figure } from "../figures.js";

export const EDGES = { l: 46, r: 6 }; // pixels beside the bars: answer.css has the drawings below them
const LETTER = 0.65; // of a letter's height, its width on average
const MOST_LINES = 3;
const LONGEST = 18; // letters of a name that stands upright

class AnswerFigure {
  constructor(place, kit) {
    this.figure = new Figure(place, kit, { isStepped: true, isUntitled: true });
    this.figure.look = (spec, theme) => {
      this.theme = theme;
      this.dress(spec, theme);
    };
  }

  /** Show other values: where they are drawn, or by drawing all of it. */
  show(template, values) {
    const looks = JSON.stringify(this.looksOf(values));
    const isNew = looks !== this.looks || template !== this.template;
    Object.assign(this, { values, looks, template });
    if (isNew || !this.theme || !this.figure.moves(...this.changes(this.theme))) {
      this.figure.show(template);
    }
    this.figure.say(this.alt());
  }

  leave() {
    this.figure.leave();
  }
}

/** The capsule lengths as bars, the longest in another colour. */
export class LengthBars extends AnswerFigure {
  looksOf({ lengths }) {
    return Boolean(lengths);
  }

  changes({ colours }) {
    const { lengths, names } = this.values;
    const y = lengths ?? names.map(() => 0);
    const text = lengths ? y.map((length) => length.toFixed(2)) : names.map(() => "");
    const [accent, faint] = this.figure.spec.data[0].marker.color; // of all zeros the first is longest
    const longest = y.indexOf(Math.max(...y));
    const of = (j) => (lengths && j === longest ? accent : faint);
    return [[{ y, text, marker: { color: names.map((_, j) => colours[of(j)] ?? of(j)) } }], [0]];
  }

  dress({ data, layout }, theme) {
    const { names, margins } = this.values;
    const [[change]] = this.changes(theme);
    const textfont = { ...data[0].textfont, size: theme.size };
    data[0] = { ...data[0], ...change, textfont };
    const room = (layout.width - EDGES.l - EDGES.r) / names.length;
    const labels = fitted(names, room, theme.size);
    const ticks = [0, margins[0], 0.5, margins[1]];
    Object.assign(layout, {
      annotations: [],
      height: Math.round(Math.min(250, Math.max(170, 0.34 * layout.width)) + labels.height),
      margin: { ...EDGES, t: 6, b: labels.height },
      xaxis: {
        ...layout.xaxis,
        automargin: false,
        range: [-0.5, names.length - 0.5],
        tickvals: names.map((_, j) => j),
        ticktext: labels.texts,
        tickangle: labels.angle,
        tickfont: { size: labels.size },
        showgrid: false,
      },
      yaxis: {
        ...layout.yaxis,
        automargin: false,
        title: { text: "" },
        range: [0, 1.12],
        tickvals: ticks,
        ticktext: ticks.map((value) => `${Number(value.toPrecision(3))}`),
        tickfont: { size: theme.size },
      },
    });
  }

  alt() {
    const { lengths, names } = this.values;
    if (!lengths) return "Capsule lengths: nothing is drawn yet.";
    const longest = names[lengths.indexOf(Math.max(...lengths))];
    const all = lengths.map((length, j) => `${names[j]}: ${length.toFixed(2)}`);
    return `Capsule lengths: the longest capsule is ${longest}. Lengths: ${all.join(", ")}.`;
  }
}

/** The lengths after each round, and which rounds the network was trained with. */
export class LengthsByRound extends AnswerFigure {
  looksOf({ last, rounds }) {
    return [last.indexOf(Math.max(...last)), rounds];
  }

  changes() {
    const { lengths, last, rounds } = this.values;
    const classes = last.length;
    const count = lengths.length / classes;
    const line = (j) => Array.from({ length: count }, (_, r) => lengths[r * classes + j]);
    const data = Array.from({ length: classes }, (_, j) => ({ y: line(j) }));
    data.push({ x: [rounds, rounds] }, { x: last.map(() => rounds), y: last });
    return [data, data.map((_, k) => k)];
  }

  dress({ data, layout }, theme) {
    const [changes] = this.changes();
    const longest = this.values.last.indexOf(Math.max(...this.values.last));
    changes.forEach((change, k) => {
      data[k] = { ...data[k], ...change };
      if (k >= this.values.last.length) return;
      const isLongest = k === longest;
      const line = { ...data[k].line, width: isLongest ? 4 : 2 };
      Object.assign(data[k], { line, opacity: isLongest ? 1 : 0.7 });
    });
    Object.assign(layout, { annotations: [], showlegend: false, height: 210 });
    layout.margin = { ...EDGES, r: 12, t: 6, b: 3.2 * theme.size };
  }

  alt() {
    const { last, names, rounds } = this.values;
    const longest = last.indexOf(Math.max(...last));
    return (
      `The ${last.length} lengths after each round of routing. After ${rounds}, as it was trained, ` +
      `the longest is ${names[longest]}, ${last[longest].toFixed(2)}.`
    );
  }
}

/** Names below bars: whole, in lines, or upright where there is little room. */
export function fitted(names, room, size) {
  const longest = Math.max(...names.map(({ length }) => length));
  const small = longest > 2 ? Math.max(12, 0.8 * size) : 1.15 * size;
  const letters = Math.floor(room / (LETTER * small));
  if (longest <= letters) {
    return { texts: names.map(safe), size: small, angle: 0, height: 1.6 * small };
  }
  if (letters >= 8) {
    const all = names.map((name) => inLines(name, letters));
    const most = Math.max(...all.map(({ length }) => length));
    const texts = all.map((lines) => lines.map(safe).join("<br>"));
    return { texts, size: small, angle: 0, height: (1.3 * most + 0.8) * small };
  }
  const texts = names.map((name) => safe(cut(name, LONGEST)));
  const height = (Math.min(longest, LONGEST) * LETTER + 1.6) * small;
  return { texts, size: small, angle: -90, height };
}

/** A name in at most MOST_LINES lines of so many letters; a longer word is broken. */
function inLines(name, letters) {
  const parts = name.match(new RegExp(`\\S{1,${letters}}`, "gu")) ?? [name];
  const lines = [];
  for (const part of parts) {
    const joined = lines.length ? `${lines.at(-1)} ${part}` : part;
    if (lines.length && joined.length <= letters) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), cut(lines.slice(MOST_LINES - 1).join(" "), letters)];
}

function cut(words, letters) {
  return words.length > letters ? `${words.slice(0, letters - 1)}…` : words;
}

/** Plotly reads some HTML. */
function safe(words) {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
