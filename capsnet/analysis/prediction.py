"""What ten capsule lengths say: a digit, none, or several. NumPy only.

One rule, everywhere: a class is there if its capsule is at least 0.5 long, as shown in hundredths.
`isPresent` in `dashboard/static/number_format.js` is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

PRESENT = 0.5
"""Halfway between the margins: a capsule at least so long says that its digit is there."""

NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}

SURE = 0.7
"""Shorter than this are, of the bundled digits that the shipped network reads right, one in 170;
of those it gets wrong, two in three."""


@dataclass(frozen=True)
class Reading:
    """The lengths in words' reach.

    Attributes:
        best: the class of the longest capsule.
        best_length: its length.
        second: the runner-up.
        second_length: its length.
        there: the classes whose capsules are at least 0.5 long, the longest first.
    """

    best: int
    best_length: float
    second: int
    second_length: float
    there: tuple[int, ...]

    @property
    def kind(self) -> Literal["one", "two", "none"]:
        """How many digits the lengths speak of, two or more: capsules of at least 0.5."""
        if not self.there:
            return "none"
        return "two" if len(self.there) > 1 else "one"

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


def verdict(reading: Reading, names: Sequence[str]) -> str:
    """What is there, in words: "no digit", "3", "two digits: 3 and 8", the longest first."""
    if len(reading.there) < 2:
        return names[reading.best] if reading.there else nothing(names)
    count = NUMBERS.get(len(reading.there), str(len(reading.there)))
    what = "digits" if are_digits(names) else "classes"
    return f"{count} {what}: {listed([names[c] for c in reading.there])}"


def listed(words: Sequence[str]) -> str:
    """Words in a sentence: "3, 8 and 5"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


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
    there = tuple(int(c) for c in order if is_at_least(float(lengths[c]), PRESENT))
    return Reading(best, float(lengths[best]), second, float(lengths[second]), there)
