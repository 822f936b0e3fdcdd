"""The digits that a pose can travel to."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from dashboard.components.pose_explorer.setting import LIMIT

OFFERED = 8


def candidates(labels: np.ndarray, capsule: int, seed: int) -> tuple[int, ...]:
    """Numbers of a few digits of one class, others for each seed.

    Args:
        labels: the gallery's classes, (N,).
        capsule: the class.
        seed: any whole number of at least 0.
    """
    every = np.flatnonzero(labels == capsule)
    chosen = np.random.default_rng(seed).choice(every, min(OFFERED, len(every)), replace=False)
    return tuple(int(i) for i in chosen)


def offer(
    capsule: int,
    own: np.ndarray,
    indices: tuple[int, ...],
    images: np.ndarray,
    vectors: np.ndarray,
) -> dict[str, Any]:
    """Digits of one class as the explorer's `others`: those the sliders can reach.

    Args:
        capsule: their class.
        own: the pose to start from, (D,).
        indices: their numbers in the gallery.
        images: (N, H, W, C) in [0, 1].
        vectors: their capsules of that class, (N, D).
    """
    return {
        "capsule": capsule,
        "digits": [
            {"index": index, "image": packed(image), "vector": np.asarray(vector, float).tolist()}
            for index, image, vector in zip(indices, images, vectors, strict=True)
            if 0 < np.abs(vector - own).max() <= LIMIT
        ],
    }


def packed(image: np.ndarray) -> str:
    """An image's pixels as base64 of float32, row by row."""
    return base64.b64encode(np.asarray(image, "<f4").tobytes()).decode()
