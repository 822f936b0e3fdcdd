"""The digit a visitor is looking at, and how it travels in a link."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from capsnet.data import strokes as pen
from capsnet.data.images import Digits, to_pixels
from capsnet.data.pictures import FAINTEST, PictureError, normalise, shrink
from dashboard.markdown import escaped
from dashboard.state.link_encoding import packed, unpacked

SIDE = 28
LINK_NAMES = ("digit", "ink", "strokes")
"""The query parameters in which a digit travels, one at a time."""

LONGEST_LINK = 2000
"""Characters of `ink` or `strokes`; the most detailed 28x28 drawings stay well below."""

LONGEST_STROKES = 100_000
"""Bytes of unpacked strokes."""

SMALLEST_DRAWING = 30
"""Units of the sheet (1000 wide) that a pen must move before its drawing is more than a dot."""

_WHOLE = {"n": False, "w": True}
"""How a link's strokes begin: n for normalised, w for the whole sheet."""

_DAMAGED = "The link's drawing is incomplete or damaged."


class LinkError(ValueError):
    """A link whose digit cannot be shown; the message is one sentence for the visitor."""


@dataclass(frozen=True)
class CurrentDigit:
    """An image and where it came from.

    Attributes:
        pixels: 28 x 28 bytes, row by row, 0 for paper and 255 for ink.
        label: its class, by number or by name, if that is known.
        index: its place among the bundled digits, if it is one of them.
        strokes: what the pen did, packed as in `capsnet.data.strokes`, if it was drawn.
        whole: True for a drawing that went in as it was, not normalised.
        chosen: False for the one that stands there until the visitor has one.
    """

    pixels: bytes
    label: int | str | None = None
    index: int | None = None
    strokes: bytes | None = None
    whole: bool = False
    chosen: bool = True

    @property
    def images(self) -> np.ndarray:
        """The image as a batch of one, (1, 28, 28, 1) float32 in [0, 1]."""
        return to_pixels(np.frombuffer(self.pixels, np.uint8).reshape(1, SIDE, SIDE, 1))

    @property
    def name(self) -> str:
        """What its files are called."""
        return "drawing" if self.index is None else f"digit-{self.index}"

    @property
    def link(self) -> dict[str, str]:
        """The query parameters that open this digit elsewhere."""
        if not self.chosen:
            return {}
        if self.index is not None:
            return {"digit": str(self.index)}
        if self.strokes is not None:
            code = ("w" if self.whole else "n") + packed(self.strokes)
            if len(code) <= LONGEST_LINK:
                return {"strokes": code}
        return {"ink": packed(self.pixels)}


def bundled(digits: Digits, index: int) -> CurrentDigit:
    """The bundled digit at `index`.

    Raises:
        LinkError: if there is none.
    """
    if not 0 <= index < len(digits):
        raise LinkError(f"There is no digit number {index}; they run from 0 to {len(digits) - 1}.")
    return CurrentDigit(digits.images[index].tobytes(), int(digits.labels[index]), index)


def from_image(image: np.ndarray) -> CurrentDigit:
    """A drawn or uploaded digit.

    Args:
        image: (28, 28, 1) float32 in [0, 1]; kept with 256 levels, as a link carries it.
    """
    return CurrentDigit(np.rint(image * 255).astype(np.uint8).tobytes())


def from_strokes(strokes: bytes, whole: bool = False) -> CurrentDigit:
    """A digit drawn on the pad.

    Args:
        strokes: packed as in `capsnet.data.strokes`.
        whole: shrink the sheet as it is, instead of normalising the digit.

    Raises:
        StrokesError: if they are damaged or too many.
        PictureError: if they leave no digit on the sheet: nothing at all, or only a dot.
    """
    drawn = pen.unpack(strokes)
    if not drawn:
        raise PictureError("Draw a digit.")
    if pen.extent(drawn) < SMALLEST_DRAWING:
        raise PictureError("That is only a dot: draw a digit.")
    ink = pen.draw(drawn)
    if not ink.any():
        raise PictureError("That is beside the sheet: draw a digit on it.")
    image = shrink(ink) if whole else normalise(ink)
    return dataclasses.replace(from_image(image), strokes=strokes, whole=whole)


def from_link(parameters: Mapping[str, str], digits: Digits) -> CurrentDigit | None:
    """The digit that a link names; None if it names none.

    Args:
        parameters: the link's query parameters.
        digits: the bundled digits.

    Raises:
        LinkError: if it names one that cannot be shown.
    """
    if "digit" in parameters:
        number = parameters["digit"]
        if not re.fullmatch(r"-?[0-9]{1,9}", number):
            said = escaped(number[:20])
            raise LinkError(f"The link's digit number is no whole number: '{said}'.")
        return bundled(digits, int(number))
    if "ink" in parameters:
        pixels = _unpacked(parameters["ink"], SIDE * SIDE)
        if len(pixels) != SIDE * SIDE:
            raise LinkError(_DAMAGED)
        if max(pixels) <= FAINTEST * 255:  # which the network may take for a digit
            raise LinkError("The link's drawing is an empty sheet.")
        return CurrentDigit(pixels)
    if "strokes" in parameters:
        return _from_stroke_link(parameters["strokes"])
    return None


def _from_stroke_link(code: str) -> CurrentDigit:
    if code[:1] not in _WHOLE:
        raise LinkError(_DAMAGED)
    try:
        return from_strokes(_unpacked(code[1:], LONGEST_STROKES), _WHOLE[code[0]])
    except (pen.StrokesError, PictureError):
        raise LinkError(_DAMAGED) from None


def _unpacked(text: str, longest: int) -> bytes:
    if len(text) > LONGEST_LINK:
        raise LinkError("The link's drawing is too long to be one of ours.")
    try:
        return unpacked(text, longest)
    except ValueError:
        raise LinkError(_DAMAGED) from None
