"""How the shipped network was trained."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components.curves import curves
from dashboard.figures import training as figures


def _runs(count: int) -> str:
    if count == 1:
        return "One run, "
    return f"{count} runs, each from a network of the one before; "


def shipped() -> None:
    """The runs that led to the shipped network, one behind the other."""
    histories = state.shipped_histories()
    if not histories:
        return
    st.header("How the shipped network learned", divider="gray")
    st.markdown(
        f"{_runs(len(histories))}{sum(map(len, histories))} epochs in all. Measured after each "
        "epoch, on digits it was not trained on; the figure beside a run's name is of the epoch "
        "that was kept:"
    )
    curves("training_shipped", figures.ancestry_charts(histories))
