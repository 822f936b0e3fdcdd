"""Strokes of a pen: a compact form that travels, and the ink they leave.

A sheet is a square of 1000 x 1000 units, x to the right and y down. Packed, each stroke is its
width, its number of points, and every point's step from the one before (the first from the
sheet's corner), all as variable-length whole numbers: seven bits a byte, low bits first, the
eighth bit set where more follow; steps in zigzag order (0, -1, 1, -2, ...). A digit takes some
300 bytes. `dashboard/static/draw_pad/strokes.js` writes and reads the same, and
`dashboard/static/draw_pad/ink.js` inks the same pixels: what the pad shows is what is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

SHEET = 1000
BEYOND = 200
"""A pen may leave the sheet by so many units; the pad moves farther points to there."""

MAX_POINTS = 20_000
MAX_PATH = 100 * SHEET
"""Units that a pen may go in all: to ink them takes less than a second."""

MAX_WIDTH = 400
INK_SIDE = 280
LONGEST_PIECE = 4
"""Pixels: curves are drawn as straight pieces about so long."""

MOST_PIECES = 8


class StrokesError(ValueError):
    """Bytes that are no strokes, or too many; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class Stroke:
    """One movement of the pen.

    Attributes:
        width: of the line, in units, 1 to 400.
        points: where the pen was, (x, y) in units; one point is a dot.
    """

    width: int
    points: Sequence[tuple[int, int]]


def pack(strokes: Iterable[Stroke]) -> bytes:
    """Strokes as bytes."""
    packed = bytearray()
    for stroke in strokes:
        packed += _number(stroke.width) + _number(len(stroke.points))
        before = (0, 0)
        for point in stroke.points:
            for now, then in zip(point, before, strict=True):
                step = now - then
                packed += _number(step * 2 if step >= 0 else -step * 2 - 1)
            before = point
    return bytes(packed)


def unpack(packed: bytes) -> list[Stroke]:
    """Bytes as strokes.

    Raises:
        StrokesError: if they are damaged, more than 20,000 points, or longer than `MAX_PATH`.
    """
    numbers = _numbers(packed)
    strokes, total = [], 0
    for width in numbers:
        count = next(numbers, 0)
        total += count
        if not 1 <= width <= MAX_WIDTH or not count:
            raise StrokesError("The drawing is damaged.")
        if total > MAX_POINTS:
            raise StrokesError("The drawing is too long.")
        strokes.append(Stroke(width, list(_points(numbers, count))))
    if sum(map(_path, strokes)) > MAX_PATH:
        raise StrokesError("The drawing is too long.")
    return strokes


def draw(strokes: Iterable[Stroke], side: int = INK_SIDE) -> np.ndarray:
    """The ink that strokes leave on a sheet.

    Args:
        strokes: in any order; ink does not darken where they cross.
        side: of the result, in pixels.

    Returns:
        (side, side) uint8, 0 for paper and 255 for ink, antialiased.
    """
    ink = np.zeros((side, side))
    for stroke in strokes:
        path = _smooth([(x * side / SHEET, y * side / SHEET) for x, y in stroke.points])
        radius = stroke.width * side / SHEET / 2
        for start, end in zip(path[:-1] or path, path[1:] or path, strict=True):
            _ink_segment(ink, start, end, radius)
    return np.floor(ink * 255 + 0.5).astype(np.uint8)


def extent(strokes: Iterable[Stroke]) -> int:
    """The longer side, in units, of the box that the pen's points lie in; 0 for a dot."""
    points = np.array([point for stroke in strokes for point in stroke.points] or [(0, 0)])
    return int(np.ptp(points, axis=0).max())


def _path(stroke: Stroke) -> float:
    """How far the pen went, in units."""
    steps = np.diff(np.array(stroke.points), axis=0)
    return float(np.sqrt((steps * steps).sum(1)).sum())


def _smooth(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The line that the pad paints, as short straight pieces.

    It goes from the first point through the middles between points to the last; the points between
    bend it as the control points of quadratic Bezier curves.
    """
    path = [points[0]]
    for (cx, cy), (nx, ny) in zip(points[1:-1], points[2:], strict=True):
        ax, ay = path[-1]
        bx, by = (cx + nx) / 2, (cy + ny) / 2
        length = _distance(cx - ax, cy - ay) + _distance(bx - cx, by - cy)
        pieces = min(MOST_PIECES, max(1, math.ceil(length / LONGEST_PIECE)))
        for piece in range(1, pieces + 1):
            t = piece / pieces
            u = 1 - t
            x = u * u * ax + 2 * u * t * cx + t * t * bx
            y = u * u * ay + 2 * u * t * cy + t * t * by
            path.append((x, y))
    return [*path, points[-1]] if len(points) > 1 else path


def _ink_segment(
    ink: np.ndarray, start: tuple[float, float], end: tuple[float, float], radius: float
) -> None:
    """Ink all pixels near a straight piece: fully inside, by their distance at its rim."""
    (ax, ay), (bx, by) = start, end
    reach = radius + 1
    left, right = _span(min(ax, bx) - reach, max(ax, bx) + reach, ink.shape[1])
    top, bottom = _span(min(ay, by) - reach, max(ay, by) + reach, ink.shape[0])
    if left >= right or top >= bottom:
        return
    dx, dy = bx - ax, by - ay
    squared = dx * dx + dy * dy
    x = np.arange(left, right)[None] + 0.5 - ax
    y = np.arange(top, bottom)[:, None] + 0.5 - ay
    along = np.clip((x * dx + y * dy) / squared, 0, 1) if squared else np.zeros((1, 1))
    away_x, away_y = x - along * dx, y - along * dy
    distance = np.sqrt(away_x * away_x + away_y * away_y)
    part = ink[top:bottom, left:right]
    np.maximum(part, np.clip(radius + 0.5 - distance, 0, 1), out=part)


def _span(low: float, high: float, side: int) -> tuple[int, int]:
    return max(0, math.floor(low)), min(side, math.ceil(high))


def _distance(x: float, y: float) -> float:
    return math.sqrt(x * x + y * y)


def _number(value: int) -> bytes:
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def _numbers(packed: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in packed:
        value |= (byte & 127) << shift
        shift += 7
        if shift > 28:
            raise StrokesError("The drawing is damaged.")
        if byte < 128:
            yield value
            value = shift = 0
    if shift:
        raise StrokesError("The drawing is incomplete.")


def _points(numbers: Iterator[int], count: int) -> Iterator[tuple[int, int]]:
    at = [0, 0]
    for _ in range(count):
        for axis in (0, 1):
            step = next(numbers, None)
            if step is None:
                raise StrokesError("The drawing is incomplete.")
            at[axis] += step >> 1 if step % 2 == 0 else -(step + 1 >> 1)
            if not -BEYOND <= at[axis] <= SHEET + BEYOND:
                raise StrokesError("The drawing is damaged.")
        yield at[0], at[1]
