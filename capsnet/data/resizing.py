"""Pictures brought to another size."""

from __future__ import annotations

import numpy as np
from PIL import Image

from capsnet.errors import DataError


def resized(images: np.ndarray, side: int) -> np.ndarray:
    """(N, H, W, C) uint8 -> (N, side, side, C), filled to a square, then reduced."""
    images = padded(images, max(images.shape[1:3]))
    count, channels = len(images), images.shape[3]
    out = np.empty((count, side, side, channels), np.uint8)
    for n in range(count):
        for c in range(channels):
            plane = Image.fromarray(np.ascontiguousarray(images[n, :, :, c]))
            out[n, :, :, c] = np.asarray(plane.resize((side, side), Image.Resampling.BICUBIC))
    return out


def padded(images: np.ndarray, side: int) -> np.ndarray:
    """(N, H, W, C) -> (N, side, side, C) with the pictures' paper around: their commonest corner.

    Raises:
        DataError: for pictures that are larger.
    """
    height, width = images.shape[1:3]
    if max(height, width) > side:
        raise DataError(
            f"Expected pictures of at most {side} x {side}. Received: {height} x {width}"
        )
    if (height, width) == (side, side):
        return images
    corners = images[:1000, [0, 0, -1, -1], [0, -1, 0, -1], :].reshape(-1, images.shape[3])
    paper = np.median(corners, axis=0).astype(images.dtype)
    out = np.empty((len(images), side, side, images.shape[3]), images.dtype)
    out[:] = paper
    top, left = (side - height) // 2, (side - width) // 2
    out[:, top : top + height, left : left + width] = images
    return out
