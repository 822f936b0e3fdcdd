"""From a photo to a picture in colour, as a network of three channels takes it."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from capsnet.data.pictures import bytes_of, opened, unpacking
from capsnet.errors import PictureError


def read_photo(raw: bytes, shape: tuple[int, int, int]) -> np.ndarray:
    """The middle of a photo, reduced: as much of it as has the proportions wanted.

    Args:
        raw: the file's bytes: PNG, JPEG, WebP, GIF or BMP, as large as `read_picture` takes.
        shape: rows, columns and three channels.

    Returns:
        (H, W, 3) float32 in [0, 1].

    Raises:
        PictureError: if it is no picture, incomplete or too large.
    """
    height, width, _ = shape
    image = opened(bytes_of(raw))
    try:
        with unpacking:
            image.draft("RGB", (8 * width, 8 * height))  # of a JPEG no more is unpacked
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except Exception:  # Pillow's readers fail in many ways on broken files
        raise PictureError("The picture is incomplete or damaged: try to send it again.") from None
    paper = Image.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright)
    fitted = ImageOps.fit(paper.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
    return np.asarray(fitted, np.float32) / 255
