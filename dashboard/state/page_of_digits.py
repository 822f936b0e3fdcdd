"""The photo of many digits that a visitor has sent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capsnet.data.many_digits import PAGE_SIDE, Found, split
from capsnet.data.pictures import read_picture
from capsnet.errors import PictureError
from dashboard.state.digit import CurrentDigit, from_ink


@dataclass(frozen=True)
class Page:
    """What was found on a photo.

    Attributes:
        ink: (H, W) float32 in [0, 1], 1 for ink.
        found: its digits, in the order of reading; at least one.
    """

    ink: np.ndarray
    found: list[Found]

    def digits(self, shape: tuple[int, int, int]) -> list[CurrentDigit]:
        """Its digits, as a network takes them whose pictures have this shape."""
        return [from_ink(one.ink, shape=shape) for one in self.found]


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
    return Page(ink, found)
