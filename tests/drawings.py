"""Digits as a pen writes them on the pad."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from capsnet.data.bundled import load_bundled
from capsnet.data.strokes import INK_SIDE

EDGE = 2
"""How many times finer than its result ink is drawn, for a smooth edge."""

Point = tuple[float, float]
"""A place on the pad: x to the right and y down, both 0 to 1."""


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Part of an ellipse, angles in degrees, clockwise from the right."""
    turns = [math.radians(start + (end - start) * k / 16) for k in range(17)]
    return [(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns]


DIGITS: dict[int, list[list[Point]]] = {
    0: [arc(0.5, 0.5, 0.18, 0.29, -90, 270)],
    1: [[(0.53, 0.2), (0.48, 0.8)]],
    2: [[*arc(0.48, 0.34, 0.17, 0.15, 190, 380), (0.36, 0.78), (0.7, 0.76)]],
    3: [[*arc(0.47, 0.35, 0.16, 0.14, 200, 430), *arc(0.47, 0.64, 0.18, 0.16, -80, 150)]],
    4: [[(0.38, 0.22), (0.34, 0.52), (0.68, 0.5)], [(0.63, 0.24), (0.57, 0.8)]],
    5: [[(0.66, 0.22), (0.42, 0.23), (0.39, 0.46), *arc(0.49, 0.61, 0.17, 0.17, -110, 150)]],
    6: [[(0.58, 0.18), (0.43, 0.38), *arc(0.5, 0.64, 0.15, 0.16, 190, 560)]],
    7: [[(0.32, 0.26), (0.67, 0.23), (0.58, 0.45), (0.46, 0.8)]],
    8: [[*arc(0.5, 0.35, 0.13, 0.14, 90, 450), *arc(0.5, 0.65, 0.16, 0.16, -90, 270)]],
    9: [[*arc(0.49, 0.37, 0.15, 0.15, 0, -360), (0.62, 0.6), (0.55, 0.82)]],
}


def redrawn(image: np.ndarray, random: np.random.Generator, sharp: bool = True) -> np.ndarray:
    """A digit of MNIST as the pad would deliver it: larger, elsewhere, and drawn with a pen.

    Args:
        image: (28, 28) uint8, 255 for ink.
        random: where it comes to lie on the sheet, and how large it is.
        sharp: with a pen's edge, ink or none; else as blurred as the image is.

    Returns:
        Ink, (280, 280) uint8.
    """
    rows, columns = (np.flatnonzero(image.any(axis)) for axis in (1, 0))
    digit = Image.fromarray(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    longest = random.uniform(0.4, 0.95) * INK_SIDE * EDGE  # drawn larger, as the pad's ink is
    scale = longest / max(digit.size)
    size = [max(1, round(side * scale)) for side in digit.size]
    large = np.asarray(digit.resize(size, Image.Resampling.BICUBIC))
    if sharp:
        large = np.where(large >= 128, 255, 0).astype(np.uint8)
    sheet = np.zeros((INK_SIDE * EDGE, INK_SIDE * EDGE), np.uint8)
    top, left = (random.integers(0, INK_SIDE * EDGE - side + 1) for side in large.shape)
    sheet[top : top + large.shape[0], left : left + large.shape[1]] = large
    return np.asarray(Image.fromarray(sheet).reduce(EDGE))


def sevens_ink(side: int = 200) -> np.ndarray:
    """A bundled 7 in the upper left of a larger sheet, uint8."""
    digits = load_bundled()
    seven = Image.fromarray(digits.images[..., 0][int(np.flatnonzero(digits.labels == 7)[0])])
    sheet = np.zeros((side * 2, side * 2), np.uint8)
    large = np.asarray(seven.resize((side, side), Image.Resampling.BICUBIC))
    sheet[20 : side + 20, 20 : side + 20] = large
    return sheet


def alike(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two images differ by less than 0.02 a pixel, on average."""
    return float(np.abs(a - b).mean()) < 0.02
