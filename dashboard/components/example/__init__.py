"""One digit in three pictures: as it was shown, as it is redrawn, and bending.

The bending one is a strip of pictures that the browser's own CSS moves: no script, no request.
"""

from __future__ import annotations

import html

import numpy as np
import streamlit as st

from capsnet.data.display import levels
from dashboard.components.browser_half import STATIC
from dashboard.components.picture import address, png_address

STYLE = STATIC / "example" / "example.css"


def example_style() -> None:
    """The styles of all examples, once on a page."""
    st.html(STYLE)


def example(shown: np.ndarray, redrawn: np.ndarray, bent: np.ndarray, said: list[str]) -> None:
    """Show an example.

    Args:
        shown: (28, 28, 1) in [0, 1], 1 for ink, or of another shape.
        redrawn: the same, of its reconstruction.
        bent: (F, 28, 28, 1), from one side to the other.
        said: a line below each of the three.
    """
    strip = np.concatenate([levels(frame) for frame in bent], axis=1)  # (28, F * 28)
    shape = f"aspect-ratio: {strip.shape[1] // len(bent)} / {strip.shape[0]}; "
    moving = (
        f"<div class='example-bending' role='img' tabindex='0' "
        "aria-label='The same, bending; it rests while it has the focus' "
        f"style='{shape}background-image: url({png_address(strip)}); "
        f"background-size: {len(bent)}00% 100%; "
        f"animation-timing-function: steps({len(bent)}, jump-none)'></div>"
    )
    parts = [
        _still(shown, "As it was shown"),
        _still(redrawn, "Its reconstruction"),
        moving,
    ]
    figures = "".join(
        f"<figure>{part}<figcaption>{html.escape(line)}</figcaption></figure>"
        for part, line in zip(parts, said, strict=True)
    )
    st.html(f"<div class='example'>{figures}</div>")


def _still(image: np.ndarray, alt: str) -> str:
    return f"<img src='{address(image)}' alt='{html.escape(alt, quote=True)}'>"
