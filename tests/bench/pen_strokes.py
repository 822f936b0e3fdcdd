"""How well a network reads the pen strokes of other hands.

    python -m tests.bench.pen_strokes pendigits-orig.tes [CHECKPOINT ...]

The file is of the UCI data set "Pen-Based Recognition of Handwritten Digits" (E. Alpaydin,
F. Alimoglu; CC BY 4.0), in its UNIPEN form, where the pen's ups and downs are kept: 3,498 digits of
14 writers from Turkey. No network here was trained on it or chosen by it. The strokes are written
by the explorer's pen and brought to MNIST's size as a visitor's drawing is.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np

from tests.bench.outside import print_accuracy

PEN = 45
"""Width of the pen for a digit that is some 700 units tall, as on Draw."""

TALL = 700
"""Units of a sheet's 1000 that a digit's longer side takes."""

_SEGMENT = re.compile(r'\.SEGMENT DIGIT .* "(\d)"')


def strokes(path: str | Path) -> tuple[list[list[np.ndarray]], np.ndarray]:
    """Each digit's strokes, (K, 2) x and y upwards, and the classes, (N,).

    Args:
        path: a UNIPEN file.
    """
    digits: list[list[np.ndarray]] = []
    labels: list[int] = []
    points: list[tuple[int, int]] = []
    for line in Path(path).read_text("ascii").splitlines():
        if begun := _SEGMENT.match(line):
            labels.append(int(begun[1]))
            digits.append([])
        elif line.startswith(".PEN_DOWN"):
            points = []
        elif line.startswith(".PEN_UP") and points:
            digits[-1].append(np.array(points))
        elif line and not line.startswith(".") and digits:
            x, y = map(int, line.split())
            points.append((x, y))
    return digits, np.array(labels)


def read(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """The digits as a visitor's own would reach the network, and their classes.

    Returns:
        (N, 28, 28, 1) float32 in [0, 1], and (N,) int.
    """
    digits, labels = strokes(path)
    return np.stack([_drawn(digit) for digit in digits]), labels


def _drawn(digit: list[np.ndarray]) -> np.ndarray:
    from capsnet.data.normalisation import normalise
    from capsnet.data.strokes import Stroke, draw

    points = np.concatenate(digit)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = TALL / max((high - low).max(), 1)
    placed = [
        np.rint((stroke - low) * [scale, -scale] + [150, 850]).astype(int) for stroke in digit
    ]
    return normalise(draw([Stroke(PEN, [(int(x), int(y)) for x, y in one]) for one in placed]))


if __name__ == "__main__":
    print_accuracy(*read(sys.argv[1]), sys.argv[2:])
