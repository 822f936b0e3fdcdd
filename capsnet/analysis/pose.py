"""Tweaking pose vectors: what each of a capsule's dimensions stands for, one step at a time."""

from __future__ import annotations

import math

import numpy as np


def tweak(
    digit_capsules: np.ndarray, low: float = -0.5, high: float = 0.5, num_steps: int = 11
) -> np.ndarray:
    """Shift every pose dimension of every capsule, one dimension at a time.

    Section 5.1 of the paper ("What the individual dimensions of a capsule represent"), laid out
    as in A. Geron's notebook: `result[d, s]` is the whole batch with dimension d shifted by
    step s. Decode it with `CapsNet.decode(result.reshape(-1, J, D), classes)`: one class for all,
    or that of each image for every shift, `np.tile(of_each, D * num_steps)`.

    Args:
        digit_capsules: v_j of one round, (B, J, D) float; (B, 10, 16) in the paper.
        low: the first shift, in the units of a pose dimension (a capsule is shorter than 1).
        high: the last shift, at least `low`; the steps between are evenly spaced.
        num_steps: number of shifts, at least 1; one shift alone is `low`.

    Returns:
        The shifted capsules, (D, num_steps, B, J, D) float32.

    Raises:
        ValueError: for capsules of a wrong shape or not finite, or steps out of range.
    """
    capsules = np.asarray(digit_capsules, np.float32)
    if capsules.ndim != 3 or 0 in capsules.shape[1:]:
        raise ValueError(
            f"Expected digit_capsules of shape (B, J, D). Received: shape {capsules.shape}"
        )
    if not np.isfinite(capsules).all():
        raise ValueError("Expected finite digit_capsules. Received: NaN or infinity")
    whole = isinstance(num_steps, int | np.integer) and not isinstance(num_steps, bool)
    if not whole or num_steps < 1:
        raise ValueError(
            f"Expected num_steps as a whole number of at least 1. Received: {num_steps!r}"
        )
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError(f"Expected finite low <= high. Received: low={low}, high={high}")
    steps = np.linspace(low, high, num_steps, dtype=np.float32)
    one_dimension = np.eye(capsules.shape[-1], dtype=np.float32)
    shifts = one_dimension[:, None] * steps[:, None]  # (D, num_steps, D)
    return capsules + shifts[:, :, None, None]  # (D, num_steps, B, J, D)
