"""Shapes, signs and scribbles of a pen that a network may learn as "no digit"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from capsnet.data.drawings.outlines import Rng, oval, regular, turned
from capsnet.data.pen import Strokes, curve


def _crossing(rng: Rng) -> Strokes:
    middle = rng.normal(0, 0.12, (2, 2))
    lines = [np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, -1.0], [0.0, 1.0]])]
    return turned([line + m for line, m in zip(lines, middle, strict=True)], rng)


def _arrow(rng: Rng) -> Strokes:
    reach = rng.uniform(0.3, 0.8)
    shaft = np.array([[0.0, -1.0], [0.0, 1.0]])
    return turned([shaft, np.array([[-reach, 1 - reach], [0.0, 1.0], [reach, 1 - reach]])], rng)


def _house(rng: Rng) -> Strokes:
    eaves, wide = rng.uniform(-0.4, 0.2), rng.uniform(0.5, 1)
    walls = np.array([[eaves, -wide], [1, -wide], [1, wide], [eaves, wide]])
    roof = np.array([[eaves, -wide], [-1, 0.0], [eaves, wide]])
    return [walls, roof, np.array([[eaves, -wide], [eaves, wide]])]


def _ladder(rng: Rng) -> Strokes:
    wide, rungs = rng.uniform(0.3, 0.8), rng.integers(1, 5)
    sides = [np.array([[-1, x], [1, x + rng.normal(0, 0.1)]]) for x in (-wide, wide)]
    rows = np.linspace(-0.7, 0.7, rungs) + rng.normal(0, 0.08, rungs)
    return turned([*sides, *(np.array([[y, -wide], [y, wide]]) for y in rows)], rng)


def _wander(rng: Rng) -> Strokes:
    return [curve(rng.uniform(-1, 1, (rng.integers(6, 13), 2))) for _ in range(rng.integers(1, 3))]


def _walk(rng: Rng) -> Strokes:
    steps = rng.normal(0, 1, (rng.integers(8, 20), 2))
    return [curve(np.cumsum(steps, axis=0))]


def _zigzag(rng: Rng) -> Strokes:
    count = rng.integers(5, 12)
    points = np.stack([np.tile([-1.0, 1.0], count)[:count], np.linspace(-1, 1, count)], 1)
    return turned([points * [rng.uniform(0.3, 1), 1] + rng.normal(0, 0.08, (count, 2))], rng)


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


def _blob(rng: Rng) -> Strokes:
    """A closed smooth outline with three to five bulges."""
    t = np.linspace(0, 2 * np.pi, 40)
    bulges, depth = rng.integers(3, 6), rng.uniform(0.25, 0.5)
    radius = (
        1 + depth * np.sin(bulges * t + rng.uniform(0, 6)) + 0.12 * np.sin(t + rng.uniform(0, 6))
    )
    return turned([np.stack([radius * np.cos(t), radius * np.sin(t)], 1)], rng)


def _face(rng: Rng) -> Strokes:
    eyes = [oval(rng, -0.3, x, 0.08, 0.08) for x in (-0.35, 0.35)]
    bend = rng.uniform(-0.3, 0.3)
    mouth = curve(np.array([[0.35, -0.45], [0.35 + bend, 0.0], [0.35, 0.45]]))
    return [oval(rng, 0, 0, rng.uniform(0.8, 1), 1), *eyes, mouth]


def _wheel(rng: Rng) -> Strokes:
    spokes = rng.integers(2, 5)
    angles = np.arange(spokes) * np.pi / spokes + rng.uniform(0, 3)
    across = [np.array([[-np.cos(a), -np.sin(a)], [np.cos(a), np.sin(a)]]) for a in angles]
    return [oval(rng, 0, 0, 1, 1), *across]


def _cloud(rng: Rng) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 60)
    puffs = rng.integers(5, 9)
    radius = 0.8 + 0.2 * np.abs(np.sin(puffs * t / 2 + rng.uniform(0, 3)))
    return [np.stack([0.65 * radius * np.cos(t), radius * np.sin(t)], 1)]


def _crescent(rng: Rng) -> Strokes:
    t = np.linspace(-2, 2, 20)
    outer = np.stack([np.sin(t), np.cos(t)], 1)
    inner = np.stack([np.sin(t), np.cos(t) * rng.uniform(-0.1, 0.6)], 1)[::-1]
    inner[:, 1] += outer[0, 1] - inner[-1, 1]
    return turned([np.concatenate([outer, inner])], rng)


def _kite(rng: Rng) -> Strokes:
    wide, cross = rng.uniform(0.4, 0.9), rng.uniform(-0.5, 0)
    corners = np.array([[-1, 0], [cross, wide], [1, 0], [cross, -wide], [-1, 0]])
    inside = [corners[[0, 2]], corners[[1, 3]]] if rng.random() < 0.5 else []
    return turned([corners, *inside], rng, 0.6)


def _box(rng: Rng) -> Strokes:
    """A rectangle with a line or two in it."""
    wide, high = rng.uniform(0.5, 1, 2)
    corners = np.array([[-high, -wide], [-high, wide], [high, wide], [high, -wide], [-high, -wide]])
    x, y = rng.uniform(-0.6, 0.6) * wide, rng.uniform(-0.6, 0.6) * high
    lines = [np.array([[-high, x], [high, x]]), np.array([[y, -wide], [y, wide]]), corners[[0, 2]]]
    chosen = rng.permutation(3)[: rng.integers(0, 3)]
    return [corners, *(lines[i] for i in chosen)]


def _grid_of_lines(rng: Rng) -> Strokes:
    places = np.linspace(-0.6, 0.6, rng.integers(2, 4)) + rng.normal(0, 0.05)
    slant = rng.normal(0, 0.12)
    down = [np.array([[-1.0, x + slant], [1.0, x - slant]]) for x in places]
    return [*down, *(np.array([[x, -1.0], [x, 1.0]]) for x in places)]


def _closed_corners(rng: Rng) -> Strokes:
    """A closed outline of straight pieces about its middle."""
    count = rng.integers(5, 10)
    angles = np.sort(rng.uniform(0, 2 * np.pi, count))
    radius = rng.uniform(0.25, 1, count)
    points = np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1)
    return [np.concatenate([points, points[:1]])]


def _tree(rng: Rng) -> Strokes:
    tiers = rng.integers(1, 4)
    trunk = np.array([[1.0, 0.0], [rng.uniform(0.2, 0.6), 0.0]])
    tops = np.linspace(-1, 0, tiers)
    crowns = [np.array([[y + 0.6, -0.6], [y, 0.0], [y + 0.6, 0.6], [y + 0.6, -0.6]]) for y in tops]
    return [trunk, *crowns]


def _flag(rng: Rng) -> Strokes:
    deep, wide = rng.uniform(0.5, 1), rng.uniform(0.6, 1.2)
    cloth = np.array([[-1, 0], [-1, wide], [deep - 1, wide], [deep - 1, 0]])
    if rng.random() < 0.4:  # a pennant
        cloth = np.array([[-1, 0], [deep / 2 - 1, wide], [deep - 1, 0]])
    return [np.array([[-1.0, 0.0], [1.0, 0.0]]), cloth * [1, rng.choice([-1, 1])]]


def _figure(rng: Rng) -> Strokes:
    """A person of sticks."""
    arms, legs = rng.uniform(-0.4, 0.4), rng.uniform(0.25, 0.6)
    body = np.array([[-0.45, 0.0], [0.3, 0.0]])
    limbs = [np.array([[-0.2 + arms, -0.6], [-0.15, 0], [-0.2 + arms, 0.6]])]
    limbs.append(np.array([[1.0, -legs], [0.3, 0.0], [1.0, legs]]))
    return [oval(rng, -0.72, 0, 0.26, 0.27), body, *limbs]


def _flower(rng: Rng) -> Strokes:
    petals = rng.integers(4, 7)
    t = np.linspace(0, 2 * np.pi, 60)
    radius = np.abs(np.cos(petals * t / 2)) * 0.8 + 0.2
    return [np.stack([radius * np.cos(t), radius * np.sin(t)], 1), oval(rng, 0, 0, 0.2, 0.2)]


LEARNED: Mapping[str, Callable[[Rng], Strokes]] = {
    "triangle": lambda rng: turned([regular(3, rng)], rng),
    "square": lambda rng: turned([regular(4, rng)], rng),
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
    "blob": _blob,
    "face": _face,
    "wheel": _wheel,
    "cloud": _cloud,
    "crescent": _crescent,
    "kite": _kite,
    "box": _box,
    "grid": _grid_of_lines,
    "closed corners": _closed_corners,
    "tree": _tree,
    "flag": _flag,
    "stick figure": _figure,
    "flower": _flower,
}
"""By its name, what draws each kind's strokes."""
