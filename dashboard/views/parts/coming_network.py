"""A network that is being made ready for browsers: the page takes it up once it is there."""

from __future__ import annotations

import streamlit as st

from dashboard import state

SECONDS = 2.0


def await_network() -> None:
    """Run the page again once this visitor's browser can be offered the network."""
    if state.offer_to_browser().is_coming:
        _look()


@st.fragment(run_every=SECONDS)
def _look() -> None:
    if not state.offer_to_browser().is_coming:
        st.rerun()
