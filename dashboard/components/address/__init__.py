"""Puts the link of a page that was just arrived at into the browser's address bar.

Streamlit's own way adds an entry to the browser's history, even on arrival: its Back button would
then stop at the page without its digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "capsnet_address",
    js=(Path(__file__).parent / "address.js").read_text(encoding="utf-8"),
)


def replace_address(page: str, link: Mapping[str, str] | None, number: int) -> None:
    """Give the page's entry in the browser's history another link; to be called by every run.

    Args:
        page: the path of the page that the link belongs to.
        link: the query parameters; None to leave the address as it is.
        number: of the run; each link is taken once.
    """
    data = {"page": page, "link": None if link is None else dict(link), "number": number}
    _component(key="address", data=data)
