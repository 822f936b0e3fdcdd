/** Plotly figures that are drawn once and then changed in place. */

import { element } from "./dom.js";
import { readingKeys } from "./figure_keys.js";
import { moved } from "./figure_moves.js";
import { themed } from "./figure_theme.js";
import { bringStyles, plotly } from "./plotly.js";

const NARROW = 480; // pixels: a phone
const PRINT = { width: 1200, scale: 3 };
const LIGHT = new Set(["scatter", "bar"]); // what Plotly changes without drawing the whole figure
const AT_ONCE = { mode: "immediate", transition: { duration: 0 } };

/**
 * One figure in a place of the page.
 *
 * `show` takes a figure as capsnet/figures makes it; `go` steps to one of its frames; `dress` says
 * how it looks beside what it holds, such as which class stands out.
 */
export class Figure {
  /**
   * @param {HTMLElement} place that the figure fills
   * @param {object} kit  `plotly`, the script's path, and `dark`, what each colour is in the dark
   * @param {{isStepped?: boolean, select?: (point: object) => void}} options  `isStepped`: the page
   *   steps through the frames, and the figure has no slider of its own; `isUntitled`: the page says
   *   what it is
   */
  constructor(place, kit, options = {}) {
    Object.assign(this, { place, kit, options, frame: null, look: null, spec: null, drawn: null });
    this.paper = element("div", "figure-paper");
    this.told = element("div", "figure-told");
    this.told.setAttribute("role", "status");
    place.replaceChildren(this.paper, this.told);
    place.classList.add("figure");
    place.tabIndex = 0;
    place.setAttribute("role", "group");
    place.setAttribute("aria-roledescription", "chart");
    this.sizes = new ResizeObserver(() => {
      if (this.isWanted && this.width !== this.place.clientWidth) this.draw();
    });
    this.sizes.observe(place);
    this.leaveKeys = readingKeys(this);
  }

  /** Show a figure: its JSON, or what that says. */
  show(figure) {
    this.take(figure);
    this.isWanted = true;
    return this.draw();
  }

  /** Have a figure ready and say what it shows, but draw nothing yet. */
  take(figure, frame = this.frame) {
    this.frame = frame;
    if (figure !== this.source) {
      this.source = figure;
      this.spec = typeof figure === "string" ? JSON.parse(figure) : figure;
      this.frames = this.spec.frames ?? [];
      this.coloured = null;
      this.place.dataset.testid = `figure-${this.spec.layout.meta.name}`;
    }
    if (this.frame >= this.frames.length) this.frame = null;
    this.say();
  }

  /** How the figure is to look: `look(spec)` changes what is drawn, not what is kept. */
  dress(look) {
    this.look = look;
    return this.draw();
  }

  /** Step to a frame, counted from 0. */
  go(frame) {
    if (this.frame === frame || !this.frames?.[frame]) return;
    this.frame = frame;
    this.say();
    if (!this.isDrawn || this.busy) return this.draw();
    const { data, traces } = this.coloured[frame];
    this.change(data, traces);
  }

  /** Give some traces other values where they are drawn; false where only Plotly can. */
  moves(data, traces) {
    return Boolean(this.isDrawn && !this.busy && moved(this.paper, data, traces));
  }

  change(data, traces) {
    if (this.moves(data, traces)) return;
    const redraw = traces.some((k) => !LIGHT.has(this.paper.data[k].type));
    const way = { ...AT_ONCE, frame: { duration: 0, redraw } };
    this.library.animate(this.paper, { data, traces }, way).catch(() => {}); // a later step came
  }

  /** Draw all of it; where a drawing is under way, once more after it. */
  async draw() {
    this.again = true;
    if (this.busy || !this.spec) return this.busy;
    this.busy = this.drawAll();
    await this.busy;
    this.busy = null;
    return this.again ? this.draw() : undefined;
  }

  async drawAll() {
    try {
      this.library ??= await plotly(this.kit.plotly);
      bringStyles(this.place.getRootNode());
    } catch (error) {
      this.paper.textContent = `${error.message}. ${this.spec.layout.meta.alt}`;
    }
    this.width = this.place.clientWidth;
    this.again = false;
    if (!this.library || !this.width || this.isGone) return;
    const spec = this.composed();
    if (!this.isDrawn) this.paper.replaceChildren();
    await this.library.react(this.paper, spec);
    if (!this.options.isStepped && this.drawn !== this.source) await this.takeFrames();
    if (!this.isDrawn) this.listen();
    this.isDrawn = true;
    this.drawn = this.source;
    bringStyles(this.place.getRootNode());
  }

  async takeFrames() {
    const { library, paper } = this;
    if (this.added) await library.deleteFrames(paper, [...Array(this.added).keys()]);
    this.added = this.frames.length;
    if (this.added) await library.addFrames(paper, this.coloured);
  }

