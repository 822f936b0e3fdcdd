"""Images turned, moved, stretched, slanted, thickened and erased, by amounts that are known.

Every transformation takes images (B, H, W, C) float in [0, 1] and gives as many of the same shape
and type. All but thickening and erasing read the image bilinearly and once, as SciPy's functions of
`order=1` and `mode="constant"` do: what lies outside of the frame is paper, 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import ndimage

from capsnet.data.augmentation import thickened

Direction = Literal["right", "left", "up", "down"]
Side = Literal["bottom", "top", "left", "right"]

STEPS: Mapping[Direction, tuple[int, int]] = {
    "right": (0, 1),
    "left": (0, -1),
    "up": (-1, 0),
    "down": (1, 0),
}
"""Rows and columns that a shift by one pixel goes."""


@dataclass(frozen=True)
class AffineRange:
    """From which range each amount of a random affine transformation is drawn, evenly.

    The defaults are affNIST's (T. Tieleman, University of Toronto), but for the shift: affNIST's
    frame is 40 x 40, in which a digit can go as far as it stays inside. A frame of 28 x 28 has
    4 pixels of paper around a digit.

    Attributes:
        degrees: largest turn either way.
        shear: largest slant either way, in columns a row.
        least_scale: smallest factor of the height, and of the width.
        most_scale: largest one.
        pixels: largest shift along either axis, either way.
    """

    degrees: float = 20.0
    shear: float = 0.2
    least_scale: float = 0.8
    most_scale: float = 1.2
    pixels: float = 4.0


def rotate(images: np.ndarray, degrees: float) -> np.ndarray:
    """Turn images about their centre.

    Args:
        images: (B, H, W, C) float.
        degrees: counter-clockwise, as `scipy.ndimage.rotate` turns.
    """
    checked = _checked(images, degrees=degrees)
    turned = ndimage.rotate(checked, degrees, axes=(1, 2), reshape=False, order=1)
    return turned.astype(checked.dtype, copy=False)


def shift(images: np.ndarray, pixels: float, direction: Direction = "right") -> np.ndarray:
    """Move images.

    Args:
        images: (B, H, W, C) float.
        pixels: how far; parts of a pixel are interpolated.
        direction: whither; by a negative number of pixels the other way.
    """
    checked = _checked(images, pixels=pixels)
    down, right = STEPS[_one_of(direction, "direction", tuple(STEPS))]
    offsets = (-down * pixels, -right * pixels)
    return _affine(checked, np.eye(2), np.array(offsets), centred=False)


def scale(images: np.ndarray, factor: float) -> np.ndarray:
    """Enlarge images about their centre.

    Args:
        images: (B, H, W, C) float.
        factor: above 0; 2 makes everything twice as large.
    """
    checked = _checked(images, factor=factor)
    if factor <= 0:
        raise ValueError(f"Expected a factor above 0. Received: {factor}")
    return _affine(checked, np.eye(2) / factor)


def shear(images: np.ndarray, slant: float) -> np.ndarray:
    """Slant images about their centre, as handwriting slants.

    Args:
        images: (B, H, W, C) float.
        slant: columns to the right that a row moves for each row that it is above the centre.
    """
    checked = _checked(images, slant=slant)
    return _affine(checked, np.array([[1.0, 0.0], [slant, 1.0]]))


def thicken(images: np.ndarray, amount: float) -> np.ndarray:
    """Make strokes thicker or thinner.

    Args:
        images: (B, H, W, C) float.
        amount: in about a pixel on each side of a stroke, below 0 for thinner; beyond 1 it is
            done again and again.
    """
    result = _checked(images, amount=amount)
    count, height, width, channels = result.shape
    planes = np.moveaxis(result, -1, 1).reshape(count * channels, height, width)
    while amount:
        part = float(np.clip(amount, -1, 1))
        planes, amount = thickened(planes, np.full(len(planes), part)), amount - part
    return np.moveaxis(planes.reshape(count, channels, height, width), 1, -1)


def erase(images: np.ndarray, share: float, side: Side = "bottom") -> np.ndarray:
    """Lay paper over a part of the frame.

    Args:
        images: (B, H, W, C) float.
        share: of the frame, 0 to 1; a row that is covered in part pales in part.
        side: from which side the paper comes.
    """
    checked = _checked(images, share=share)
    if not 0 <= share <= 1:
        raise ValueError(f"Expected a share from 0 to 1. Received: {share}")
    _one_of(side, "side", ("bottom", "top", "left", "right"))
    axis = 1 if side in ("bottom", "top") else 2
    size = checked.shape[axis]
    kept = np.clip(size * (1 - share) - np.arange(size), 0, 1)  # from the far side
    if side in ("top", "left"):
        kept = kept[::-1]
    shape = [1, 1, 1, 1]
    shape[axis] = size
    return (checked * kept.reshape(shape)).astype(checked.dtype, copy=False)


def random_affine(
    images: np.ndarray, rng: np.random.Generator, within: AffineRange | None = None
) -> np.ndarray:
    """Turn, slant, stretch and move each image by amounts of its own, as affNIST was made.

    Args:
        images: (B, H, W, C) float.
        rng: draws the amounts, six an image, in the order of the images.
        within: the ranges; affNIST's if not given.
    """
    checked, within = _checked(images), within or AffineRange()
    amounts = rng.uniform(-1, 1, (len(checked), 6))
    moved = np.empty_like(checked)
    middle, spread = (
        (within.most_scale + within.least_scale) / 2,
        (within.most_scale - within.least_scale) / 2,
    )
    for i, (turn, slant, tall, wide, down, right) in enumerate(amounts):
        angle = np.radians(turn * within.degrees)
        cos, sin = np.cos(angle), np.sin(angle)
        turned = np.array([[cos, sin], [-sin, cos]])  # as `rotate`
        slanted = np.array([[1.0, 0.0], [slant * within.shear, 1.0]])
        stretched = np.diag([1 / (middle + spread * tall), 1 / (middle + spread * wide)])
        matrix = stretched @ slanted @ turned
        offset = -matrix @ np.array([down, right]) * within.pixels
        moved[i : i + 1] = _affine(checked[i : i + 1], matrix, offset)
    return moved


def _affine(
    images: np.ndarray, matrix: np.ndarray, offset: np.ndarray | None = None, centred: bool = True
) -> np.ndarray:
    """Read each image at `matrix` times the place in the result, from the centre, plus `offset`."""
    _, height, width, channels = images.shape
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    start = centre - matrix @ centre if centred else np.zeros(2)
    start = start if offset is None else start + offset
    result = np.empty_like(images)
    for i, c in np.ndindex(len(images), channels):
        ndimage.affine_transform(
            images[i, :, :, c], matrix, start, output=result[i, :, :, c], order=1
        )
    return result


def _checked(images: np.ndarray, **amounts: float) -> np.ndarray:
    """The images, once they and the amounts are known to be usable.

    Raises:
        ValueError: for images of another shape or type, or an amount that is not finite.
    """
    received: Any = images
    if not isinstance(received, np.ndarray) or received.ndim != 4:
        raise ValueError(
            "Expected images of shape (B, H, W, C). "
            f"Received: {getattr(received, 'shape', type(received).__name__)}"
        )
    if not np.issubdtype(received.dtype, np.floating):
        raise ValueError(f"Expected images of floats in [0, 1]. Received: {received.dtype}")
    for name, amount in amounts.items():
        if not np.isfinite(amount):
            raise ValueError(f"Expected {name} as a finite number. Received: {amount}")
    return received


def _one_of(value: str, what: str, known: tuple[str, ...]) -> Any:
    if value not in known:
        raise ValueError(f"Expected {what} as one of {', '.join(known)}. Received: {value!r}")
    return value
