"""Pictures that show no digit: textures, letters, signs, shapes, scribbles, digits that are none.

A capsule network can answer "none of them"; a network has to be asked it to learn it. Which kinds
a network may learn from and which are held back for measuring is decided here by name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import numpy as np

from capsnet.assets import ASSETS
from capsnet.data.drawings import DRAWINGS, Use
from capsnet.data.pen import BOX, SIDE, written

LETTERS = ASSETS / "letters" / "letters.npz"

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
