"""The photo of many digits that a visitor has sent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capsnet.data.many_digits import PAGE_SIDE, Found, split
from capsnet.data.pictures import PictureError, normalise, read_picture


@dataclass(frozen=True)
class Page:
    """What was found on a photo.

    Attributes:
        ink: (H, W) float32 in [0, 1], 1 for ink.
        found: its digits, in the order of reading; at least one.
        images: (N, 28, 28, 1) float32 in [0, 1], as they go to the network.
    """

    ink: np.ndarray
    found: list[Found]
    images: np.ndarray


def read_page(raw: bytes) -> Page:
    """Find the digits of a photo.

    Args:
        raw: the picture file.

    Raises:
        PictureError: if it is none that can be read, or shows no digit.
    """
    ink = read_picture(raw, PAGE_SIDE)
    found = split(ink)
    if not found:
        raise PictureError("There are only specks in the picture: send digits on plain paper.")
    return Page(ink, found, np.stack([normalise(one.ink) for one in found]))
