"""How a decoded digit is drawn, in numbers: thickness, slant, width, height, size, position.

All but the thickness are image moments (M.-K. Hu, 1962) of the ink. Moments cannot tell a thick
stroke from a wide letter, so that the thickness comes from area and outline instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HAZE = 0.1
"""Ink below this is the decoder's haze, which would pull every moment to the middle."""

LEAST_INK = 5.0
"""A picture with less ink, in full pixels, shows nothing that could be measured."""

UNIFORM = np.sqrt(12.0)
"""The width of a uniform bar in standard deviations of its ink."""


@dataclass(frozen=True)
class Measure:
    """One of the numbers that `measure` gives.

    Attributes:
        name: as a visitor reads it.
        unit: `"px"` of a 28 px picture, or degrees.
        more: what a picture with more of it looks like, in one or two words.
        less: the same for less of it.
        visible: the least change that can be seen, in its unit.
    """

    name: str
    unit: str
    more: str
    less: str
    visible: float


MEASURES = (
    Measure("thickness", "px", "thicker", "thinner", 0.75),
    Measure("slant", "°", "leaning right", "leaning left", 15.0),
    Measure("width", "px", "wider", "narrower", 2.5),
    Measure("height", "px", "taller", "shorter", 2.5),
    Measure("size", "px", "larger", "smaller", 2.5),
    Measure("position x", "px", "further right", "further left", 1.5),
    Measure("position y", "px", "lower", "higher", 1.5),
)
"""The last axis of what `measure` gives, in this order."""


def measure(pictures: np.ndarray) -> np.ndarray:
    """Measure pictures.

    With the ink's central moments m_xx, m_xy, m_yy (x to the right, y down):

    - thickness: 2 area / outline, the width of a long stroke; the outline is the length of the
      ink's gradient, summed, so that it is the same for faint and for dark ink.
    - slant: atan(-m_xy / m_yy), 0 for upright, positive for leaning to the right.
    - width: of the uniform bar with the variance that is left across when the slant is undone,
      m_xx - m_xy^2 / m_yy. So a digit that leans over is not called wide.
    - height: of the uniform bar with the variance m_yy.
    - size: the square root of width times height.
    - position: the ink's centre, from the picture's middle to the right and down.

    Args:
        pictures: (..., H, W) float in [0, 1], 1 for ink.

    Returns:
        (..., 7) float64 in the order and units of `MEASURES`; NaN for a picture with less ink
        than `LEAST_INK`, and for the width and size of ink in one row alone.
    """
    ink = np.clip((np.asarray(pictures, np.float32) - HAZE) / (1 - HAZE), 0, None)
    area = ink.sum((-2, -1), dtype=float)  # (...)
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y, xx, xy, yy = (moment / area for moment in _raw_moments(ink))
        m_xx, m_xy, m_yy = xx - x * x, xy - x * y, yy - y * y
        width = UNIFORM * np.sqrt(np.maximum(m_xx - m_xy**2 / m_yy, 0))
        height = UNIFORM * np.sqrt(np.maximum(m_yy, 0))
        slant = np.degrees(np.arctan2(-m_xy, m_yy))
        thickness = 2 * area / _outline(ink)
        measured = [thickness, slant, width, height, np.sqrt(width * height), x, y]
    return np.where((area >= LEAST_INK)[..., None], np.stack(measured, -1), np.nan)


def _raw_moments(ink: np.ndarray) -> tuple[np.ndarray, ...]:
    """Sums of ink times x, y, x^2, xy, y^2, from the picture's middle; each (...)."""
    rows, columns = (np.arange(n, dtype=float) - (n - 1) / 2 for n in ink.shape[-2:])
    across = ink @ np.stack([np.ones_like(columns), columns, columns**2], -1)  # (..., H, 3)
    table = np.stack([np.ones_like(rows), rows, rows**2]) @ across  # (..., 3, 3): powers of y, x
    return table[..., 0, 1], table[..., 1, 0], table[..., 0, 2], table[..., 1, 1], table[..., 2, 0]


def _outline(ink: np.ndarray) -> np.ndarray:
    """The length of the ink's edges, in full steps from paper to ink, (...)."""
    framed = np.pad(ink, [(0, 0)] * (ink.ndim - 2) + [(1, 1), (1, 1)])
    corners = framed[..., :-1, :-1], framed[..., :-1, 1:], framed[..., 1:, :-1], framed[..., 1:, 1:]
    top_left, top_right, bottom_left, bottom_right = corners
    down = bottom_left + bottom_right - top_left - top_right
    across = top_right + bottom_right - top_left - bottom_left
    return np.hypot(across, down).sum((-2, -1), dtype=float) / 2
