/** Drawing helpers that all views share: colours of the theme, scales, text. */

import { newCanvas, paint } from "../ink.js";

/** What the page's theme says, read once per change. */
export function readTheme(element, table) {
  const style = getComputedStyle(element);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const text = value("--st-text-color", "#222");
  const background = value("--st-background-color", "#fff");
  const dark = luminance(background) < 0.5;
  return {
    dark,
    text,
    background,
    primary: value("--st-primary-color", "#e33"),
    font: value("--st-font", "sans-serif"),
    zoom: parseFloat(style.fontSize) / 16, // pictures grow with the page's letters
    // High values stand out from the page: dark on light, light on dark. The end that would
    // vanish against the page on a washed-out projector is left out.
    table: dark ? table.slice(table.length * 0.2) : table.slice(0, table.length * 0.8).reverse(),
  };
}

function luminance(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

/** The colour of a value on a range, as CSS. */
export function shade(theme, value, [low, high], alpha = 1) {
  const place = Math.min(1, Math.max(0, (value - low) / (high - low)));
  const [r, g, b] = theme.table[Math.round(place * (theme.table.length - 1))];
  return `rgba(${r},${g},${b},${alpha})`;
}

/** A canvas sharp on this screen, cleared; its context measures in CSS pixels over `zoom`. */
export function fresh(canvas, width, height, zoom) {
  const ratio = zoom * (window.devicePixelRatio || 1);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.height = `${height * zoom}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Text in the page's font, its middle at `y`; `options`: size, align, colour, alpha, bold, halo. */
export function write(context, theme, words, x, y, options = {}) {
  const { size = 16, align = "left", colour, alpha = 1, bold, halo } = options;
  context.globalAlpha = alpha;
  context.fillStyle = colour || theme.text;
  context.font = `${bold ? "600 " : ""}${size}px ${theme.font}`;
  context.textAlign = align;
  context.textBaseline = "middle";
  if (halo) {
    context.strokeStyle = theme.background;
    context.lineWidth = 5;
    context.lineJoin = "round";
    context.strokeText(words, x, y);
  }
  context.fillText(words, x, y);
  context.globalAlpha = 1;
}

/** A straight line in the text's colour. */
export function rule(context, theme, x0, y0, x1, y1, alpha = 0.25, width = 1) {
  context.globalAlpha = alpha;
  context.strokeStyle = theme.text;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.globalAlpha = 1;
}

/** The picture, a square of levels or of colours, as a canvas to copy from. */
export function digitPicture({ shape: [rows, columns, channels = 1], data }) {
  const canvas = newCanvas(columns, rows);
  paint(canvas, new Uint8Array(rows * columns), (_, rgba, at, i) => {
    for (let k = 0; k < 3; k++) rgba[at + k] = data[channels * i + (k % channels)];
  });
  return canvas;
}

/** Copy a window of the digit, enlarged pixel by pixel. */
export function drawDigit(context, picture, [left, top, side], x, y, size) {
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, left, top, side, side, x, y, size, size);
  context.strokeStyle = "rgba(128,128,128,.6)";
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
}
