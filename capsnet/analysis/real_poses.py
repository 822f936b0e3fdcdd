"""Where the real poses of one class lie: along each dimension, along their principal axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from capsnet.analysis.principal_axes import PrincipalAxes, principal_axes


@dataclass(frozen=True)
class Histogram:
    """How many values lie in each of a row of bins of one width.

    Attributes:
        first: where the first bin begins.
        width: of a bin.
        counts: of the bins, one beside the other, (K,) int.
    """

    first: float
    width: float
    counts: np.ndarray


@dataclass(frozen=True)
class RealPoses:
    """The poses of one class's images, and the axes along which they lie.

    Attributes:
        images: their numbers, (N,) int.
        poses: v of the class's capsule, (N, D).
        axes: their principal axes.
    """

    images: np.ndarray
    poses: np.ndarray
    axes: PrincipalAxes

    @property
    def coordinates(self) -> np.ndarray:
        """Where they lie along the principal axes, in standard deviations, (N, D)."""
        return self.axes.coordinates(self.poses)

    @classmethod
    def of_class(cls, found: Mapping[str, Any], capsule: int) -> RealPoses | None:
        """The poses of one class, from what the experiment `poses` has found.

        Args:
            found: its result.
            capsule: the class.

        Returns:
            None where it had fewer than two images of the class.
        """
        own = found["classes"].get(str(capsule))
        if own is None:
            return None
        poses = np.asarray(own["poses"], float)
        return cls(np.asarray(own["images"], int), poses, principal_axes(poses))


def histogram(values: np.ndarray, width: float) -> Histogram:
    """Count values in bins that begin at multiples of their width.

    Args:
        values: (N,), N at least 1.
        width: of a bin, above 0.
    """
    bins = np.floor(np.asarray(values) / width).astype(int)
    first = int(bins.min())
    return Histogram(first * width, width, np.bincount(bins - first))
