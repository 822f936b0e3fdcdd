"""How the shipped network was trained."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components.curves import curves
from dashboard.figures import training as figures


def shipped() -> None:
    """The runs that led to the shipped network, one behind the other."""
    histories = state.shipped_histories()
    if not histories:
        return
    st.header("How the shipped network learned", divider="gray")
    st.markdown(
        f"{len(histories)} runs, {sum(map(len, histories))} epochs in all; each began with the "
        "network that was kept of the one before. Measured after each epoch, on digits it was not "
        "trained on; a run's name tells the epoch that was kept:"
    )
    curves("training_shipped", figures.ancestry_charts(histories))
