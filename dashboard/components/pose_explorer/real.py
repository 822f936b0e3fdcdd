"""What the explorer shows of a class's real poses: histograms, principal axes, a map."""

from __future__ import annotations

from typing import Any

import numpy as np

from capsnet.analysis.real_poses import Histogram, RealPoses, histogram

DIMENSION_WIDTH = 0.025
"""A bin of a dimension's values."""

AXIS_WIDTH = 0.2
"""A bin along a principal axis, in standard deviations."""


def offer(real: RealPoses, capsule: int) -> dict[str, Any]:
    """Real poses as the explorer's `real`.

    Args:
        real: the poses.
        capsule: whose they are.

    Returns:
        `images`, the numbers of the N images; `points`, their places along the first two principal
        axes in standard deviations; `mean`, `axes`, `deviations` and `shares`, as `PrincipalAxes`
        has them; `by_dimension` and `by_axis`, a histogram for each.
    """
    axes, along = real.axes, real.coordinates
    return {
        "capsule": capsule,
        "images": real.images.tolist(),
        "points": _rounded(along[:, :2], 2),
        "mean": _rounded(axes.mean, 4),
        "axes": _rounded(axes.axes, 5),
        "deviations": _rounded(axes.deviations, 5),
        "shares": _rounded(axes.shares, 4),
        "by_dimension": [_told(histogram(one, DIMENSION_WIDTH)) for one in real.poses.T],
        "by_axis": [_told(histogram(one, AXIS_WIDTH)) for one in along.T],
    }


def _told(counted: Histogram) -> dict[str, Any]:
    counts = counted.counts.tolist()
    return {"first": round(counted.first, 4), "width": counted.width, "counts": counts}


def _rounded(array: np.ndarray, digits: int) -> Any:
    return (np.round(array, digits) + 0.0).tolist()
