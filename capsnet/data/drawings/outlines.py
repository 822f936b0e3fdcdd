"""Outlines that several kinds of drawings are made of."""

from __future__ import annotations

import numpy as np

from capsnet.data.pen import Strokes

Rng = np.random.Generator


def turned(strokes: Strokes, rng: Rng, most: float = np.pi) -> Strokes:
    """Strokes (K, 2) made narrower or flatter, then turned by up to `most` radians."""
    angle = rng.uniform(-most, most)
    stretch = np.diag(rng.uniform(0.6, 1, 2))
    cos, sin = np.cos(angle), np.sin(angle)
    return [stroke @ stretch @ np.array([[cos, -sin], [sin, cos]]) for stroke in strokes]


def regular(sides: int, rng: Rng, step: int = 1) -> np.ndarray:
    """The corners of a polygon in the order of a pen, closed, (sides + 1, 2)."""
    angles = np.arange(sides + 1) * step * 2 * np.pi / sides
    return np.stack([-np.cos(angles), np.sin(angles)], 1) + rng.normal(0, 0.07, (sides + 1, 2))


def oval(rng: Rng, rows: float, columns: float, wide: float, high: float) -> np.ndarray:
    """A closed oval about a centre, (20, 2)."""
    t = np.linspace(0, 2 * np.pi, 20) + rng.uniform(0, 6)
    return np.stack([rows + high * np.cos(t), columns + wide * np.sin(t)], 1)
