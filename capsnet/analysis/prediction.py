"""What ten capsule lengths say: a digit, none, or two. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

PRESENT = 0.5
"""Halfway between the margins: a capsule at least so long says that its digit is there."""

SURE = 0.7
"""Shorter than this are, of the bundled digits that the shipped network reads right, one in 170;
of those that it misreads, two in three."""


@dataclass(frozen=True)
class Reading:
    """The lengths in words' reach.

    Attributes:
        best: the class of the longest capsule.
        best_length: its length.
        second: the runner-up.
        second_length: its length.
        present: how many capsules are at least 0.5 long.
    """

    best: int
    best_length: float
    second: int
    second_length: float
    present: int = 1

    @property
    def kind(self) -> Literal["one", "two", "none"]:
        """How many digits the lengths speak of, two or more: capsules of at least 0.5."""
        if not is_at_least(self.best_length, PRESENT):
            return "none"
        return "two" if is_at_least(self.second_length, PRESENT) else "one"

    @property
    def is_weak(self) -> bool:
        """Whether the lengths speak of one digit, but more softly than real digits mostly do."""
        return self.kind == "one" and not is_at_least(self.best_length, SURE)


def is_at_least(length: float, least: float) -> bool:
    """Whether a length is that long, as it is shown: in hundredths."""
    return round(length, 2) >= least


def are_digits(names: Sequence[str]) -> bool:
    """Whether classes of these names are the digits, each in its place."""
    return all(name == str(c) for c, name in enumerate(names))


def nothing(names: Sequence[str]) -> str:
    """What it is called if no class is there, of classes of these names."""
    return "no digit" if are_digits(names) else "none of its classes"


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
    present = sum(is_at_least(float(length), PRESENT) for length in lengths)
    return Reading(best, float(lengths[best]), second, float(lengths[second]), present)
