"""A small image, shown pixel by pixel, the same in both themes.

An image of one channel is dark ink on light paper; of three, red, green and blue; the two of a
stereo pair are shown side by side, as photos.
"""

from __future__ import annotations

import base64
import html
import io

import numpy as np
import streamlit as st
from PIL import Image

from capsnet.data.display import levels


def picture(image: np.ndarray, alt: str) -> None:
    """Show an image inside the page itself, so that no fast rerun can lose its file.

    Args:
        image: (H, W) or (H, W, C) float in [0, 1], 1 for ink or light.
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
    return shown_html(levels(image), alt, width, caption)


def shown_html(shown: np.ndarray, alt: str, width: int = 112, caption: str = "") -> str:
    """The same of a picture as it is shown, (H, W) or (H, W, 3) uint8."""
    below = f"<figcaption style='text-align:center'>{html.escape(caption)}</figcaption>"
    return (
        f"<figure style='margin:0;width:{width}px;max-width:100%'>"
        f"<img src='{png_address(shown)}' alt='{html.escape(alt, quote=True)}' "
        "style='width:100%;display:block;image-rendering:pixelated;"
        "border:1px solid rgba(128,128,128,.4);border-radius:6px'>"
        f"{below if caption else ''}</figure>"
    )


def address(image: np.ndarray) -> str:
    """A `data:` address of an image as PNG, as `levels` shows it."""
    return png_address(levels(image))


def png_address(shown: np.ndarray) -> str:
    """A `data:` address of a PNG with these pixels, (H, W) or (H, W, 3) uint8."""
    buffer = io.BytesIO()
    Image.fromarray(shown).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
