"""The digit a visitor is looking at, and how it travels in a link."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from capsnet.data import strokes as pen
from capsnet.data.images import to_pixels
from capsnet.data.normalisation import FAINTEST, normalise, shrink
from capsnet.data.resizing import as_shape
from capsnet.errors import PictureError
from dashboard.markdown import escaped
from dashboard.state.galleries import DIGIT_SHAPE, Gallery
from dashboard.state.link_encoding import packed, unpacked

LINK_NAMES = ("digit", "ink", "strokes")
"""The query parameters in which a digit travels, one at a time."""

LONGEST_LINK = 2000
"""Characters of `strokes`, and of the `ink` of a 28x28 drawing, which mostly stays well below."""

LONGEST_INK = 4200
"""Characters of any `ink`: those of a photo of 32 x 32 in colour. Larger ones do not travel."""

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
        pixels: 28 x 28 bytes, row by row, 0 for paper and 255 for ink; of `shape` in general.
        label: its class, by number or by name, if that is known.
        index: its number in its gallery, if it is from one.
        strokes: what the pen did, packed as in `capsnet.data.strokes`, if it was drawn.
        whole: True for a drawing that went in as it was, not normalised.
        chosen: False for the one that stands there until the visitor has one.
        shape: rows, columns and channels.
        run: whose gallery it is from, as `Gallery.run`.
    """

    pixels: bytes
    label: int | str | None = None
    index: int | None = None
    strokes: bytes | None = None
    whole: bool = False
    chosen: bool = True
    shape: tuple[int, int, int] = DIGIT_SHAPE
    run: str = ""

    @property
    def images(self) -> np.ndarray:
        """The image as a batch of one, (1, 28, 28, 1) float32 in [0, 1]."""
        return to_pixels(self.levels[None])

    @property
    def levels(self) -> np.ndarray:
        """The image by itself, (28, 28, 1) uint8."""
        return np.frombuffer(self.pixels, np.uint8).reshape(self.shape)

    @property
    def name(self) -> str:
        """What its files are called."""
        if self.index is None:
            return "drawing"
        return f"picture-{self.index}" if self.run else f"digit-{self.index}"

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
        ink = packed(self.pixels)
        return {"ink": ink} if len(ink) <= LONGEST_INK else {}

    def class_among(self, names: Sequence[str]) -> int | None:
        """Its class's place among a network's; None if it is not known, or none of them."""
        label = str(self.label)
        return list(names).index(label) if label in names else None


def pictured(gallery: Gallery, index: int) -> CurrentDigit:
    """The picture number `index` of a gallery.

    Raises:
        LinkError: if there is none.
    """
    if not 0 <= index < len(gallery):
        raise LinkError(
            f"There is no {gallery.one} number {index}; they run from 0 to {len(gallery) - 1}."
        )
    return CurrentDigit(
        gallery.pictures.images[index].tobytes(),
        gallery.label(index),
        index,
        shape=gallery.shape,
        run=gallery.run,
    )


def from_image(image: np.ndarray) -> CurrentDigit:
    """A drawn or uploaded digit.

    Args:
        image: (28, 28, 1) float32 in [0, 1], or of another shape; kept with 256 levels, as a link
            carries it.
    """
    height, width, channels = image.shape
    levels = np.rint(image * 255).astype(np.uint8)
    return CurrentDigit(levels.tobytes(), shape=(height, width, channels))


def from_strokes(
    strokes: bytes, whole: bool = False, shape: tuple[int, int, int] = DIGIT_SHAPE
) -> CurrentDigit:
    """A digit drawn on the pad.

    Args:
        strokes: packed as in `capsnet.data.strokes`.
        whole: shrink the sheet as it is, instead of normalising the digit.
        shape: of the image that it becomes.

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
    image = from_ink(ink, whole, shape)
    return dataclasses.replace(image, strokes=strokes, whole=whole)


def from_ink(
    ink: np.ndarray, whole: bool = False, shape: tuple[int, int, int] = DIGIT_SHAPE
) -> CurrentDigit:
    """A digit from the ink of a drawing or a photo, (H, W), as for `normalise`.

    Args:
        ink: high where there is ink.
        whole: shrink the sheet as it is, instead of normalising the digit.
        shape: of the image that it becomes.

    Raises:
        PictureError: if there is no ink.
    """
    side = min(shape[:2])
    image = from_image(shrink(ink, side) if whole else normalise(ink, side))
    return dataclasses.replace(_reshaped(image, shape), whole=whole)


def suited(digit: CurrentDigit, gallery: Gallery) -> CurrentDigit | None:
    """The same digit for a network whose pictures are like a gallery's.

    A drawing is drawn anew, another picture enlarged or reduced. None for a picture of another
    gallery: who looks at letters has no use for a number of a digit.
    """
    if digit.index is None:
        if digit.shape == gallery.shape:
            return digit
        if digit.strokes is not None:
            return from_strokes(digit.strokes, digit.whole, gallery.shape)
        return _reshaped(digit, gallery.shape)
    if digit.run != gallery.run or digit.index >= len(gallery):
        return None
    if digit.shape == gallery.shape:
        return digit
    return dataclasses.replace(pictured(gallery, digit.index), chosen=digit.chosen)


def _reshaped(digit: CurrentDigit, shape: tuple[int, int, int]) -> CurrentDigit:
    if digit.shape == shape:
        return digit
    return dataclasses.replace(digit, pixels=as_shape(digit.levels, shape).tobytes(), shape=shape)


def from_link(parameters: Mapping[str, str], gallery: Gallery) -> CurrentDigit | None:
    """The digit that a link names; None if it names none.

    Args:
        parameters: the link's query parameters.
        gallery: the pictures that go with the network in use.

    Raises:
        LinkError: if it names one that cannot be shown.
    """
    if "digit" in parameters:
        number = parameters["digit"]
        if not re.fullmatch(r"-?[0-9]{1,9}", number):
            said = escaped(number[:20])
            raise LinkError(f"The link's {gallery.one} number is no whole number: '{said}'.")
        return pictured(gallery, int(number))
    if "ink" in parameters:
        return _from_ink_link(parameters["ink"], gallery.shape)
    if "strokes" in parameters:
        return _from_stroke_link(parameters["strokes"], gallery.shape)
    return None


def _from_ink_link(code: str, shape: tuple[int, int, int]) -> CurrentDigit:
    """The picture of a link: of the network's shape, or of MNIST's, which becomes that."""
    pixels = _unpacked(code, max(map(math.prod, (shape, DIGIT_SHAPE))), LONGEST_INK)
    its = next((one for one in (shape, DIGIT_SHAPE) if math.prod(one) == len(pixels)), None)
    if its is None:
        raise LinkError(_DAMAGED)
    if max(pixels) <= FAINTEST * 255:  # which the network may take for a digit
        raise LinkError("The link's drawing is an empty sheet.")
    return _reshaped(CurrentDigit(pixels, shape=its), shape)


def _from_stroke_link(code: str, shape: tuple[int, int, int]) -> CurrentDigit:
    if code[:1] not in _WHOLE:
        raise LinkError(_DAMAGED)
    try:
        return from_strokes(_unpacked(code[1:], LONGEST_STROKES), _WHOLE[code[0]], shape)
    except (pen.StrokesError, PictureError):
        raise LinkError(_DAMAGED) from None


def _unpacked(text: str, longest: int, most: int = LONGEST_LINK) -> bytes:
    if len(text) > most:
        raise LinkError("The link's drawing is too long to be one of ours.")
    try:
        return unpacked(text, longest)
    except ValueError:
        raise LinkError(_DAMAGED) from None
