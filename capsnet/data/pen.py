"""A pen for many small pictures at once: polylines in, ink of MNIST's size and place out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SIDE, BOX = 28, 20
POINTS_A_PIECE = 4
"""Straight pieces that a curve between two of its points is drawn with."""

Strokes = Sequence[np.ndarray]
"""The strokes of one picture: each (K, 2), row and column in any unit, K at least 1."""


def curve(points: np.ndarray) -> np.ndarray:
    """A smooth line through points, by Catmull and Rom's cubic.

    Args:
        points: (K, 2).

    Returns:
        (4 (K - 1) + 1, 2); the points themselves if they are fewer than three.
    """
    points = np.asarray(points, float)
    if len(points) < 3:
        return points
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = (np.arange(POINTS_A_PIECE) / POINTS_A_PIECE)[:, None, None]
    a, b, c, d = (padded[i : len(padded) - 3 + i][None] for i in range(4))
    smooth = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3
    )
    return np.concatenate([smooth.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])


def written(
    pictures: Sequence[Strokes], width: np.ndarray, box: np.ndarray | None = None
) -> np.ndarray:
    """Write strokes at the size and place that MNIST's digits have.

    The longest side of what is written fills `box` pixels, and its centre of mass lies in the
    middle of 28 x 28, or as near as it fits.

    Args:
        pictures: N of them.
        width: (N,), of each one's pen, in pixels.
        box: (N,), the longest side in pixels; None for MNIST's 20.

    Returns:
        (N, 28, 28) float32 in [0, 1].
    """
    if not len(pictures):
        return np.zeros((0, SIDE, SIDE), np.float32)
    boxes = np.full(len(pictures), float(BOX)) if box is None else box
    each = zip(pictures, width, boxes, strict=True)
    return np.stack([_inked(_placed(*one).astype(np.float32), one[1]) for one in each])


def _inked(pieces: np.ndarray, width: float) -> np.ndarray:
    """The ink of straight pieces (P, 2, 2) of one width, (28, 28)."""
    start, along = pieces[:, 0, :, None], pieces[:, 1, :, None] - pieces[:, 0, :, None]
    rows, columns = _PLACES[0] - start[:, 0], _PLACES[1] - start[:, 1]  # (P, 784)
    share = rows * along[:, 0]
    share += columns * along[:, 1]
    share /= np.maximum(np.square(along).sum(1), 1e-9)
    np.clip(share, 0, 1, out=share)
    rows -= share * along[:, 0]
    columns -= share * along[:, 1]
    rows *= rows
    columns *= columns
    rows += columns
    distance = np.sqrt(rows.min(axis=0))
    return np.clip(np.float32(width / 2 + 0.5) - distance, 0, 1).reshape(SIDE, SIDE)


_PLACES = np.mgrid[:SIDE, :SIDE].reshape(2, -1).astype(np.float32)


def _placed(strokes: Strokes, width: float, box: float) -> np.ndarray:
    """The straight pieces of strokes, (P, 2, 2): start and end, row and column in pixels."""
    pieces = np.concatenate(
        [np.stack([s[:-1], s[1:]], 1) if len(s) > 1 else np.stack([s, s], 1) for s in strokes]
    )
    low, high = pieces.min((0, 1)), pieces.max((0, 1))
    scale = (box - width) / max((high - low).max(), 1e-6)
    pieces = (pieces - low) * scale
    length = np.linalg.norm(pieces[:, 1] - pieces[:, 0], axis=-1) + 1e-3
    centre = (pieces.mean(1) * length[:, None]).sum(0) / length.sum()
    middle = (SIDE - 1) / 2
    reach = (high - low) * scale
    corner = np.clip(middle - centre, width / 2 - 0.5, SIDE - 0.5 - width / 2 - reach)
    return pieces + corner