  /** What Plotly draws: this frame's data, in the page's colours and size. */
  composed() {
    const theme = themed(this.place, this.kit.dark);
    if (this.theme !== theme.name || !this.coloured) {
      this.theme = theme.name;
      this.coloured = theme.of(this.frames);
    }
    // Plotly writes the visitor's zoom into what it is given: what is given is new each time, or
    // the zoom would pass for the figure's own.
    const { data, layout } = theme.of({ data: this.spec.data, layout: this.spec.layout });
    const { width } = this;
    const frame = this.options.isStepped ? this.coloured[this.frame] : null;
    frame?.traces.forEach((k, n) => (data[k] = merged(data[k], frame.data[n])));
    Object.assign(layout, { width, height: heightOf(layout, width) });
    layout.font = { ...layout.font, family: theme.family, size: theme.size };
    for (const trace of data) if (trace.type === "bar" && trace.text) haloed(trace, theme);
    headed(layout, theme.size, this.options.isUntitled);
    if (this.options.isStepped) for (const part of ["sliders", "updatemenus"]) delete layout[part];
    if (this.options.isUntitled && !/left out/.test(layout.title.text)) delete layout.title;
    if (matchMedia("(hover: none)").matches) layout.dragmode = false; // a finger scrolls the page
    if (width < NARROW) layout.margin = { l: 48, r: 12, ...layout.margin, b: 48 };
    // A new config, even of the same words, would have Plotly draw anew and forget the zoom.
    const spec = { data, layout, config: (this.settings ??= this.config()) };
    this.look?.(spec, theme);
    return spec;
  }

  config() {
    const { name } = this.spec.layout.meta;
    const size = (gd) => ({ ...PRINT, height: (PRINT.width * gd.clientHeight) / gd.clientWidth });
    const save = (format) => ({
      name: `save-${format}`,
      title: `Save as ${format.toUpperCase()}`,
      icon: this.library.Icons[format === "svg" ? "disk" : "camera"],
      click: (gd) => this.library.downloadImage(gd, { format, filename: name, ...size(gd) }),
    });
    return {
      displaylogo: false,
      showSendToCloud: false, // nothing leaves this machine
      modeBarButtonsToRemove: ["toImage", "lasso2d", "select2d"],
      modeBarButtonsToAdd: [save("svg"), save("png")],
    };
  }

  /** Say in words what is shown: the figure's own, or others that fit its values. */
  say(alt = this.frames[this.frame]?.layout?.meta?.alt ?? this.spec.layout.meta.alt) {
    this.place.setAttribute("aria-label", `${alt} Arrow keys read the values.`);
  }

  listen() {
    this.paper.on("plotly_click", ({ points }) => {
      const [point] = points;
      if (point) this.options.select?.({ name: this.spec.layout.meta.name, ...pointed(point) });
    });
  }

  /** Take it off the page. */
  leave() {
    this.isGone = true;
    this.sizes.disconnect();
    this.leaveKeys();
    if (this.isDrawn) this.library.purge(this.paper);
  }
}

/** A point as far as it can be told elsewhere. */
function pointed({ x, y, z, curveNumber, pointNumber, customdata, data }) {
  return { x, y, z, curve: curveNumber, point: pointNumber, customdata, meta: data?.meta };
}

/** Numbers above bars stand out from the lines that they lie on. */
function haloed(trace, { background }) {
  const shadow = Array(4).fill(`0 0 3px ${background}`).join(", ");
  trace.textfont = { ...trace.textfont, shadow };
}

/** The title in as many lines as it needs, and the legend below it or, where there is room, beside. */
function headed(layout, size, isUntitled) {
  const large = 1.2 * size;
  const lines = inLines(layout.title?.text ?? "", layout.width / (0.5 * large));
  if (layout.title) layout.title = { ...layout.title, text: lines.join("<br>") };
  if (layout.title) layout.title.font = { ...layout.title.font, size: large };
  const isBeside = layout.legend?.orientation === "v" && layout.width >= NARROW;
  const font = { size: 0.85 * size };
  if (isBeside || isUntitled) layout.legend = { font, ...layout.legend };
  else {
    const y = 1 - ((0.7 + 1.35 * lines.length) * large) / layout.height; // however many rows it has
    layout.legend = { font, orientation: "h", yref: "container", y, yanchor: "top" };
  }
}

/** Words in lines of at most so many letters, where they have that many. */
function inLines(words, letters) {
  const lines = [];
  for (const word of words.split(" ")) {
    const joined = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && joined.length <= letters) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}

function heightOf({ height }, width) {
  const usual = Math.round(Math.min(420, Math.max(300, 0.56 * width)));
  return Math.round(Math.min(height ?? usual, Math.max(320, 1.3 * width)));
}

/** One part of a figure over another; arrays are taken whole. */
function merged(below, above) {
  const isPart = (value) => value?.constructor === Object && !("bdata" in value);
  if (!isPart(below) || !isPart(above)) return above;
  const both = { ...below };
  for (const [key, value] of Object.entries(above)) both[key] = merged(below[key], value);
  return both;
}
