"""Two networks on the same images: what one reads and the other does not."""

from __future__ import annotations

from typing import Any

import numpy as np

from capsnet.analysis.split_figures import calibration, confusion_matrix, figures


def compared(first: np.ndarray, second: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Compare what two networks answer.

    Args:
        first: the one's capsule lengths, (N, J).
        second: the other's, on the same images.
        labels: (N,) int.

    Returns:
        `first` and `second`, each with `figures`, `calibration` and `confusion`;
        `only_first_right`, `only_second_right`, `both_wrong`: places of images; `answers_differ`,
        the share of images with two answers; `mean_difference_of_lengths`, over images and
        capsules, without sign.

    Raises:
        ValueError: for lengths of two shapes.
    """
    if first.shape != second.shape:
        raise ValueError(
            "Expected the lengths of two networks on the same images and classes. "
            f"Received: shapes {first.shape} and {second.shape}"
        )
    answers = first.argmax(-1), second.argmax(-1)
    right = answers[0] == labels, answers[1] == labels
    return {
        "first": _one(first, labels),
        "second": _one(second, labels),
        "only_first_right": np.flatnonzero(right[0] & ~right[1]).tolist(),
        "only_second_right": np.flatnonzero(~right[0] & right[1]).tolist(),
        "both_wrong": np.flatnonzero(~right[0] & ~right[1]).tolist(),
        "answers_differ": float((answers[0] != answers[1]).mean()),
        "mean_difference_of_lengths": float(np.abs(first - second).mean(dtype=float)),
    }


def _one(lengths: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    return {
        **figures(lengths, labels),
        "calibration": calibration(lengths, labels).to_dict(),
        "confusion": confusion_matrix(lengths, labels).tolist(),
    }
