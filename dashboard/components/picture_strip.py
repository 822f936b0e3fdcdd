"""A strip of pictures: one column for each moment, the first one beside the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from dashboard.components.browser_half import mounted
from dashboard.components.picture import png_address
from dashboard.state.bounded import bounded

COLUMNS_MB = 16

_component = mounted(
    "capsnet_picture_strip",
    "picture_strip/picture_strip.js",
    html="<div class='picture-strip-frame'>"
    "<div class='picture-strip-rows' aria-hidden='true'></div>"
    "<div class='picture-strip' tabindex='0' role='group'></div></div>",
    styles=("picture_strip/picture_strip.css",),
)


@dataclass(frozen=True)
class Column:
    """One column of a strip.

    Attributes:
        label: when, in a few characters.
        pictures: one above the other as they are shown, (H, W) or (H, W, 3) uint8.
        alt: what they show.
        note: a second line, below it.
    """

    label: str
    pictures: np.ndarray
    alt: str
    note: str = ""


@dataclass(frozen=True)
class Form:
    """How a strip looks; lengths in CSS pixels.

    Attributes:
        width: of a column, at least.
        widest: a column's width where there is room for all; None for no more than `width`.
        height: of a picture; None for its own proportions.
        rows: names for the rows of the pictures, at their left; they need a `height`.
        is_stretched: a picture fills its width and height, whatever its own proportions.
        is_first_fixed: the first column stays in sight, to compare with.
        is_from_end: the newest column is in sight at first, and follows; else the oldest.
    """

    width: int
    widest: int | None = None
    height: int | None = None
    rows: tuple[str, ...] = ()
    is_stretched: bool = False
    is_first_fixed: bool = False
    is_from_end: bool = True


def picture_strip(key: str, moments: Sequence[Column], label: str, form: Form) -> None:
    """Show moments from left to right; the newest is in sight until the visitor scrolls back.

    Args:
        key: of the component.
        moments: the columns.
        label: what the strip shows.
        form: how it looks.
    """
    columns = [
        {"label": m.label, "alt": m.alt, "note": m.note, "image": _png(m.pictures)} for m in moments
    ]
    _component(key=key, data={"columns": columns, "label": label, "form": asdict(form)})


def _png(pictures: np.ndarray) -> str:
    return _encoded(pictures.tobytes(), pictures.shape)


@bounded(COLUMNS_MB, lambda encoded: 4 * len(encoded))  # with the pixels, by which it is kept
def _encoded(raw: bytes, shape: tuple[int, ...]) -> str:
    """The same picture is shown to all who watch, and again whenever the page is drawn."""
    pictures = np.frombuffer(raw, np.uint8).reshape(shape)
    return png_address(pictures)
