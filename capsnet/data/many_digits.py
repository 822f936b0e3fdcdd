"""A photo of many digits: where each one is, and its ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

from capsnet.data.pictures import read_picture
from capsnet.errors import PictureError

PAGE_SIDE = 1600
"""A page is reduced to this side at most, so that a digit of a hundredth of it keeps 16 pixels."""

INK = 0.35
"""From here on a pixel belongs to a stroke."""

LEAST = 1 / 200
"""Share of the page's longer side that a digit is at least high or wide; less is a speck."""

SMALL = 0.5
"""Parts of less than this share of the usual height are parts of a digit, or specks."""

TALL = 1.4
"""Two parts, one above the other, are one broken digit if they are no taller, in usual heights."""

NEAR = 0.25
"""A part that is this near to a digit, in usual heights, and beside none of it, belongs to it."""

WIDE = 1.25
"""A part that is so much wider than high shows two digits that touch, or none."""

MOST = 400
"""More parts than these are no page of digits."""


@dataclass(frozen=True)
class Found:
    """One digit on a page.

    Attributes:
        box: left, top, width and height, as shares (0 to 1) of the upright picture's sides.
        ink: (H, W) float32 in [0, 1], cut out of the page, without its neighbours' ink.
        touching: whether it seems to be two digits that touch.
    """

    box: tuple[float, float, float, float]
    ink: np.ndarray
    touching: bool


def find_digits(source: str | Path | bytes) -> list[Found]:
    """Find each digit of a page, in the order of reading.

    A digit is what hangs together (8 neighbours, `scipy.ndimage.label`), and the small parts near
    it, such as the roof of a 5.

    Args:
        source: as for `image.read_picture`.

    Raises:
        PictureError: if there is no ink to be had, or so many parts that it is no page of digits.
    """
    return split(read_picture(source, PAGE_SIDE))


def split(ink: np.ndarray) -> list[Found]:
    """Each digit of a page's ink; see `find_digits`.

    Args:
        ink: (H, W) float32 in [0, 1].
    """
    labels, count = ndimage.label(ink > INK, structure=np.ones((3, 3)))
    boxes = _boxes(ndimage.find_objects(labels))
    large = np.flatnonzero((boxes[:, 2:] - boxes[:, :2]).max(1) >= LEAST * max(ink.shape))
    if len(large) > MOST:
        raise PictureError(
            f"Expected a page of at most {MOST} digits on plain paper. "
            f"Received: one with {len(large):,} separate strokes."
        )
    groups = _joined(boxes, large)
    return [_found(ink, labels, boxes, groups[i]) for i in _reading_order(boxes, groups)]


def _boxes(slices: Sequence[tuple[slice, slice]]) -> np.ndarray:
    """Top, left, bottom and right of each part, (N, 4)."""
    sides = [(y.start, x.start, y.stop, x.stop) for y, x in slices]
    return np.array(sides, int).reshape(-1, 4)


def _joined(boxes: np.ndarray, large: np.ndarray) -> list[list[int]]:
    """Parts that make one digit: small ones go with the nearest digit above, below or around."""
    heights = boxes[large, 2] - boxes[large, 0]
    usual = np.quantile(heights, 0.75) if len(heights) else 0
    whole = [int(i) for i, height in zip(large, heights, strict=True) if height >= SMALL * usual]
    groups = _mended(boxes, whole, TALL * usual)
    for i in np.setdiff1d(large, whole):
        gaps = [_gap(boxes[i], _around(boxes, group)) for group in groups]
        if gaps and min(gaps) <= NEAR * usual:
            groups[int(np.argmin(gaps))].append(int(i))
    return groups


def _mended(boxes: np.ndarray, whole: Sequence[int], tallest: float) -> list[list[int]]:
    """Parts that stand above one another, as those of a broken stroke, are one digit."""
    groups: list[list[int]] = []
    for i in sorted(whole, key=lambda part: boxes[part, 0]):
        for group in groups:
            top, _, bottom, _ = _around(boxes, [*group, i])
            before = _around(boxes, group)
            shared = min(before[3], boxes[i, 3]) - max(before[1], boxes[i, 1])
            narrower = min(before[3] - before[1], boxes[i, 3] - boxes[i, 1])
            if shared > narrower / 2 and bottom - top <= tallest:
                group.append(i)
                break
        else:
            groups.append([i])
    return groups


def _gap(one: np.ndarray, other: np.ndarray) -> float:
    """Distance of two boxes, in pixels; 0 if they overlap."""
    apart = np.maximum(one[:2] - other[2:], other[:2] - one[2:]).clip(0)
    return float(np.hypot(*apart))


def _reading_order(boxes: np.ndarray, groups: Sequence[Sequence[int]]) -> list[int]:
    """Line by line, each from the left; a line is what the first digit's height reaches."""
    sides = np.array([_around(boxes, group) for group in groups]).reshape(-1, 4)
    left = sorted(range(len(groups)), key=lambda i: sides[i, 0] + sides[i, 2])
    order: list[int] = []
    while left:
        top, _, bottom, _ = sides[left[0]]
        middle = (sides[left, 0] + sides[left, 2]) / 2
        line = [i for i, at in zip(left, middle, strict=True) if top <= at <= bottom]
        order += sorted(line, key=lambda i: sides[i, 1])
        left = [i for i in left if i not in line]
    return order


def _around(boxes: np.ndarray, group: Sequence[int]) -> np.ndarray:
    parts = boxes[list(group)]
    return np.concatenate([parts[:, :2].min(axis=0), parts[:, 2:].max(axis=0)])


def _found(ink: np.ndarray, labels: np.ndarray, boxes: np.ndarray, group: Sequence[int]) -> Found:
    top, left, bottom, right = (int(side) for side in _around(boxes, group))
    # One pixel more, where the strokes' grey edges are.
    top, left = max(top - 1, 0), max(left - 1, 0)
    bottom, right = min(bottom + 1, ink.shape[0]), min(right + 1, ink.shape[1])
    part = labels[top:bottom, left:right]
    own = np.isin(part, [i + 1 for i in group])
    others = (part > 0) & ~own
    grey = ndimage.binary_dilation(own, np.ones((3, 3))) & ~others
    height, width = ink.shape
    share = left / width, top / height, (right - left) / width, (bottom - top) / height
    return Found(
        box=share,
        ink=np.where(grey, ink[top:bottom, left:right], 0).astype(np.float32),
        touching=right - left > WIDE * (bottom - top),
    )
