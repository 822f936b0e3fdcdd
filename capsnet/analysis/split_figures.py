"""What the capsule lengths of a whole split say: accuracy, lengths, calibration, confusions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from capsnet.analysis.forward import digit_capsules
from capsnet.analysis.streaming import Pictures, Watch, stream, watch_nobody

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet
    from capsnet.routing.base import Routing

BINS = 10
"""Of the lengths, for the calibration: each a tenth wide."""


@dataclass(frozen=True)
class Calibration:
    """How far a length can be taken for the chance of being right.

    Attributes:
        images: how many images' longest capsules lie in each bin, (10,); bin k goes from k / 10.
        mean_length: the mean of those lengths, (10,); 0 for an empty bin.
        accuracy: the share of those images that are read rightly, (10,); 0 for an empty bin.
        error: the mean over images of |accuracy - mean length| of their bin: the expected
            calibration error of M. P. Naeini et al., AAAI 2015.
    """

    images: list[int]
    mean_length: list[float]
    accuracy: list[float]
    error: float

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON-ready values."""
        return asdict(self)


def split_lengths(
    model: CapsNet,
    pictures: Pictures,
    *,
    rounds: int | None = None,
    routing: Routing | None = None,
    change: Callable[[np.ndarray], np.ndarray] | None = None,
    watch: Watch = watch_nobody,
) -> np.ndarray:
    """The capsule lengths of every image, (N, J) float32: 40 bytes an image are kept.

    Args:
        model: the network.
        pictures: the images.
        rounds: routing rounds, 1 to 10; None for the network's own.
        routing: another routing on the same weights.
        change: what happens to each batch of images before.
        watch: told after each batch.
    """
    lengths = np.zeros((len(pictures), model.config.num_classes), np.float32)
    forward = digit_capsules(model, rounds, routing)
    for place, found in stream(pictures, forward, change, watch):
        lengths[place] = found.lengths
    return lengths


def figures(lengths: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """The figures of a split.

    Args:
        lengths: (N, J), N at least 1.
        labels: (N,) int.

    Returns:
        `accuracy`, the share of images whose longest capsule is their class's;
        `mean_length_of_label`; `mean_length_of_longest`; `mean_length_of_others`, of those that
        are not the label's; `calibration_error`.

    Raises:
        ValueError: for no images, or labels that do not go with the lengths.
    """
    _check(lengths, labels)
    of_label = lengths[np.arange(len(labels)), labels]
    others = (lengths.sum(-1, dtype=float) - of_label).mean() / max(1, lengths.shape[1] - 1)
    return {
        "accuracy": float((lengths.argmax(-1) == labels).mean()),
        "mean_length_of_label": float(of_label.mean(dtype=float)),
        "mean_length_of_longest": float(lengths.max(-1).mean(dtype=float)),
        "mean_length_of_others": float(others),
        "calibration_error": calibration(lengths, labels).error,
    }


def calibration(lengths: np.ndarray, labels: np.ndarray) -> Calibration:
    """The calibration of the longest capsule's length as a confidence; arguments as `figures`."""
    _check(lengths, labels)
    longest, right = lengths.max(-1), lengths.argmax(-1) == labels
    bins = np.clip((longest * BINS).astype(int), 0, BINS - 1)
    count = np.bincount(bins, minlength=BINS)
    filled = np.maximum(count, 1)
    mean = np.bincount(bins, longest, minlength=BINS) / filled
    accuracy = np.bincount(bins, right, minlength=BINS) / filled
    error = float((np.abs(accuracy - mean) * count).sum() / len(labels))
    return Calibration(count.tolist(), mean.tolist(), accuracy.tolist(), error)


def confusion_matrix(lengths: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """counts[true][predicted], (J, J) int; arguments as `figures`."""
    _check(lengths, labels)
    counts = np.zeros((lengths.shape[1],) * 2, np.int64)
    np.add.at(counts, (labels, lengths.argmax(-1)), 1)
    return counts


def _check(lengths: np.ndarray, labels: np.ndarray) -> None:
    if lengths.ndim != 2 or labels.shape != lengths.shape[:1] or not len(labels):
        raise ValueError(
            "Expected lengths of shape (N, J) and labels of shape (N,), N at least 1. "
            f"Received: shapes {lengths.shape} and {labels.shape}"
        )
    if not 0 <= labels.min() <= labels.max() < lengths.shape[1]:
        raise ValueError(
            f"Expected labels from 0 to {lengths.shape[1] - 1}. "
            f"Received: from {labels.min()} to {labels.max()}"
        )
