"""The ink in a picture file: a photo, a scan or a drawing, dark on light or light on dark.

NumPy and Pillow only, so that a page can import it lightly.
"""

from __future__ import annotations

import io
import stat
import threading
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from capsnet.data.normalisation import SIDE
from capsnet.errors import PictureError

MAX_BYTES = 25 * 2**20
"""A phone's picture of 50 million pixels has 10 to 20 MB."""

MAX_PIXELS = 24_000_000
"""Of a good camera; to unpack them takes up to 0.4 GB, as WebP."""

MAX_REDUCED_PIXELS = 64_000_000
"""Of a JPEG, which is unpacked at a fraction of its size: a phone's 50 million take 9 MB, and
150 MB where they come in several passes (progressive), for then all of their coefficients wait."""

WORKING_SIDE = 280
"""Pictures are reduced to this side at most before anything is computed on them."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
LEAST_CONTRAST = 0.06
"""Ink must differ from the paper by this much, of black to white, to be seen at all."""


def read_picture(source: str | Path | bytes, side: int = WORKING_SIDE) -> np.ndarray:
    """Find the ink in a picture file.

    Dark on light or light on dark, whichever the picture's border says; transparency, EXIF
    rotation and uneven light are taken care of; of an animation the first frame counts. An image
    of 28 x 28 on pure white or black is taken for one like MNIST's, and so is one each of whose
    pixels was drawn as a square: its greys stay as they are.

    Args:
        source: a path, or the file's bytes: PNG, JPEG, WebP, GIF or BMP of at most MAX_BYTES
            and MAX_PIXELS, or MAX_REDUCED_PIXELS as JPEG.
        side: it is reduced to so many pixels a side at most.

    Returns:
        (H, W) float32 in [0, 1], high where there is ink.

    Raises:
        PictureError: if it is no picture, incomplete, too large, or shows no ink.
    """
    luma, alpha = _decoded(bytes_of(source), side)
    luma = _magnified(luma) if alpha is None else luma
    if alpha is None:
        return _ink(luma)
    on_white, on_black = luma * alpha + (1 - alpha), luma * alpha
    pale = np.ptp(on_white) < np.ptp(on_black) / 2  # white ink on nothing
    return _ink(on_black if pale else on_white)


def bytes_of(source: str | Path | bytes) -> bytes:
    """A picture file's content; PictureError if it cannot be read or is too large."""
    if not isinstance(source, bytes):
        try:
            path = Path(source)
            if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe waits for who writes into it
                raise PictureError("This is no file: a folder, a pipe or a device.")
            with path.open("rb") as file:
                source = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise PictureError(f"The picture could not be opened: {error.strerror}.") from None
    if len(source) > MAX_BYTES:
        raise PictureError(f"The picture is too large: at most {MAX_BYTES // 2**20} MB, please.")
    return source


