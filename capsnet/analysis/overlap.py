"""Two digits on one sheet, one over the other, as the paper's MultiMNIST (section 6) lays them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Pairs(NamedTuple):
    """Which images are laid over which.

    Attributes:
        second: for each image the place of the one that is laid over it, (N,) int, of another
            class.
        shifts: how far the two go, in whole pixels down and right, (N, 2, 2) int.
    """

    second: np.ndarray
    shifts: np.ndarray


def draw_pairs(labels: np.ndarray, pixels: int, rng: np.random.Generator) -> Pairs:
    """Draw for each image one of another class, and shifts for both.

    Args:
        labels: (N,) int, of at least two classes.
        pixels: largest shift along each axis (the paper: 4).
        rng: draws them.

    Raises:
        ValueError: if all images are of one class.
    """
    if len(np.unique(labels)) < 2:
        raise ValueError("Expected images of at least two classes. Received: one class")
    second = rng.integers(0, len(labels), len(labels))
    while (same := labels[second] == labels).any():
        second[same] = rng.integers(0, len(labels), int(same.sum()))
    return Pairs(second, rng.integers(-pixels, pixels + 1, (len(labels), 2, 2)))


def move(image: np.ndarray, down: int, right: int) -> np.ndarray:
    """An image (H, W, C) moved by whole pixels; paper, 0, comes in."""
    height, width = image.shape[:2]
    moved = np.zeros_like(image)
    rows, columns = height - abs(down), width - abs(right)
    if rows > 0 and columns > 0:
        to = slice(max(0, down), max(0, down) + rows), slice(max(0, right), max(0, right) + columns)
        of = (
            slice(max(0, -down), max(0, -down) + rows),
            slice(max(0, -right), max(0, -right) + columns),
        )
        moved[to] = image[of]
    return moved


def laid_over(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Two images on one sheet: their ink adds up, to black at most; any shape, in [0, 1]."""
    return np.minimum(first + second, 1).astype(first.dtype, copy=False)


def pixel_owners(first: np.ndarray, second: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """Which pixels of the ink each of two capsules claims by what it draws.

    Args:
        first: the one's reconstruction, (H, W, C) in [0, 1].
        second: the other's.
        ink: the sheet.

    Returns:
        Shares of the ink that go to the first and to the second, (H, W, C, 2); where neither
        draws, none goes to either.
    """
    drawn = np.stack([first, second], -1)
    total = drawn.sum(-1, keepdims=True)
    return ink[..., None] * np.where(total > 1, drawn / np.maximum(total, 1), drawn)


def both_found(lengths: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Whether the two longest capsules are those of the two digits, (N,) bool.

    Args:
        lengths: (N, J).
        first: classes, (N,) int.
        second: others, (N,) int.
    """
    two = np.argsort(lengths, axis=-1)[:, -2:]
    wanted = np.sort(np.stack([first, second], -1), axis=-1)
    return (np.sort(two, axis=-1) == wanted).all(-1)
