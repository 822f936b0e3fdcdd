"""The orders of axes in which pictures are stored, brought to (N, H, W, C)."""

from __future__ import annotations

import math

import numpy as np

from capsnet.errors import DataError

CHANNELS = (1, 2, 3)


def as_pictures(array: np.ndarray, count: int | None, where: str) -> tuple[np.ndarray, list[str]]:
    """Pictures as (N, H, W, C), without a copy where that can be, and what was done.

    Args:
        array: (N, H, W), (N, H, W, C), (N, C, H, W), (N, P) with P pixels; or with N last, as
            MATLAB has them.
        count: how many labels there are; None if there are none.
        where: the file, for messages.

    Raises:
        DataError: for any other shape, or type.
    """
    if array.dtype.kind not in "buif":
        raise DataError(f"Expected pixels as numbers in {where}. Received: type {array.dtype}")
    steps: list[str] = []
    if array.dtype == bool:
        array = array.view(np.uint8)
    last = count is not None and array.shape[-1] == count != array.shape[0]
    if last and array.ndim in (2, 3, 4):
        array = np.moveaxis(array, -1, 0)
        steps.append("pictures counted by the first axis, not the last")
    if array.ndim == 2:
        return _unfolded(array, where, steps)
    if array.ndim == 3:
        return array[..., None], steps
    if array.ndim == 4:
        if array.shape[3] in CHANNELS:
            return array, steps
        if array.shape[1] in CHANNELS:
            return np.ascontiguousarray(np.moveaxis(array, 1, 3)), [*steps, "channels moved last"]
        if array.shape[3] == 4 and np.ptp(array[..., 3]) == 0:
            return array[..., :3], [*steps, "opacity left out"]
    raise DataError(
        f"Expected pictures of shape (N, H, W), (N, H, W, C) or (N, C, H, W) with 1, 2 or 3 "
        f"channels, or rows of pixels, in {where}. Received: shape {array.shape}"
    )


def _unfolded(rows: np.ndarray, where: str, steps: list[str]) -> tuple[np.ndarray, list[str]]:
    count, values = rows.shape
    for channels in (1, 3):
        side = math.isqrt(values // channels)
        if side * side * channels == values and side >= 8:
            step = f"rows of {values} values laid out as {side} x {side}"
            if channels == 1:
                return rows.reshape(count, side, side, 1), [*steps, step]
            planes = rows.reshape(count, 3, side, side)  # as CIFAR: all red, all green, all blue
            return np.ascontiguousarray(np.moveaxis(planes, 1, 3)), [
                *steps,
                step + " x 3, colour by colour",
            ]
    raise DataError(
        f"Expected rows of a square picture's pixels (such as 256 or 784) in {where}. "
        f"Received: rows of {values}"
    )
