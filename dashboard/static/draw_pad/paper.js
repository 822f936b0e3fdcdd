/** The sheet: where the pen is on it, and its ink. */

const SHEET = 1000;
const BEYOND = 200; // the pen may leave the sheet; a line that comes back in meets its edge truly
const FAINT = 0.2; // of a picture that is there to be drawn over: words on it can be read
const CLOSEST = 6; // units between two points: nearer ones add bytes, not shape

/** The pen's place in units, from a pointer event and the sheet's box on the screen. */
export function placeOf(event, box) {
  const clamp = (value) => Math.max(-BEYOND, Math.min(SHEET + BEYOND, Math.round(value)));
  return [
    clamp(((event.clientX - box.left) / box.width) * SHEET),
    clamp(((event.clientY - box.top) / box.height) * SHEET),
  ];
}

/** Whether a point is too near to the stroke's last one to matter. */
export function isNear(stroke, [x, y]) {
  const [lastX, lastY] = stroke.points[stroke.points.length - 1];
  return Math.hypot(x - lastX, y - lastY) < CLOSEST;
}

/** How far the pen went in all, in units. */
export function pathOf(strokes) {
  let path = 0;
  for (const { points } of strokes) {
    for (let i = 1; i < points.length; i++) {
      path += Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
    }
  }
  return path;
}

/** Match the canvas's pixels to its size on the screen. Returns whether it changed. */
export function fitCanvas(canvas) {
  const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
  if (!side || canvas.width === side) return false;
  canvas.width = canvas.height = side;
  return true;
}

/** Paint strokes on white paper, over a picture if there is one, which may be faint. */
export function paintSheet(canvas, strokes, picture, isFaint) {
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalAlpha = isFaint ? FAINT : 1;
  if (picture) paintPicture(context, picture, canvas.width);
  context.globalAlpha = 1;
  context.scale(canvas.width / SHEET, canvas.height / SHEET);
  context.fillStyle = context.strokeStyle = "#111";
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) paintStroke(context, stroke);
}

/** A picture in the middle of the sheet, as large as fits, its pixels plain to see. */
function paintPicture(context, picture, side) {
  const scale = side / Math.max(picture.naturalWidth, picture.naturalHeight);
  const [width, height] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
  context.imageSmoothingEnabled = scale < 4;
  context.drawImage(picture, (side - width) / 2, (side - height) / 2, width, height);
}

/** One smooth, round line through the middles between points; a dot where there is only one. */
function paintStroke(context, { width, points }) {
  context.lineWidth = width;
  context.beginPath();
  if (points.length === 1) {
    context.arc(...points[0], width / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(...points[0]);
  for (let i = 1; i < points.length - 1; i++) {
    const [x, y] = points[i];
    const [nextX, nextY] = points[i + 1];
    context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  context.lineTo(...points[points.length - 1]);
  context.stroke();
}
