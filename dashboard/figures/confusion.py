"""A confusion matrix in order: which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence


def confusions(matrix: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    """The mistakes in a confusion matrix, the commonest first.

    Args:
        matrix: J rows, one a label, of J counts: what its images were read as.

    Returns:
        Label, what it was read as, and how often, of every pair that occurs.
    """
    found = [
        (label, read, count)
        for label, counts in enumerate(matrix)
        for read, count in enumerate(counts)
        if count and read != label
    ]
    return sorted(found, key=lambda pair: -pair[2])
