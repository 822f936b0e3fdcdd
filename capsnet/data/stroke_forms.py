"""Whole forms of 1, 4, 7 and 9 as the world writes them, drawn by a pen.

MNIST's writers were American. Elsewhere a 1 has a long flag and often a foot, a 7 a bar, a 9 a
straight stem, and a 4 is open, joined in one stroke, or closed with a stem that goes far down.
`flourishes` adds a stroke to MNIST's digits; here the whole digit is written anew.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from capsnet.data.pen import Strokes, curve, written


def with_other_forms(
    images: np.ndarray, labels: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """Put a form of the same digit in the place of some of the 1s, 4s, 7s and 9s.

    Args:
        images: (N, 28, 28) uint8, of digits.
        labels: (N,), their classes.
        share: how many of the digits that have other forms, 0 to 1.
        rng: draws which, and the forms.

    Returns:
        (N, 28, 28) uint8.
    """
    if not share:
        return images
    chosen = np.flatnonzero((rng.random(len(images)) < share) & np.isin(labels, list(FORMS)))
    result = images.copy()
    if len(chosen):
        strokes = [FORMS[int(labels[i])](rng) for i in chosen]
        ink = written(strokes, rng.uniform(1.6, 3.6, len(chosen)))
        result[chosen] = np.rint(ink * 255).astype(np.uint8)
    return result


def one(rng: np.random.Generator) -> Strokes:
    """A stem with a flag, mostly long, and often a foot; one stroke or several."""
    lean = rng.uniform(-0.08, 0.3)  # how far the top lies right of the bottom
    head, base = np.array([0.0, lean]), np.array([1.0, 0.0])
    drop = rng.uniform(0.2, 0.75)
    across = drop * rng.uniform(0.35, 1.05)  # a flatter flag would make it a seven
    bend = np.array([drop * 0.5 + rng.uniform(-0.06, 0.04), lean - across * 0.5])
    flag = np.stack([[drop, lean - across], bend, head])
    strokes = [curve(flag) if rng.random() < 0.5 else flag[[0, 2]]]
    strokes.append(np.stack([head, base]))
    if rng.random() < 0.55:
        left, right, tilt = *rng.uniform(0.12, 0.45, 2), rng.uniform(-0.05, 0.05)
        strokes.append(np.array([[1 + tilt, -left], [1 - tilt, right]]))
    return strokes


def four(rng: np.random.Generator) -> Strokes:
    """Open, closed, or joined in one stroke; its stem straight, long or short."""
    style = rng.choice(3)
    bar, wide = rng.uniform(0.45, 0.72), rng.uniform(0.4, 0.75)
    stem = wide * rng.uniform(0.6, 0.95)
    lean = rng.uniform(-0.05, 0.18)
    foot = np.array([1.0, stem - lean * 0.6])
    if style == 0:  # open: a corner, then the stem
        left = np.array([[rng.uniform(-0.05, 0.15), rng.uniform(0, 0.25)], [bar, 0.0]])
        corner = np.array([*left, [bar + rng.uniform(-0.06, 0.04), wide]])
        top = np.array([rng.uniform(0, bar * 0.7), stem + lean * 0.4])
        return [corner, np.stack([top, foot])]
    if style == 1:  # closed: from the stem's head down to the left and across
        head = np.array([0.0, stem + lean * 0.4])
        across = np.array([head, [bar, 0.0], [bar + rng.uniform(-0.06, 0.04), wide]])
        return [across, np.stack([head, foot])]
    # joined: down, round, up to the stem's head, and down
    cup = np.array(
        [
            [rng.uniform(0, 0.1), rng.uniform(0, 0.12)],
            [bar * 0.6, 0.0],
            [bar, 0.14],
            [bar - 0.02, stem * 0.7],
            [bar * 0.6, stem],
        ]
    )
    top = np.array([rng.uniform(-0.05, 0.1), stem + lean * 0.4])
    return [curve(cup), np.stack([cup[-1], top, foot])]


def seven(rng: np.random.Generator) -> Strokes:
    """A roof, level, wavy or with a serif; a stem, straight or bent; mostly a bar."""
    wide = rng.uniform(0.45, 0.85)
    tilt = rng.uniform(-0.08, 0.08)
    right, left = np.array([0.0, wide]), np.array([tilt, 0.0])
    wave = rng.uniform(-0.08, 0.08)
    roof = curve(np.stack([left, [tilt / 2 + wave, wide / 2], right]))
    base = np.array([1.0, wide * rng.uniform(0.15, 0.75)])
    bend = (right + base) / 2 + [0, rng.uniform(-0.12, 0.06)]
    strokes = [roof, curve(np.stack([right, bend, base]))]
    if rng.random() < 0.3:
        strokes.append(np.stack([left, left + [rng.uniform(0.08, 0.25), rng.uniform(-0.06, 0.04)]]))
    if rng.random() < 0.7:
        row = rng.uniform(0.38, 0.62)
        middle = right + (base - right) * row + [0, 0.5 * (bend - (right + base) / 2)[1]]
        half = np.array([rng.uniform(-0.08, 0.05), rng.uniform(0.15, 0.35)])
        strokes.append(np.stack([middle - half, middle + half]))
    return strokes


def nine(rng: np.random.Generator) -> Strokes:
    """A loop, closed or nearly so, and a stem: straight, leaning, or with a hook."""
    tall, wide = rng.uniform(0.35, 0.55), rng.uniform(0.32, 0.6)
    start = rng.uniform(-0.9, 0.3)  # radians from the loop's right
    turn = np.linspace(start, start + 2 * np.pi * rng.uniform(0.85, 1.02), 11)
    lean = rng.uniform(-0.05, 0.2)
    loop = np.stack([tall / 2 - tall / 2 * np.sin(turn), wide / 2 + wide / 2 * np.cos(turn)], 1)
    top = np.array([tall * rng.uniform(0.0, 0.35), wide * rng.uniform(0.94, 1.05)])
    foot = np.array([1.0, wide - lean])
    if rng.random() < 0.7:
        stem = np.stack([top, foot])
    else:
        reach = rng.uniform(0.15, 0.45)
        stem = curve(np.array([top, [0.6, wide], [0.92, wide - 0.3 * reach], [1.0, wide - reach]]))
    return [curve(loop), stem]


FORMS: dict[int, Callable[[np.random.Generator], Strokes]] = {1: one, 4: four, 7: seven, 9: nine}
"""The digits whose forms differ most around the world, and what writes one."""
