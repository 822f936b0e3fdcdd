"""The digits that a pose can travel to."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from dashboard.components.pose_explorer.setting import LIMIT, PoseError

OFFERED = 8


class Drawn(NamedTuple):
    """A picture of the gallery, and its pose.

    Attributes:
        number: which it is.
        image: (H, W, C) in [0, 1].
        vector: v of the capsule that is decoded, (D,).
    """

    number: int
    image: np.ndarray
    vector: np.ndarray


def candidates(labels: np.ndarray, capsule: int, seed: int) -> tuple[int, ...]:
    """Numbers of a few digits of one class, others for each seed.

    Args:
        labels: the gallery's classes, (N,).
        capsule: the class.
        seed: any whole number of at least 0.
    """
    every = np.flatnonzero(labels == capsule)
    chosen = np.random.default_rng(seed).choice(every, min(OFFERED, len(every)), replace=False)
    return tuple(int(i) for i in chosen)


def ends(
    typed: Sequence[str], labels: np.ndarray, capsule: int, names: Sequence[str]
) -> tuple[int | None, int]:
    """The two numbers between which a pose travels.

    Args:
        typed: as they were typed: the first may be empty, for the current digit.
        labels: the gallery's classes, (N,).
        capsule: the class that both have to be of.
        names: what the classes are called.

    Returns:
        The first, None for the current digit, and the second.

    Raises:
        PoseError: in one sentence, if one is no number, or of a picture of another class.
    """
    first, second = typed
    return (
        _end(first, labels, capsule, names) if first else None,
        _end(second, labels, capsule, names),
    )


def _end(typed: str, labels: np.ndarray, capsule: int, names: Sequence[str]) -> int:
    if not (typed.isascii() and typed.isdigit() and int(typed) < len(labels)):
        raise PoseError(f"Write a whole number from 0 to {len(labels) - 1}. Received: '{typed}'.")
    label = int(labels[int(typed)])
    if label != capsule:
        raise PoseError(
            f"Number {int(typed)} is of class {names[label]}; the way is between two of "
            f"class {names[capsule]}."
        )
    return int(typed)


def offer(capsule: int, own: np.ndarray, digits: Sequence[Drawn]) -> dict[str, Any]:
    """Digits of one class as the explorer's `others`: those the sliders can reach.

    Args:
        capsule: their class.
        own: the pose to start from, (D,).
        digits: which.
    """
    return {
        "capsule": capsule,
        "digits": [
            _sent(digit) for digit in digits if 0 < np.abs(digit.vector - own).max() <= LIMIT
        ],
    }


def way(own: np.ndarray, digits: Sequence[Drawn]) -> list[dict[str, Any]]:
    """The ends of a way as the explorer takes them.

    Args:
        own: the pose that shifts are added to, (D,).
        digits: one, or two.

    Raises:
        PoseError: in one sentence, if a digit is out of the sliders' reach.
    """
    for digit in digits:
        far = float(np.abs(digit.vector - own).max())
        if far > LIMIT:
            raise PoseError(
                f"Number {digit.number} is {far:.2f} away from this pose in one dimension, where a "
                f"slider reaches {LIMIT:g}. Choose a digit nearer to it first."
            )
    return [_sent(digit) for digit in digits]


def packed(image: np.ndarray) -> str:
    """An image's pixels as base64 of float32, row by row."""
    return base64.b64encode(np.asarray(image, "<f4").tobytes()).decode()


def _sent(digit: Drawn) -> dict[str, Any]:
    vector = np.asarray(digit.vector, float).tolist()
    return {"index": int(digit.number), "image": packed(digit.image), "vector": vector}
