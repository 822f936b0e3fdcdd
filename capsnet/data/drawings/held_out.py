"""Shapes of a pen that are held back: no network learns from them, none is chosen by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from capsnet.data.drawings.outlines import Rng, oval, regular, turned
from capsnet.data.pen import Strokes, curve


def _spring(rng: Rng) -> Strokes:
    t = np.linspace(0, 2 * np.pi * rng.integers(3, 6), 40)
    size = rng.uniform(0.25, 0.45)
    return turned([np.stack([size * np.sin(t), size * np.cos(t) + t * 0.06], 1)], rng)


def _hatching(rng: Rng) -> Strokes:
    count = rng.integers(4, 7)
    lines = [np.array([[-1.0, x], [1.0, x]]) for x in np.linspace(-0.8, 0.8, count)]
    return turned([line + rng.normal(0, 0.06, (2, 2)) for line in lines], rng)


def _burst(rng: Rng) -> Strokes:
    angles = np.arange(rng.integers(5, 9)) * 2.4 + rng.uniform(0, 6)
    return [np.array([[0, 0], [np.sin(a), np.cos(a)]]) * rng.uniform(0.7, 1) for a in angles]


def _heart(rng: Rng) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 30)
    down = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16
    return turned([np.stack([down, np.sin(t) ** 3], 1)], rng, 0.3)


def _envelope(rng: Rng) -> Strokes:
    wide = rng.uniform(0.7, 1.3)
    corners = np.array([[-1, -wide], [-1, wide], [1, wide], [1, -wide], [-1, -wide]])
    return [corners, corners[[0, 2]], corners[[1, 3]]]


def _crown(rng: Rng) -> Strokes:
    tips = rng.integers(3, 6)
    columns = np.linspace(-1, 1, 2 * tips - 1)
    rows = np.where(np.arange(2 * tips - 1) % 2 == 0, -0.7, 0.1) + rng.normal(0, 0.05)
    teeth = np.stack([rows, columns], 1)
    return [np.concatenate([teeth, [[0.7, 0.9], [0.7, -0.9]], teeth[:1]])]


def _lightning(rng: Rng) -> Strokes:
    outline = np.array(
        [[-1, 0.2], [0.1, -0.5], [0.1, 0.0], [1, -0.3], [-0.15, 0.5], [-0.15, 0.05], [-1, 0.2]]
    )
    return [outline + rng.normal(0, 0.06, outline.shape)]


def _umbrella(rng: Rng) -> Strokes:
    t = np.linspace(np.pi, 2 * np.pi, 16)
    roof = np.stack([np.sin(t) * rng.uniform(0.6, 0.9), np.cos(t)], 1)
    hook = curve(np.array([[0, 0], [0.8, 0], [1, -0.2], [0.8, -0.4]]))
    return [np.concatenate([roof, roof[:1]]), hook]


def _key(rng: Rng) -> Strokes:
    teeth = rng.uniform(0.2, 0.4)
    shaft = np.array([[-0.3, 0.0], [1.0, 0.0], [1.0, teeth]])
    second = np.array([[0.7, 0.0], [0.7, teeth]])
    return turned([oval(rng, -0.65, 0, 0.35, 0.35), shaft, second], rng)


def _fish(rng: Rng) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 30)
    body = np.stack([rng.uniform(0.35, 0.55) * np.sin(t), 0.7 * np.cos(t) - 0.25], 1)
    tail = np.array([[0.0, 0.4], [-0.45, 1.0], [0.45, 1.0], [0.0, 0.4]])
    side = np.array([1, rng.choice([-1, 1])])
    return [body * side, tail * side, oval(rng, -0.1, -0.6, 0.05, 0.05) * side]


def _leaf(rng: Rng) -> Strokes:
    t = np.linspace(-1, 1, 16)
    wide = rng.uniform(0.4, 0.7)
    edge = wide * (1 - t**2)
    outline = np.concatenate([np.stack([t, edge], 1), np.stack([t, -edge], 1)[::-1]])
    veins = [np.array([[y, -0.25], [y + 0.25, 0], [y, 0.25]]) for y in (-0.4, 0.0)]
    return turned([outline, np.array([[-1.0, 0.0], [1.4, 0.0]]), *veins], rng)


def _mug(rng: Rng) -> Strokes:
    narrow = rng.uniform(0.5, 0.7)
    cup = np.array([[-1, -0.7], [1, -narrow], [1, narrow], [-1, 0.7], [-1, -0.7]])
    handle = curve(np.array([[-0.6, 0.65], [-0.5, 1.2], [0.3, 1.2], [0.5, 0.6]]))
    return [cup, handle * [1, rng.choice([-1, 1])]]


def _anchor(rng: Rng) -> Strokes:
    t = np.linspace(0.2, np.pi - 0.2, 14)
    arms = np.stack([0.2 + 0.8 * np.sin(t), np.cos(t) * rng.uniform(0.7, 1)], 1)
    stock = np.array([[-0.5, -0.4], [-0.5, 0.4]])
    return [oval(rng, -0.85, 0, 0.15, 0.15), np.array([[-0.7, 0.0], [1.0, 0.0]]), stock, arms]


HELD_OUT: Mapping[str, Callable[[Rng], Strokes]] = {
    "pentagon": lambda rng: turned([regular(5, rng)], rng),
    "star": lambda rng: turned([regular(5, rng, 2)], rng),
    "heart": _heart,
    "envelope": _envelope,
    "spring": _spring,
    "hatching": _hatching,
    "burst": _burst,
    "crown": _crown,
    "lightning": _lightning,
    "umbrella": _umbrella,
    "key": _key,
    "fish": _fish,
    "leaf": _leaf,
    "mug": _mug,
    "anchor": _anchor,
}
"""By its name, what draws each kind's strokes."""
