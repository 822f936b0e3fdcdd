/** The figures of capsnet/figures on this page: each steps with the rounds and shows what is picked. */

import { Figure } from "../figures.js";
import { at } from "./payload.js";

const FAINT = { width: 2.5, opacity: 0.75 };
const CHOSEN = { width: 5, opacity: 1 };

/**
 * What a section shows, by its name: figures, how what is picked looks in them, and what a click
 * picks. `of` names the figure among those that each routing brings.
 */
export const CHARTS = {
  lengths: [{ of: () => "lengths", dress: dressLengths, found: ({ meta }) => meta }],
  maps: [
    {
      of: (s) => (s.weighted ? "coupling" : "coupling-unweighted"),
      dress: dressMaps,
      found: ({ x, point }) => ({ map: x, digit: point[0] }),
    },
  ],
  certainty: [
    { of: () => "entropy", dress: dressEntropy },
    { of: () => "logit-changes", dress: dressChanges },
  ],
};

/** Make the charts of a place in a section; what they show comes with `drawCharts`. */
export function makeCharts(page, figure, view) {
  const { plotly, dark } = page.s.header;
  figure.charts = CHARTS[view].map((kind) => {
    const place = document.createElement("div");
    figure.append(place);
    const select = (point) => kind.found?.(point) && page.pick({ view, ...kind.found(point) });
    const chart = new Figure(
      place,
      { plotly, dark },
      { isStepped: true, isUntitled: true, select },
    );
    return { kind, chart };
  });
}

/** Bring a place's charts to the scene: its data, its round, what is picked. */
export function drawCharts({ s }, figure, trace) {
  for (const each of figure.charts) {
    const { kind, chart } = each;
    const source = trace.figures[kind.of(s)];
    const look = JSON.stringify([
      s.digit,
      s.map,
      s.mapRange,
      [...s.silenced],
      s.traces.length,
      s.waits,
    ]);
    if (chart.source === source && each.look === look && s.theme === each.theme) {
      chart.go(s.round);
      continue;
    }
    Object.assign(each, { look, theme: s.theme });
    chart.frame = s.round;
    chart.look = (spec, theme) => kind.dress(spec, theme, s, trace);
    chart.show(source);
  }
}

/** What charts that are out of sight show, in words: they are drawn once they come near. */
export function describeCharts({ s }, figure, trace) {
  for (const { kind, chart } of figure.charts) chart.take(trace.figures[kind.of(s)], s.round);
}

function dressLengths(spec, theme, s, trace) {
  for (const curve of spec.data) {
    if (curve.meta?.digit === undefined) continue;
    const { width, opacity } = curve.meta.digit === s.digit ? CHOSEN : FAINT;
    Object.assign(curve, { opacity, line: { ...curve.line, width } });
    if (s.waits) Object.assign(curve, { x: [1], y: [at(trace.lengths, 0, curve.meta.digit)] });
  }
  const dots = spec.data.at(-1);
  const size = Array.from({ length: s.digits }, (_, j) => (j === s.digit ? 14 : 8));
  spec.data[spec.data.length - 1] = { ...dots, marker: { ...dots.marker, size } };
  const ends = s.waits ? [] : spec.layout.annotations; // they stand at the last round
  spec.layout.annotations = ends.map((note) => {
    const isChosen = note.name.split(" ").includes(`${s.digit}`);
    const colour = theme.colours[isChosen ? ACCENT : TEXT];
    return { ...note, font: { ...note.font, color: colour } };
  });
}

const [ACCENT, TEXT] = ["#1a56c4", "#14181f"]; // the roles' names in capsnet/figures/style.py

function dressMaps(spec, theme, s, trace) {
  const [zmin, zmax] = s.mapRange;
  spec.data[0] = { ...spec.data[0], zmin, zmax, showscale: false };
  const line = (role, width) => ({ color: theme.colours[role], width });
  const silent = Array.from({ length: s.maps }, (_, m) => m).filter((m) =>
    Array.from({ length: s.cells }, (_, place) => place * s.maps + m).every((i) =>
      s.silent(trace, i),
    ),
  );
  const [top, bottom] = [-0.5, s.digits - 0.5];
  spec.layout.shapes = [
    ...silent.flatMap((m) => crossed(m, top, bottom, line(TEXT, 2), theme)),
    { type: "rect", x0: s.map - 0.5, x1: s.map + 0.5, y0: top, y1: bottom, line: line(TEXT, 2) },
    {
      type: "rect",
      x0: -0.5,
      x1: s.maps - 0.5,
      y0: s.digit - 0.5,
      y1: s.digit + 0.5,
      line: line(ACCENT, 3),
    },
  ];
}

/** A silent map is crossed out: its shares are of nothing. */
function crossed(m, y0, y1, line, theme) {
  const [x0, x1] = [m - 0.5, m + 0.5];
  const pale = { fillcolor: theme.colours["#ffffff"], opacity: 0.8, line: { width: 0 } };
  return [
    { type: "rect", x0, x1, y0, y1, ...pale },
    { type: "line", x0, x1, y0, y1, line },
    { type: "line", x0, x1, y0: y1, y1: y0, line },
  ];
}

/** All routings that are compared have one axis, from the lowest entropy of any. */
function dressEntropy(spec, theme, s) {
  const low = Math.min(...axesOf(s, "entropy").map(({ xaxis }) => xaxis.range[0]));
  spec.layout.xaxis = { ...spec.layout.xaxis, range: [low, spec.layout.xaxis.range[1]] };
}

function dressChanges(spec, theme, s) {
  const high = Math.max(...axesOf(s, "logit-changes").map(({ yaxis }) => yaxis.range[1]));
  spec.layout.yaxis = { ...spec.layout.yaxis, range: [0, high] };
  const now = spec.data[1];
  spec.data[1] = { ...now, y: [0, high] };
}

function axesOf(s, name) {
  return s.traces.map((trace) => (trace.layouts[name] ??= JSON.parse(trace.figures[name]).layout));
}
