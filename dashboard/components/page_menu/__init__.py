"""Closes the sidebar once a page was chosen in it, where it would cover that page.

Streamlit does so itself only for browsers that call themselves a phone's; a narrow window, or a
phone that asks for the desktop's site, keeps the sidebar open over what was asked for.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "capsnet_page_menu",
    js=(Path(__file__).parent / "menu.js").read_text(encoding="utf-8"),
)


def close_menu_after_choice() -> None:
    """Make the list of pages in the sidebar close itself on a narrow screen."""
    _component(key="page_menu")
