"""The axes along which the real poses of a class lie: mean, principal axes, spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PrincipalAxes:
    """The principal components of N poses (K. Pearson 1901).

    Attributes:
        mean: (D,).
        axes: directions of length 1, at right angles to each other, the one of the greatest
            spread first, (D, D): axes[k] is the k-th. The largest component of each is positive.
        deviations: the standard deviation of the poses along each, (D,).
    """

    mean: np.ndarray
    axes: np.ndarray
    deviations: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """The share of the variance that lies along each axis, (D,), summing to 1 (or all 0)."""
        variances = self.deviations**2
        total = variances.sum()
        return variances / total if total else variances

    def coordinates(self, poses: np.ndarray) -> np.ndarray:
        """Where poses (N, D) lie along the axes, in standard deviations, (N, D)."""
        along = (poses - self.mean) @ self.axes.T
        spread = np.where(self.deviations > 0, self.deviations, 1)
        return np.where(self.deviations > 0, along / spread, 0)

    def poses(self, coordinates: np.ndarray) -> np.ndarray:
        """The inverse of `coordinates`: (N, K) along the first K axes -> (N, D)."""
        count = np.asarray(coordinates).shape[-1]
        return self.mean + (coordinates * self.deviations[:count]) @ self.axes[:count]


def principal_axes(poses: np.ndarray) -> PrincipalAxes:
    """The principal axes of poses.

    Args:
        poses: v of one class's capsule on images of that class, (N, D), N at least 2.

    Raises:
        ValueError: for another shape, fewer poses, or some that are not finite.
    """
    received = np.asarray(poses, np.float64)
    if received.ndim != 2 or len(received) < 2:
        raise ValueError(
            f"Expected poses of shape (N, D), N at least 2. Received: shape {received.shape}"
        )
    if not np.isfinite(received).all():
        raise ValueError("Expected finite poses. Received: NaN or infinity")
    mean = received.mean(0)
    covariance = (received - mean).T @ (received - mean) / len(received)
    variances, columns = np.linalg.eigh(covariance)
    order = np.argsort(-variances)
    axes = columns.T[order]
    signs = np.sign(np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], axis=1))
    return PrincipalAxes(mean, axes * signs, np.sqrt(np.maximum(variances[order], 0)))


def morph(start: np.ndarray, end: np.ndarray, steps: int) -> np.ndarray:
    """Poses on the straight way from one to another, both included.

    Args:
        start: (D,).
        end: (D,).
        steps: at least 2.

    Returns:
        (steps, D).
    """
    if steps < 2:
        raise ValueError(f"Expected at least 2 steps. Received: {steps}")
    along = np.linspace(0, 1, steps)[:, None]
    return (1 - along) * np.asarray(start) + along * np.asarray(end)
