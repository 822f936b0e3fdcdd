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


def as_shape(image: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """One picture, (H, W, C) uint8, as a network of another shape takes it.

    It is enlarged or reduced until it fits, with black around it. Ink on paper becomes light on
    dark in all channels; of several channels the mean becomes the ink, its border the paper.

    Args:
        image: the picture, 1 to 3 channels.
        shape: rows, columns and channels wanted.

    Returns:
        The picture, of that shape.
    """
    height, width, channels = shape
    scale = min(height / image.shape[0], width / image.shape[1])
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    planes = image if image.shape[2] == channels else _grey(image, is_ink=channels == 1)
    small = np.stack(
        [
            np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC))
            for plane in np.ascontiguousarray(np.moveaxis(planes, 2, 0))
        ],
        axis=-1,
    )
    placed = np.zeros((height, width, small.shape[2]), np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    placed[top : top + small.shape[0], left : left + small.shape[1]] = small
    return np.broadcast_to(placed, shape).copy() if small.shape[2] != channels else placed


def _grey(image: np.ndarray, is_ink: bool) -> np.ndarray:
    """(H, W, C) -> (H, W, 1): the mean of the channels; as ink, high where it is off the border."""
    if image.shape[2] == 1:
        return image
    grey = image.mean(axis=2)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if is_ink and np.median(border) > 127:
        grey = 255 - grey
    return np.rint(grey).astype(np.uint8)[..., None]
