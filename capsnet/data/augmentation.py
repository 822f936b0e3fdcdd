"""Training images as other hands might have written them: moved, turned, bent, thicker."""

from __future__ import annotations

import numpy as np

from capsnet.data.images import to_pixels
from capsnet.training_config import TrainingConfig

ELASTIC_GRID = 5
"""Elastic displacements are drawn at 5 x 5 points of the image and interpolated between them."""


def augmented(images: np.ndarray, training: TrainingConfig, rng: np.random.Generator) -> np.ndarray:
    """Distort each image by its own random amounts.

    Shifts alone are whole pixels and so leave every grey value as it was; anything else samples
    the image once, bilinearly. Outside the image is paper.

    Args:
        images: (N, H, W, C) uint8.
        training: `shift`, `rotation`, `scale`, `shear`, `elastic`, `thickness` and `untouched`.
        rng: draws the amounts.

    Returns:
        (N, H, W, C) float32 in [0, 1]; all channels of a picture are distorted alike.
    """
    if not (
        training.rotation
        or training.scale
        or training.shear
        or training.elastic
        or training.thickness
    ):
        moved = shifted(images, training.shift, rng)
        return to_pixels(_some_untouched(images, moved, training.untouched, rng))
    ink = to_pixels(images)
    amount = rng.uniform(-training.thickness, training.thickness, len(ink))
    places = _sources(ink.shape[:3], training, rng)
    channels = np.moveaxis(ink, 3, 0)
    distorted = np.stack([sample(thickened(c, amount), *places) for c in channels], axis=3)
    return _some_untouched(ink, distorted, training.untouched, rng)


def shifted(images: np.ndarray, shift: int, rng: np.random.Generator) -> np.ndarray:
    """Move each image by up to `shift` whole pixels along each axis, filling with zeros.

    Args:
        images: (N, H, W, C).
        shift: largest distance, at least 0.
        rng: draws the distances.
    """
    if not shift:
        return images
    n, height, width = images.shape[:3]
    padded = np.pad(images, ((0, 0), (shift, shift), (shift, shift), (0, 0)))
    top, left = rng.integers(0, 2 * shift + 1, (2, n))
    rows = top[:, None, None] + np.arange(height)[None, :, None]
    columns = left[:, None, None] + np.arange(width)[None, None, :]
    return padded[np.arange(n)[:, None, None], rows, columns]


def thickened(ink: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Make strokes thicker or thinner by up to about a pixel on each side.

    Args:
        ink: (N, H, W) float in [0, 1].
        amount: (N,), from -1 (each pixel becomes the least of itself and its four neighbours)
            over 0 (nothing changes) to 1 (the greatest of them).

    Returns:
        (N, H, W), in between in proportion to `amount`.
    """
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    height, width = ink.shape[1:]
    places = ((1, 1), (0, 1), (2, 1), (1, 0), (1, 2))
    around = [padded[:, y : y + height, x : x + width] for y, x in places]
    thick, thin = np.max(around, axis=0), np.min(around, axis=0)
    amount = amount.astype(ink.dtype)[:, None, None]
    return np.where(amount > 0, ink + amount * (thick - ink), ink + amount * (ink - thin))


def sample(ink: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Read each image at any places, bilinearly.

    Args:
        ink: (N, H, W) float.
        rows: (N, H, W) float, where in `ink` each pixel's value comes from; in pixels.
        columns: (N, H, W) float, likewise.

    Returns:
        (N, H, W); 0 beyond a pixel outside `ink`.
    """
    n, height, width = ink.shape
    padded = np.pad(ink, ((0, 0), (1, 2), (1, 2))).reshape(n, -1)
    # In the padded image, where everything outside is read from its border of paper.
    rows = np.clip(rows + 1, 0, height + 1)
    columns = np.clip(columns + 1, 0, width + 1)
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    down = (rows - top).astype(ink.dtype)
    right = (columns - left).astype(ink.dtype)
    corner = (top * (width + 3) + left).reshape(n, -1)
    a, b, c, d = (
        np.take_along_axis(padded, corner + step, axis=1).reshape(ink.shape)
        for step in (0, 1, width + 3, width + 4)
    )
    upper, lower = a + right * (b - a), c + right * (d - c)
    return upper + down * (lower - upper)


def _sources(
    shape: tuple[int, ...], training: TrainingConfig, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel of each distorted image is read: rows and columns, (N, H, W) float."""
    n, height, width = shape
    angle = np.radians(rng.uniform(-training.rotation, training.rotation, n))
    tall, wide = rng.uniform(1 - training.scale, 1 + training.scale, (2, n))
    slant = rng.uniform(-training.shear, training.shear, n)
    # Integer shifts, as for an image that is only shifted.
    down, right = rng.integers(-training.shift, training.shift + 1, (2, n))
    y, x = np.mgrid[:height, :width] - np.array([height - 1, width - 1])[:, None, None] / 2
    y = y[None] - down[:, None, None]
    x = x[None] - right[:, None, None]
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    turned_y, turned_x = cos * y + sin * x, cos * x - sin * y
    rows = turned_y / tall[:, None, None]
    columns = (turned_x + slant[:, None, None] * turned_y) / wide[:, None, None]
    bend_y, bend_x = training.elastic * _smooth_fields(n, height, width, rng)
    return rows + (height - 1) / 2 + bend_y, columns + (width - 1) / 2 + bend_x


def _smooth_fields(n: int, height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Two random smooth fields an image, (2, N, H, W), of standard deviation about 1."""
    coarse = rng.standard_normal((2, n, ELASTIC_GRID, ELASTIC_GRID))
    return _hats(height) @ coarse @ _hats(width).T


def _hats(size: int) -> np.ndarray:
    """Cubic-smooth interpolation from ELASTIC_GRID points to `size` pixels, (size, grid)."""
    distance = np.abs(
        np.linspace(0, ELASTIC_GRID - 1, size)[:, None] - np.arange(ELASTIC_GRID)[None]
    )
    near = np.clip(1 - distance, 0, 1)
    weights = near * near * (3 - 2 * near)
    return weights / np.sqrt(np.square(weights).sum(axis=1, keepdims=True))


def _some_untouched(
    images: np.ndarray, distorted: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    if not share:
        return distorted
    return np.where((rng.random(len(images)) < share)[:, None, None, None], images, distorted)
