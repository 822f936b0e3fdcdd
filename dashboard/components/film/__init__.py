"""A film strip: one column of pictures for each moment, the first one beside the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from dashboard.components.picture import png_address

FOLDER = Path(__file__).parent

_component = st.components.v2.component(
    "capsnet_film",
    html="<div class='film' tabindex='0' role='group'></div>",
    css=(FOLDER / "film.css").read_text(encoding="utf-8"),
    js=(FOLDER / "film.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Moment:
    """One column of a film.

    Attributes:
        label: when, in a few characters.
        pictures: one above the other, (H, W) uint8 with 255 for ink, or (H, W, 3) colours.
        alt: what they show.
        note: a line below.
        marks: one for each column of the picture, below it.
    """

    label: str
    pictures: np.ndarray
    alt: str
    note: str = ""
    marks: tuple[str, ...] = ()


def film(key: str, moments: Sequence[Moment], label: str, width: int, is_first_fixed: bool) -> None:
    """Show moments from left to right; the newest is in sight until the visitor scrolls back.

    Args:
        key: of the component.
        moments: the columns.
        label: what the film shows.
        width: of a column, in CSS pixels.
        is_first_fixed: the first column stays in sight, to compare with.
    """
    columns = [
        {
            "label": m.label,
            "alt": m.alt,
            "note": m.note,
            "marks": m.marks,
            "image": _png(m.pictures),
        }
        for m in moments
    ]
    _component(
        key=key,
        data={"columns": columns, "label": label, "width": width, "fixed": is_first_fixed},
    )


def _png(pictures: np.ndarray) -> str:
    return png_address(255 - pictures if pictures.ndim == 2 else pictures)  # ink is dark
