"""Pictures that show no digit: textures, letters, signs, shapes, scribbles, digits that are none.

A capsule network can answer "none of them"; a network has to be asked it to learn it. Which kinds
a network may learn from and which are held back for measuring is decided here by name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from capsnet.assets import ASSETS
from capsnet.data.pen import BOX, SIDE, Strokes, curve, written

LETTERS = ASSETS / "letters" / "letters.npz"

Use = Literal["train", "test"]

Rng = np.random.Generator


def textures(count: int, rng: Rng, kinds: tuple[str, ...] | None = None) -> np.ndarray:
    """Pictures without a line: blank, full, grey, noise, gradients, checkerboards, stripes.

    Args:
        count: N.
        rng: draws kinds and amounts.
        kinds: names in `TEXTURES`; None for all.

    Returns:
        (N, 28, 28) float32 in [0, 1].
    """
    names = kinds or tuple(TEXTURES)
    made = [TEXTURES[names[rng.integers(len(names))]](rng) for _ in range(count)]
    return np.clip(np.array(made, np.float32).reshape(-1, SIDE, SIDE), 0, 1)


def drawings(count: int, rng: Rng, use: Use = "train", kind: str | None = None) -> np.ndarray:
    """Shapes and scribbles of a pen.

    Args:
        count: N.
        rng: draws kinds, forms and pens.
        use: `"train"` for `DRAWINGS["train"]`, `"test"` for the kinds that are held back.
        kind: one of these; None for all.

    Returns:
        (N, 28, 28) float32 in [0, 1].
    """
    known = DRAWINGS[use]
    names = tuple(known) if kind is None else (kind,)
    strokes = [known[names[rng.integers(len(names))]](rng) for _ in range(count)]
    small = rng.random(count) < 0.2
    box = np.where(small, rng.uniform(8, 26, count), float(BOX))
    return written(strokes, rng.uniform(1.5, 3.8, count), box)


@functools.cache
def _bundled() -> dict[str, np.ndarray]:
    with np.load(LETTERS, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def letters(use: Use = "train", known_letters: bool = False) -> np.ndarray:
    """Letters and signs of fonts, none of them a digit to a reader.

    Args:
        use: `"train"`: letters and fonts to learn from; `"test"`: letters that are held back, of
            fonts that are held back.
        known_letters: with `"test"`, the letters to learn from, of fonts that are held back.

    Returns:
        (N, 28, 28) uint8.
    """
    arrays = _bundled()
    fonts = arrays["font_is_held_out"] == (use == "test")
    characters = arrays["character_is_held_out"] == (use == "test" and not known_letters)
    return arrays["images"][fonts & characters]


def spoilt(images: np.ndarray, labels: np.ndarray, use: Use = "train") -> np.ndarray:
    """Digits that are none any more: 3, 4 and 7 upside down; held back, 4 and 7 mirrored.

    The others stay out: upside down 0, 1, 8 are themselves, 6 and 9 each other, 2 and 5 nearly
    themselves; mirrored, 2 and 5 resemble each other, and 3, 6 and 9 letters of no fixed form.

    Args:
        images: (N, 28, 28), of digits.
        labels: (N,), their classes.
        use: which of the two.

    Returns:
        (M, 28, 28), of those N that have such a picture.
    """
    if use == "train":
        return images[np.isin(labels, (3, 4, 7))][:, ::-1, ::-1]
    return images[np.isin(labels, (4, 7))][:, :, ::-1]


def _grid() -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return rows, columns


def _direction(rng: Rng) -> np.ndarray:
    rows, columns = _grid()
    angle = rng.uniform(0, 2 * np.pi)
    return np.cos(angle) * (rows - 13.5) + np.sin(angle) * (columns - 13.5)


def _gradient(rng: Rng) -> np.ndarray:
    along = _direction(rng)
    low, high = rng.uniform(0, 1, 2)
    return low + (high - low) * (along - along.min()) / np.ptp(along)


def _checkerboard(rng: Rng) -> np.ndarray:
    rows, columns = _grid()
    side, down, right = rng.integers(1, 8), *rng.integers(0, 14, 2)
    return (((rows + down) // side + (columns + right) // side) % 2) * rng.uniform(0.4, 1)


def _stripes(rng: Rng) -> np.ndarray:
    return (np.sin(_direction(rng) * rng.uniform(0.5, 3)) > rng.uniform(-0.5, 0.5)) * 1.0


TEXTURES: Mapping[str, Callable[[Rng], np.ndarray]] = {
    "blank": lambda rng: np.zeros((SIDE, SIDE)),
    "full": lambda rng: np.ones((SIDE, SIDE)),
    "grey": lambda rng: np.full((SIDE, SIDE), rng.uniform(0, 1)),
    "uniform noise": lambda rng: rng.uniform(0, 1, (SIDE, SIDE)) * rng.uniform(0.2, 1),
    "normal noise": lambda rng: rng.normal(rng.uniform(0, 0.6), 0.25, (SIDE, SIDE)),
    "specks": lambda rng: (rng.random((SIDE, SIDE)) < rng.uniform(0.002, 0.5)) * 1.0,
    "gradient": _gradient,
    "checkerboard": _checkerboard,
    "stripes": _stripes,
}
"""Each makes one picture, (28, 28)."""


def _turned(strokes: Strokes, rng: Rng, most: float = np.pi) -> Strokes:
    angle = rng.uniform(-most, most)
    stretch = np.diag(rng.uniform(0.6, 1, 2))
    cos, sin = np.cos(angle), np.sin(angle)
    return [stroke @ stretch @ np.array([[cos, -sin], [sin, cos]]) for stroke in strokes]


def _regular(sides: int, rng: Rng, step: int = 1) -> np.ndarray:
    """The corners of a polygon in the order of a pen, closed, (sides + 1, 2)."""
    angles = np.arange(sides + 1) * step * 2 * np.pi / sides
    return np.stack([-np.cos(angles), np.sin(angles)], 1) + rng.normal(0, 0.07, (sides + 1, 2))


def _crossing(rng: Rng) -> Strokes:
    middle = rng.normal(0, 0.12, (2, 2))
    lines = [np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, -1.0], [0.0, 1.0]])]
    return _turned([line + m for line, m in zip(lines, middle, strict=True)], rng)


def _arrow(rng: Rng) -> Strokes:
    reach = rng.uniform(0.3, 0.8)
    shaft = np.array([[0.0, -1.0], [0.0, 1.0]])
    return _turned([shaft, np.array([[-reach, 1 - reach], [0.0, 1.0], [reach, 1 - reach]])], rng)


def _house(rng: Rng) -> Strokes:
    eaves, wide = rng.uniform(-0.4, 0.2), rng.uniform(0.5, 1)
    walls = np.array([[eaves, -wide], [1, -wide], [1, wide], [eaves, wide]])
    roof = np.array([[eaves, -wide], [-1, 0.0], [eaves, wide]])
    return [walls, roof, np.array([[eaves, -wide], [eaves, wide]])]


def _ladder(rng: Rng) -> Strokes:
    wide, rungs = rng.uniform(0.3, 0.8), rng.integers(1, 5)
    sides = [np.array([[-1, x], [1, x + rng.normal(0, 0.1)]]) for x in (-wide, wide)]
    rows = np.linspace(-0.7, 0.7, rungs) + rng.normal(0, 0.08, rungs)
    return _turned([*sides, *(np.array([[y, -wide], [y, wide]]) for y in rows)], rng)


def _wander(rng: Rng) -> Strokes:
    return [curve(rng.uniform(-1, 1, (rng.integers(6, 13), 2))) for _ in range(rng.integers(1, 3))]


def _walk(rng: Rng) -> Strokes:
    steps = rng.normal(0, 1, (rng.integers(8, 20), 2))
    return [curve(np.cumsum(steps, axis=0))]


def _zigzag(rng: Rng) -> Strokes:
    count = rng.integers(5, 12)
    points = np.stack([np.tile([-1.0, 1.0], count)[:count], np.linspace(-1, 1, count)], 1)
    return _turned([points * [rng.uniform(0.3, 1), 1] + rng.normal(0, 0.08, (count, 2))], rng)


def _lines(rng: Rng) -> Strokes:
    return [rng.uniform(-1, 1, (2, 2)) for _ in range(rng.integers(4, 9))]


def _corners(rng: Rng) -> Strokes:
    return [rng.uniform(-1, 1, (rng.integers(5, 10), 2))]


def _dots(rng: Rng) -> Strokes:
    return [rng.uniform(-1, 1, (1, 2)) for _ in range(rng.integers(1, 9))]


def _level(rng: Rng) -> Strokes:
    """One level line, or several above one another."""
    rows = np.arange(rng.integers(1, 4)) * rng.uniform(0.4, 0.9)
    return [np.array([[y, -1.0], [y + rng.normal(0, 0.1), 1.0]]) for y in rows]


def _spring(rng: Rng) -> Strokes:
    t = np.linspace(0, 2 * np.pi * rng.integers(3, 6), 40)
    size = rng.uniform(0.25, 0.45)
    return _turned([np.stack([size * np.sin(t), size * np.cos(t) + t * 0.06], 1)], rng)


def _hatching(rng: Rng) -> Strokes:
    count = rng.integers(4, 7)
    lines = [np.array([[-1.0, x], [1.0, x]]) for x in np.linspace(-0.8, 0.8, count)]
    return _turned([line + rng.normal(0, 0.06, (2, 2)) for line in lines], rng)


def _burst(rng: Rng) -> Strokes:
    angles = np.arange(rng.integers(5, 9)) * 2.4 + rng.uniform(0, 6)
    return [np.array([[0, 0], [np.sin(a), np.cos(a)]]) * rng.uniform(0.7, 1) for a in angles]


def _heart(rng: Rng) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 30)
    down = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16
    return _turned([np.stack([down, np.sin(t) ** 3], 1)], rng, 0.3)


def _envelope(rng: Rng) -> Strokes:
    wide = rng.uniform(0.7, 1.3)
    corners = np.array([[-1, -wide], [-1, wide], [1, wide], [1, -wide], [-1, -wide]])
    return [corners, corners[[0, 2]], corners[[1, 3]]]


DRAWINGS: Mapping[Use, Mapping[str, Callable[[Rng], Strokes]]] = {
    "train": {
        "triangle": lambda rng: _turned([_regular(3, rng)], rng),
        "square": lambda rng: _turned([_regular(4, rng)], rng),
        "crossing": _crossing,
        "arrow": _arrow,
        "house": _house,
        "ladder": _ladder,
        "wander": _wander,
        "walk": _walk,
        "zigzag": _zigzag,
        "lines": _lines,
        "corners": _corners,
        "dots": _dots,
        "level lines": _level,
    },
    "test": {
        "pentagon": lambda rng: _turned([_regular(5, rng)], rng),
        "star": lambda rng: _turned([_regular(5, rng, 2)], rng),
        "heart": _heart,
        "envelope": _envelope,
        "spring": _spring,
        "hatching": _hatching,
        "burst": _burst,
    },
}
"""By their use, what draws each kind's strokes."""
