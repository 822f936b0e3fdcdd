"""A strip of small pictures, each a button."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from dashboard.components.modules import joined

FOLDER = Path(__file__).parent

_component = st.components.v2.component(
    "capsnet_digit_strip",
    html=(FOLDER / "strip.html").read_text(encoding="utf-8"),
    css=(FOLDER / "strip.css").read_text(encoding="utf-8"),
    js=joined(FOLDER / "strip.js"),
    isolate_styles=False,
)


def digit_strip(
    key: str, digits: Sequence[tuple[bytes, str, str]], on_pick: Callable[[], None]
) -> None:
    """Show the strip.

    Args:
        key: of the component; its value's `picked` is the place of the one clicked.
        digits: 28 x 28 bytes each, 255 for ink; what to call it; what to write beneath it.
        on_pick: called before the script runs, when one has been clicked.
    """
    items = [
        {"ink": base64.b64encode(ink).decode(), "name": name, "below": below}
        for ink, name, below in digits
    ]
    _component(key=key, data={"items": items}, on_picked_change=on_pick)
