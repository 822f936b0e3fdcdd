"""The current digit and its trace as files."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from capsnet.data.display import levels
from capsnet.network.trace import CapsNetTrace


def png(image: np.ndarray, times: int = 1) -> bytes:
    """An image, (H, W, C) in [0, 1], as PNG: as it is shown, each pixel a square of `times`."""
    picture = Image.fromarray(levels(image))
    size = picture.width * times, picture.height * times
    file = io.BytesIO()
    picture.resize(size, Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def archive(trace: CapsNetTrace) -> bytes:
    """All arrays of a trace, as `CapsNetTrace.save` writes them."""
    file = io.BytesIO()
    trace.save(file)
    return file.getvalue()
