"""Brings a part of the page into sight when what was asked for elsewhere happens there."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.components.modules import joined

_component = st.components.v2.component(
    "capsnet_scroll_here",
    html="<div></div>",
    js=joined(Path(__file__).parent / "scroll.js"),
    isolate_styles=False,  # a shadow root cannot be scrolled to
)


def scroll_here(key: str, times: int) -> None:
    """Scroll to this place in the page once for each time it was asked for.

    Args:
        key: of the component.
        times: how often it has been asked for in this session, 0 for never.
    """
    _component(key=key, data={"times": times})
