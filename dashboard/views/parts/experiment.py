"""What the pages of experiments share: a chart, and an experiment on all pictures at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import state
from dashboard.components.figure import figures

if TYPE_CHECKING:
    import plotly.graph_objects as go

LOOK_EVERY = 0.7
"""Seconds between two looks at an experiment at work."""


def chart(
    drawn: go.Figure, key: str, height: int = 340, on_select: Callable[[], None] | None = None
) -> None:
    """Show one figure, as high as its place on the page asks.

    Args:
        drawn: the figure.
        key: of the element.
        height: in CSS pixels.
        on_select: as in `components.figure.figures`.
    """
    drawn.update_layout(height=height)
    figures(key, [drawn], on_select)


def on_all_digits(
    name: str, given: Mapping[str, Any], what: str, key: str = "", network: str | None = None
) -> dict[str, Any] | None:
    """An experiment on all pictures of the gallery: its result, or a button and its progress.

    Where the pictures are not of the network's classes it says so, and offers nothing.

    Args:
        name: the experiment's.
        given: its settings.
        what: what the button says.
        key: of its elements, where an experiment is on the page more than once.
        network: another than the network in use, by its name.

    Returns:
        The figures; None until there are any.
    """
    if not state.gallery().is_labelled_for(state.config().names):
        st.info(no_labels())
        return None
    if (found := state.experiment_result(name, given, network)) is not None:
        return found
    at_work = state.experiment_job(name, given, network)
    if at_work is not None and not at_work.over.is_set():
        _progress(name, dict(given), key or name, network)
        return None
    if at_work is not None and at_work.trouble:
        st.info(at_work.trouble)
    st.button(
        what,
        icon=":material/play_arrow:",
        key=f"start-{key or name}",
        on_click=state.start_experiment,
        args=(name, dict(given), network),
    )
    return None


def no_labels() -> str:
    """Why nothing is measured where the pictures at hand are not of the network's classes."""
    return (
        "This needs pictures of the network's own classes, with their labels. There are none here: "
        "a run keeps some of its validation pictures, but an uploaded network brings none. "
        "On the command line: `python -m capsnet experiment --dataset PATH`."
    )


@st.fragment(run_every=LOOK_EVERY)
def _progress(name: str, given: dict[str, Any], key: str, network: str | None) -> None:
    at_work = state.experiment_job(name, given, network)
    if at_work is None or at_work.over.is_set():
        st.rerun()
    if not at_work.of:
        words = "Getting ready …"
    else:
        left = at_work.seconds_left
        soon = "" if left is None else f", about {left:.0f} s left"
        words = f"{at_work.done:,} of {at_work.of:,} pictures{soon}"
    st.progress(min(1.0, at_work.done / max(1, at_work.of)), words)
    st.button(
        "Cancel",
        key=f"cancel-{key}",
        on_click=state.cancel_experiment,
        args=(name, given, network),
    )
