"""The current digit and its trace as files."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from capsnet.network.trace import CapsNetTrace


def png(image: np.ndarray, side: int) -> bytes:
    """An image, (28, 28, 1) in [0, 1], as PNG of `side` pixels: ink dark, each pixel a square."""
    levels = np.rint(255 * (1 - image[..., 0])).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).resize((side, side), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def archive(trace: CapsNetTrace) -> bytes:
    """All arrays of a trace, as `CapsNetTrace.save` writes them."""
    file = io.BytesIO()
    trace.save(file)
    return file.getvalue()
