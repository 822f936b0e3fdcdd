"""How the shipped network was trained."""

from __future__ import annotations

import streamlit as st

from capsnet.figures import ancestry, far_off
from capsnet.figures.learning import Rows
from capsnet.storage.model_card import epochs_trained
from dashboard import state
from dashboard.components.figure import figures
from dashboard.views.parts.number_format import percent


def _runs(count: int) -> str:
    if count == 1:
        return "One run, "
    return f"{count} runs, each started from an earlier network or a mean of several: "


def _epochs(run: int) -> str:
    """How many epochs lie on the way to the network, as on Start, and how many more were run."""
    card = state.model_card()
    behind = run if card is None else epochs_trained(card)
    if behind >= run:
        return f"{behind} epochs in all"
    return f"{behind} epochs in all, and {run - behind} more that were run and not kept"


def _left_out(rows: Rows) -> str:
    if not rows:
        return ""
    *first, last = (percent(row["val_accuracy"]) for row in rows)
    read = f"{', '.join(first)} and {last}" if first else last
    many = "epoch is" if len(rows) == 1 else f"{len(rows)} epochs are"
    return (
        f" The first {many} left out, because the rest would look flat beside them: {read} right. "
        "(Validation uses a moving average of the weights, which then still held much of their "
        "random start.)"
    )


def shipped() -> None:
    """The runs that led to the shipped network, one behind the other."""
    histories = state.shipped_histories()
    if not histories:
        return
    st.header("How the shipped network learned", divider="gray")
    st.markdown(
        f"{_runs(len(histories))}{_epochs(sum(map(len, histories)))}. Each epoch's network was "
        "measured on digits that it was not trained on. The figure beside a run's name is of the "
        f"epoch with the best network.{_left_out(far_off(histories))}"
    )
    figures("training_shipped", list(ancestry(histories).values()))
