"""What ten capsule lengths say: a digit, none, or two. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

PRESENT = 0.5
"""Halfway between the margins: a capsule longer than this says that its digit is there."""


SURE = 0.7
"""About one in a hundred right answers are shorter than this, and nearly half of the wrong ones."""


@dataclass(frozen=True)
class Reading:
    """The lengths in words' reach.

    Attributes:
        best: the class of the longest capsule.
        best_length: its length.
        second: the runner-up.
        second_length: its length.
        present: how many capsules are longer than 0.5.
    """

    best: int
    best_length: float
    second: int
    second_length: float
    present: int = 1

    @property
    def kind(self) -> Literal["one", "two", "none"]:
        """How many digits the lengths speak of, two or more: capsules longer than 0.5."""
        if self.best_length < PRESENT:
            return "none"
        return "two" if self.second_length >= PRESENT else "one"

    @property
    def is_weak(self) -> bool:
        """Whether the lengths speak of one digit, but more softly than real digits mostly do."""
        return self.kind == "one" and self.best_length < SURE


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
    present = int((np.asarray(lengths) >= PRESENT).sum())
    return Reading(best, float(lengths[best]), second, float(lengths[second]), present)
