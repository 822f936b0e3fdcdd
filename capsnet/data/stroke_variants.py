"""Ones with an upstroke, sevens with a bar: much of the world writes them, and MNIST lacks them.

Most of MNIST's writers were American: its ones are a plain line and few of its sevens are crossed,
so that a network trained on them takes other people's ones for sevens or fours.
"""

from __future__ import annotations

import numpy as np

ONE, SEVEN = 1, 7
INK = 0.3
"""From here on a pixel counts as part of the digit's box."""


def flourished(
    images: np.ndarray, labels: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """Give some ones an upstroke, and some of these a foot; and some sevens a bar.

    The strokes are as wide as the digit's own, and the digit is moved by whole pixels so that its
    centre of mass stays where it was.

    Args:
        images: (N, H, W) uint8, of digits.
        labels: (N,), their classes.
        share: how many of the ones and sevens, 0 to 1.
        rng: draws which, and the strokes.

    Returns:
        (N, H, W) uint8.
    """
    if not share:
        return images
    chosen = rng.random(len(images)) < share
    result = images.copy()
    for digit, strokes in ((ONE, _upstrokes), (SEVEN, _bars)):
        which = np.flatnonzero(chosen & (labels == digit) & images.any(axis=(1, 2)))
        if not len(which):
            continue
        ink = images[which] / 255.0
        added = np.maximum(ink, strokes(ink, rng))
        result[which] = np.rint(_centred_like(added, ink) * 255).astype(np.uint8)
    return result


def line(
    shape: tuple[int, int], start: np.ndarray, end: np.ndarray, width: np.ndarray
) -> np.ndarray:
    """Straight strokes with round ends.

    Args:
        shape: rows and columns of the images.
        start: (N, 2), row and column in pixels.
        end: (N, 2), likewise.
        width: (N,), in pixels.

    Returns:
        (N, H, W) float in [0, 1].
    """
    places = np.moveaxis(np.mgrid[: shape[0], : shape[1]], 0, -1)[None]  # (1, H, W, 2)
    from_start = places - start[:, None, None]
    along = (end - start)[:, None, None]
    share = (from_start * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-9)
    nearest = np.clip(share, 0, 1)[..., None] * along
    distance = np.sqrt(np.square(from_start - nearest).sum(-1))
    return np.clip(width[:, None, None] / 2 + 0.5 - distance, 0, 1)


def _upstrokes(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n, shape = len(ink), ink.shape[1:]
    top, bottom, width = _box(ink)
    height = bottom - top
    head = np.stack([top, _column_at(ink, top)], axis=1)
    down = rng.uniform(0.15, 0.45, n) * height
    left = down * rng.uniform(0.3, 1, n)  # a flatter stroke would make it a seven
    strokes = line(shape, head, head + np.stack([down, -left], axis=1), width)
    foot = np.stack([bottom, _column_at(ink, bottom)], axis=1)
    reach = rng.uniform(2, 5, (n, 1)) * [[0, 1]]
    feet = line(shape, foot - reach, foot + reach, width)
    return np.maximum(strokes, feet * (rng.random(n) < 0.3)[:, None, None])


def _bars(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n, shape = len(ink), ink.shape[1:]
    top, bottom, width = _box(ink)
    row = top + rng.uniform(0.4, 0.65, n) * (bottom - top)
    middle = np.stack([row, _column_at(ink, row)], axis=1)
    reach = rng.uniform(2.5, 5.5, n)
    half = np.stack([reach * rng.uniform(-0.25, 0.15, n), reach], axis=1)
    return line(shape, middle - half, middle + half, width * 0.9)


def _box(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and last row with ink, and about how wide the strokes are: (N,) each, in pixels."""
    rows, columns = np.any(ink > INK, axis=2), np.any(ink > INK, axis=1)
    top, bottom = rows.argmax(axis=1), rows.shape[1] - 1 - rows[:, ::-1].argmax(axis=1)
    length = (bottom - top + 1) + 0.6 * columns.sum(axis=1)
    return top + 0.5, bottom - 0.5, np.clip(ink.sum(axis=(1, 2)) / length, 1.2, 4.0)


def _column_at(ink: np.ndarray, row: np.ndarray) -> np.ndarray:
    """The mean column of the ink in the three rows around `row`, (N,)."""
    near = np.abs(np.arange(ink.shape[1])[None] - row[:, None]) <= 1.5
    band = ink * near[:, :, None] + 1e-9
    return (band * np.arange(ink.shape[2])).sum(axis=(1, 2)) / band.sum(axis=(1, 2))


def _centred_like(ink: np.ndarray, model: np.ndarray) -> np.ndarray:
    """`ink` moved by whole pixels until its centre of mass is that of `model`."""
    steps = np.rint(_centre(model) - _centre(ink)).astype(int)
    return np.stack([_moved(image, *step) for image, step in zip(ink, steps, strict=True)])


def _centre(ink: np.ndarray) -> np.ndarray:
    mass = ink.sum(axis=(1, 2))
    down = (ink.sum(axis=2) * np.arange(ink.shape[1])).sum(axis=1)
    right = (ink.sum(axis=1) * np.arange(ink.shape[2])).sum(axis=1)
    return np.stack([down, right], axis=1) / mass[:, None]


def _moved(image: np.ndarray, down: int, right: int) -> np.ndarray:
    margin = max(abs(down), abs(right))
    padded = np.pad(image, margin)
    height, width = image.shape
    return padded[margin - down :, margin - right :][:height, :width]
