"""How a pose moves while an image is transformed: along one direction of pose space, or not.

J. Choi, H. Seo, S. Im and M. Kang, "Attention routing between capsules" (2019, arXiv:1907.01750),
compare the change of a capsule under transformations of the image by how far it is aligned in one
direction. Here it is the share of the change's variance along its first principal direction.
"""

from __future__ import annotations

import numpy as np


def share_along_first_direction(poses: np.ndarray) -> np.ndarray:
    """How much of a pose's change lies along one straight line, by image.

    Args:
        poses: v of one capsule at T steps of a transformation, (T, B, D), T at least 2.

    Returns:
        (B,) in [1 / min(T - 1, D), 1]: the variance over the steps along its first principal
        direction, to the variance altogether; NaN for a pose that does not change. With two steps
        every change is along a line, so that it is 1.

    Raises:
        ValueError: for another shape, or fewer than two steps.
    """
    centred = _centred(poses)  # (B, T, D)
    variances = np.linalg.svd(centred, compute_uv=False) ** 2  # (B, min(T, D))
    total = variances.sum(-1)
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, variances[:, 0] / np.where(total > 0, total, 1), np.nan)


def common_direction(poses: np.ndarray) -> tuple[np.ndarray, float]:
    """The direction along which the poses of many images change together.

    Args:
        poses: as for `share_along_first_direction`.

    Returns:
        A direction of length 1, (D,), and the share of all images' changes along it, 0 to 1: near 1
        if one line in pose space is that transformation for all of them.
    """
    centred = _centred(poses)
    pooled = centred.reshape(-1, centred.shape[-1])
    _, variances, directions = np.linalg.svd(pooled, full_matrices=False)
    total = float((variances**2).sum())
    return directions[0], float(variances[0] ** 2 / total) if total else float("nan")


def _centred(poses: np.ndarray) -> np.ndarray:
    received = np.asarray(poses, np.float64)
    if received.ndim != 3 or len(received) < 2:
        raise ValueError(
            f"Expected poses of shape (T, B, D), T at least 2. Received: shape {received.shape}"
        )
    return np.moveaxis(received - received.mean(0), 0, 1)