def _decoded(raw: bytes, side: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Brightness (H, W) in [0, 1], and opacity likewise if the picture has any transparency."""
    image = opened(raw)
    try:
        with unpacking:
            return _channels(_reduced(image, side))
    except Exception:  # and again on broken ones
        raise PictureError("The picture is incomplete or damaged: try to send it again.") from None


def opened(raw: bytes) -> Image.Image:
    """A picture file that is not unpacked yet.

    Raises:
        PictureError: if it is no picture, or has too many pixels.
    """
    try:
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(_too_many_pixels(MAX_PIXELS)) from None
    except Exception:  # Pillow's readers fail in many ways on files that are no pictures
        raise PictureError("This is not a picture I can read: send a PNG, JPEG or WebP.") from None
    most = MAX_REDUCED_PIXELS if image.format == "JPEG" else MAX_PIXELS
    if (pixels := image.width * image.height) > most:
        raise PictureError(f"{_too_many_pixels(most)} It has {pixels:,}.")
    return image


unpacking = threading.Lock()
"""One visitor's picture at a time: a class may send theirs all at once."""


def _too_many_pixels(most: int) -> str:
    also = "" if most > MAX_PIXELS else f" ({MAX_REDUCED_PIXELS // 10**6} million as JPEG)"
    return f"The picture has too many pixels: at most {most // 10**6} million{also}, please."


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """Upright and of a bounded size; a JPEG is never unpacked at full size at all."""
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    image.draft("L", (side, side))
    image.load()
    if image.mode.startswith("I"):  # 16 bits a pixel, or a scanner's 12 that say no more of white
        deep = np.asarray(image)
        image = Image.fromarray((deep >> (8 if deep.max() > 4095 else 4)).clip(0, 255).astype("u1"))
    elif "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
        image = (image if image.mode in ("RGBA", "LA") else image.convert("RGBA")).convert("LA")
    else:
        image = image.convert("L")
    image.info.pop("exif", None)
    image.thumbnail((side, side), Image.Resampling.BOX, reducing_gap=None)
    image.getexif()[ExifTags.Base.Orientation] = orientation  # which converting may have lost
    return ImageOps.exif_transpose(image)


def _channels(image: Image.Image) -> tuple[np.ndarray, np.ndarray | None]:
    pixels = np.asarray(image, np.float32) / 255
    if image.mode == "L":
        return pixels, None
    luma, alpha = pixels[..., 0], pixels[..., 1]
    return luma, None if alpha.min() == 1 else alpha


def _ink(luma: np.ndarray) -> np.ndarray:
    """How far each pixel is from the paper, 0 for paper and 1 for full ink."""
    if (kept := _as_it_is(luma)) is not None:
        return kept
    paper, noise = _paper(luma)
    difference = luma - paper
    dark, light = (np.quantile(sign * difference, 0.9995) for sign in (-1, 1))
    if max(dark, light) <= max(4 * noise, LEAST_CONTRAST):
        raise PictureError("There is no ink in the picture: send a digit on plain paper.")
    difference = difference if light > dark else -difference
    low = 3 * noise
    full = np.quantile(difference[difference > max(low, LEAST_CONTRAST)], 0.9)
    return np.clip((difference - low) / (full - low), 0, 1).astype(np.float32)


def _magnified(luma: np.ndarray) -> np.ndarray:
    """The image of 28 x 28 whose pixels are drawn as squares here; any other picture as it is."""
    side = len(luma) // SIDE
    if side < 2 or luma.shape != (SIDE * side, SIDE * side):
        return luma
    squares = luma.reshape(SIDE, side, SIDE, side)
    firsts = squares[:, :1, :, :1]
    return luma if np.abs(squares - firsts).max() > 1 / 255 else firsts[:, 0, :, 0]


def _as_it_is(luma: np.ndarray) -> np.ndarray | None:
    """The ink of an image that is like MNIST's already, exactly; None for any other picture."""
    edge = np.concatenate([luma[0], luma[-1], luma[:, 0], luma[:, -1]])
    if luma.shape != (SIDE, SIDE) or edge[0] not in (0, 1) or np.ptp(edge):
        return None
    ink = np.abs(luma - edge[0])
    return np.rint(255 * ink) / np.float32(255) if ink.max() > LEAST_CONTRAST else None


def _paper(luma: np.ndarray) -> tuple[np.ndarray, float]:
    """The paper's brightness everywhere, and its noise, judged by the picture's border.

    A plane through the border's pixels follows light that falls from one side; pixels far from
    it (ink that touches the border, the edge of a table) are left out of a second fit.
    """
    height, width = luma.shape
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    plane = np.stack([np.ones_like(rows), rows, columns], axis=-1)  # (H, W, 3)
    depth = max(1, min(height, width) // 25)
    border = np.ones(luma.shape, bool)
    border[depth : height - depth, depth : width - depth] = False
    level = np.median(luma[border])
    kept, spread = border, np.median(np.abs(luma[border] - level))
    fitted = np.full(luma.shape, level, np.float32)
    for _ in range(2):
        kept = border & (np.abs(luma - fitted) <= 3 * max(spread, 1 / 255))
        weights, *_ = np.linalg.lstsq(plane[kept], luma[kept], rcond=None)
        fitted = plane @ weights
        spread = np.median(np.abs(luma[kept] - fitted[kept]))
    return fitted, float(1.5 * spread)  # 1.5 absolute deviations are about one standard deviation
