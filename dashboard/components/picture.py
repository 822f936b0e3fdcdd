"""A small image, shown pixel by pixel: dark ink on light paper, in both themes."""

from __future__ import annotations

import base64
import html
import io

import numpy as np
import streamlit as st
from PIL import Image


def picture(image: np.ndarray, alt: str) -> None:
    """Show an image inside the page itself, so that no fast rerun can lose its file.

    Args:
        image: (H, W) or (H, W, 1) float in [0, 1], 1 for ink.
        alt: what it shows, for those who cannot see it.
    """
    st.html(picture_html(image, alt))


def picture_html(image: np.ndarray, alt: str, width: int = 112, caption: str = "") -> str:
    """The HTML of `picture`, to put among other HTML.

    Args:
        image: as there.
        alt: as there.
        width: in CSS pixels, at most; a narrower place shrinks it.
        caption: a line beneath it.
    """
    below = f"<figcaption style='text-align:center'>{html.escape(caption)}</figcaption>"
    return (
        f"<figure style='margin:0;width:{width}px;max-width:100%'>"
        f"<img src='{ink_address(image)}' alt='{html.escape(alt, quote=True)}' "
        "style='width:100%;display:block;image-rendering:pixelated;"
        "border:1px solid rgba(128,128,128,.4);border-radius:6px'>"
        f"{below if caption else ''}</figure>"
    )


def ink_address(image: np.ndarray) -> str:
    """A `data:` address of the image as PNG, ink dark."""
    levels = np.rint(255 * (1 - np.clip(image.reshape(image.shape[:2]), 0, 1))).astype(np.uint8)
    return png_address(levels)


def png_address(levels: np.ndarray) -> str:
    """A `data:` address of a PNG with these pixels, (H, W) or (H, W, 3) uint8."""
    buffer = io.BytesIO()
    Image.fromarray(levels).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
