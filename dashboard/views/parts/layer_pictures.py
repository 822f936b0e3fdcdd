"""Pictures of the layers: kernels and features as tiles, capsules as coloured squares."""

from __future__ import annotations

import colorsys

import numpy as np


def tiled(pictures: np.ndarray, columns: int, gap: int = 1, between: float = 0.5) -> np.ndarray:
    """Pictures side by side on one sheet.

    Args:
        pictures: (N, H, W) or (N, H, W, 3).
        columns: how many in a row.
        gap: pixels between them, and around.
        between: what the gaps are.

    Returns:
        The sheet, of the pictures' type; rows that are not full end in gaps.
    """
    count, height, width = pictures.shape[:3]
    rows = -(-count // columns)
    shape = (rows * (height + gap) + gap, columns * (width + gap) + gap, *pictures.shape[3:])
    sheet = np.full(shape, between, pictures.dtype)
    for place, one in enumerate(pictures):
        top = gap + place // columns * (height + gap)
        left = gap + place % columns * (width + gap)
        sheet[top : top + height, left : left + width] = one
    return sheet


def signed_levels(values: np.ndarray) -> np.ndarray:
    """Values about zero as grey levels, 128 for zero, each picture (N, ...) on its own scale."""
    largest = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True)
    scaled = values / np.where(largest > 0, largest, 1)
    return np.rint(127.5 * (1 + scaled)).astype(np.uint8)


def ink_levels(values: np.ndarray, most: float | None = None) -> np.ndarray:
    """Values from 0 up as ink on paper; `most` is black, or the greatest value."""
    largest = float(values.max()) if most is None else most
    return np.rint(255 * (1 - np.clip(values / (largest or 1), 0, 1))).astype(np.uint8)


def capsule_colours(capsules: np.ndarray) -> np.ndarray:
    """Each capsule as a colour: the hue is its direction, the ink its length.

    The direction is an angle in the plane in which the map's capsules differ most, so that two
    capsules of one hue point alike; between maps hues mean nothing.

    Args:
        capsules: u_i, (rows, columns, M, K), of length below 1.

    Returns:
        (M, rows, columns, 3) uint8, white for a capsule of no length.
    """
    rows, columns, maps, size = capsules.shape
    colours = np.zeros((maps, rows, columns, 3), np.uint8)
    for m in range(maps):
        vectors = capsules[:, :, m].reshape(-1, size).astype(float)
        plane = np.linalg.svd(vectors, full_matrices=False)[2][:2]
        x, y = np.resize((vectors @ plane.T).T, (2, len(vectors)))  # of one dimension: twice it
        hues = np.arctan2(y, x) / (2 * np.pi) % 1
        lengths = np.clip(np.linalg.norm(vectors, axis=-1), 0, 1)
        for place, (hue, length) in enumerate(zip(hues, lengths, strict=True)):
            rgb = colorsys.hsv_to_rgb(hue, length, 1 - 0.35 * length)
            colours[m, place // columns, place % columns] = np.rint(np.multiply(rgb, 255))
    return colours


def marked(image: np.ndarray, top: int, bottom: int, left: int, right: int) -> np.ndarray:
    """A picture as it is shown, (H, W) or (H, W, 3) uint8, paler outside of a rectangle.

    Returns:
        (H, W, 3) uint8.
    """
    grey = image if image.ndim == 3 else np.repeat(image[..., None], 3, axis=-1)
    levels = grey.astype(float)
    outside = np.ones(image.shape[:2], bool)
    outside[top:bottom, left:right] = False
    levels[outside] = 205 + levels[outside] * 0.15
    return np.rint(levels).astype(np.uint8)
