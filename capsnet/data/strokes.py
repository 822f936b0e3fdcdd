"""Strokes of a pen: a compact form that travels, and the ink they leave.

A sheet is a square of 1000 x 1000 units, x to the right and y down. Packed, each stroke is its
width, its number of points, and every point's step from the one before (the first from the
sheet's corner), all as variable-length whole numbers: seven bits a byte, low bits first, the
eighth bit set where more follow; steps in zigzag order (0, -1, 1, -2, ...). A digit takes some
300 bytes. `dashboard/static/draw_pad/strokes.js` writes and reads the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

SHEET = 1000
BEYOND = 200
"""A pen may leave the sheet by so many units; the pad moves farther points to there."""

MAX_POINTS = 20_000
MAX_WIDTH = 400
INK_SIDE = 280
_SUPERSAMPLED = 2


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
        StrokesError: if they are damaged, or more than 20,000 points.
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
    return strokes


def draw(strokes: Iterable[Stroke], side: int = INK_SIDE) -> np.ndarray:
    """The ink that strokes leave on a sheet.

    Args:
        strokes: in any order; ink does not darken where they cross.
        side: of the result, in pixels.

    Returns:
        (side, side) uint8, 0 for paper and 255 for ink, antialiased.
    """
    big = side * _SUPERSAMPLED
    sheet = Image.new("L", (big, big))
    pen = ImageDraw.Draw(sheet)
    for stroke in strokes:
        width = max(1, round(stroke.width * big / SHEET))
        points = [(x * big / SHEET, y * big / SHEET) for x, y in stroke.points]
        pen.line(points, fill=255, width=width)
        for x, y in points:  # round joints and ends
            r = width / 2
            pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return np.asarray(sheet.reduce(_SUPERSAMPLED))


def extent(strokes: Iterable[Stroke]) -> int:
    """The longer side, in units, of the box that the pen's points lie in; 0 for a dot."""
    points = np.array([point for stroke in strokes for point in stroke.points] or [(0, 0)])
    return int(np.ptp(points, axis=0).max())


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
