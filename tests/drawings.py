"""The ten digits as a pen writes them, for whoever draws on the pad."""

from __future__ import annotations

import math

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
