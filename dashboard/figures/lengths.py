"""What the ten capsule lengths say, and the data from which the answer is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from capsnet.trace import CapsNetTrace

PRESENT = 0.5
"""Halfway between the margins: a capsule longer than this says that its digit is there."""


@dataclass(frozen=True)
class Reading:
    """The lengths in words' reach.

    Attributes:
        best: the class of the longest capsule.
        best_length: its length.
        second: the runner-up.
        second_length: its length.
    """

    best: int
    best_length: float
    second: int
    second_length: float

    @property
    def kind(self) -> Literal["one", "two", "none"]:
        """How many digits the lengths speak of: capsules longer than 0.5."""
        if self.best_length < PRESENT:
            return "none"
        return "two" if self.second_length >= PRESENT else "one"


def read_lengths(lengths: np.ndarray) -> Reading:
    """The longest capsule and the runner-up.

    Args:
        lengths: ||v_j|| of one image, (10,), each in [0, 1).

    Raises:
        ValueError: for another shape.
    """
    if np.ndim(lengths) != 1 or len(lengths) < 2:
        raise ValueError(f"Expected lengths of shape (10,). Received: shape {np.shape(lengths)}")
    order = np.argsort(-lengths, kind="stable")
    best, second = int(order[0]), int(order[1])
    return Reading(best, float(lengths[best]), second, float(lengths[second]))


def every_capsule(trace: CapsNetTrace) -> tuple[np.ndarray, np.ndarray]:
    """What to decode to see what each capsule would draw of one image.

    Returns:
        The image's digit capsules, (J, J, D), and the class to decode in each, (J,).
    """
    capsules = trace.digit_capsules[-1]  # (1, J, D)
    classes = capsules.shape[1]
    return np.repeat(capsules, classes, axis=0), np.arange(classes)


def answer_data(
    trace: CapsNetTrace, drawings: np.ndarray, margins: tuple[float, float]
) -> dict[str, Any]:
    """What the answer component draws.

    Args:
        trace: of one image; its last round counts.
        drawings: what each capsule would draw of it, (10, 28, 28, 1) in [0, 1].
        margins: m- and m+ of the margin loss.

    Returns:
        `lengths` and `margins` as numbers; `longest`, a class; `seen`, `reconstruction` and
        `drawings` as bytes, 255 for ink.
    """
    return {
        "lengths": [float(length) for length in trace.lengths[-1, 0]],
        "margins": list(margins),
        "longest": int(trace.predictions[0]),
        "seen": _levels(trace.images[0]),
        "reconstruction": _levels(trace.reconstruction[0]),
        "drawings": _levels(drawings),
    }


def _levels(image: np.ndarray) -> bytes:
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).tobytes()
