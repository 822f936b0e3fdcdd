"""Ink brought to the size and place that MNIST's digits have.

NumPy and Pillow only, so that a page can import it lightly. `dashboard/static/draw_pad/ink.js`
computes the same in the same order.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from capsnet.errors import PictureError

SIDE = 28
"""Rows and columns of MNIST's images."""

BOX = 20
"""The longest side of a digit inside its 28 x 28 image, as in MNIST."""

FAINTEST = 0.1
"""Ink below this share of the darkest is taken for paper."""


def normalise(ink: np.ndarray, side: int = SIDE) -> np.ndarray:
    """Bring ink to MNIST's size and place.

    As the MNIST page describes it: the digit is cropped, scaled with antialiasing until its
    longest side is 20 pixels, and placed with its centre of mass in the middle of 28 x 28. A
    digit whose mass lies far to one side is moved only as far as it fits.

    Args:
        ink: (H, W) of any size, high where there is ink: uint8 or bool, or float in [0, 1].
        side: of the image, in pixels; the digit's longest side is 20 of 28 of it.

    Returns:
        (28, 28, 1) float32 in [0, 1]; the darkest pixel is 1.

    Raises:
        ValueError: for another shape, type or range.
        PictureError: if there is no ink.
    """
    digit = _fitted(_cropped(_checked(ink)), side)
    placed = np.zeros((side, side), np.float32)
    top, left = (_start(digit, axis, side) for axis in (0, 1))
    placed[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return placed[..., None]


def shrink(ink: np.ndarray, side: int = SIDE) -> np.ndarray:
    """The whole frame at 28 x 28, nothing cropped or moved: what `normalise` spares the network.

    Args:
        ink: as for `normalise`; a frame that is not square is padded with paper.
        side: of the image, in pixels.

    Returns:
        (28, 28, 1) float32 in [0, 1].

    Raises:
        ValueError: for another shape, type or range.
    """
    frame = _checked(ink)
    longest = max(frame.shape)
    square = np.zeros((longest, longest), np.float32)
    top, left = ((longest - n) // 2 for n in frame.shape)
    square[top : top + frame.shape[0], left : left + frame.shape[1]] = frame
    return _resized(square, side, side)[..., None]


def check_ink(image: np.ndarray) -> None:
    """Check that an image has ink in it: the network may take a blank sheet for a digit.

    Args:
        image: (28, 28, 1) float32 in [0, 1], as it goes to the network.

    Raises:
        PictureError: if its darkest pixel is no darker than what passes for paper, `FAINTEST`.
    """
    if not image.max() > FAINTEST:
        raise PictureError("There is no ink in it: draw or send a digit.")


def is_side_by_side(image: np.ndarray) -> bool:
    """Whether an image seems to show two digits, one beside the other: 5 of MNIST's 55,000 do.

    Its widest stripe without ink, from top to bottom, then has on either side a sixth of the ink
    and at least half its height.

    Args:
        image: (28, 28, 1) float32 in [0, 1], as from `normalise`.
    """
    ink = image[..., 0]
    seen = ink > FAINTEST
    columns = np.flatnonzero(seen.any(0))
    gaps = np.diff(columns)
    if gaps.max(initial=1) < 2:
        return False
    cut = columns[gaps.argmax()] + 1
    rows = [np.flatnonzero(side.any(1)) for side in (seen[:, :cut], seen[:, cut:], seen)]
    left, right, height = (np.ptp(row) + 1 for row in rows)
    share = ink[:, :cut].sum() / ink.sum()
    return bool(min(share, 1 - share) > 1 / 6 and min(left, right) >= height / 2)


def _checked(ink: np.ndarray) -> np.ndarray:
    """Ink as float32 in [0, 1]."""
    if not isinstance(ink, np.ndarray) or ink.ndim != 2 or not ink.size:
        received = f"shape {ink.shape}" if isinstance(ink, np.ndarray) else type(ink).__name__
        raise ValueError(f"Expected ink as an array of shape (H, W). Received: {received}")
    if ink.dtype == np.uint8:
        return ink.astype(np.float32) / 255
    if ink.dtype != np.bool_ and not np.issubdtype(ink.dtype, np.floating):
        raise ValueError(f"Expected ink of type uint8, bool or float. Received: {ink.dtype}")
    low, high = ink.min(), ink.max()
    if not (low >= 0 and high <= 1):  # also False for NaN
        raise ValueError(f"Expected ink in [0, 1]. Received: from {low} to {high}")
    return ink.astype(np.float32)


def _cropped(ink: np.ndarray) -> np.ndarray:
    """The smallest part that holds all ink."""
    peak = ink.max()
    seen = ink > FAINTEST * peak
    if peak == 0:
        raise PictureError("There is no ink in it: draw or send a digit.")
    rows, columns = (np.flatnonzero(seen.any(axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fitted(digit: np.ndarray, side: int) -> np.ndarray:
    """The digit with its longest side at 20 of 28 pixels and its darkest pixel at 1."""
    height, width = digit.shape
    scale = BOX * side / SIDE / max(height, width)
    small = _resized(digit, max(1, round(height * scale)), max(1, round(width * scale)))
    return small / max(small.max(), 1e-6)


def _resized(ink: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize with antialiasing."""
    resized = Image.fromarray(ink).resize((width, height), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(resized, np.float32), 0, ink.max())  # bicubic overshoots


def _start(digit: np.ndarray, axis: int, side: int) -> int:
    """Where the digit begins so that its centre of mass is in the middle, if it fits there."""
    mass = digit.sum(1 - axis)
    centre = ((np.arange(len(mass)) + 0.5) * mass).sum() / mass.sum()
    return int(np.clip(round(side / 2 - centre), 0, side - len(mass)))
