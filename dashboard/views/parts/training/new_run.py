"""A new run: its form, its forecast, its start."""

from __future__ import annotations

import platform
import time

import streamlit as st

from capsnet.capabilities import why_not_shown
from capsnet.config import CapsNetConfig
from capsnet.data.datasets import DATA_VARIABLE, SOURCES
from capsnet.errors import DataError, TrainingError
from capsnet.training import forecast
from capsnet.training.disk_room import check_room
from capsnet.training_config import TrainingConfig
from dashboard import state
from dashboard.markdown import escaped
from dashboard.state import run_control, training_permission, training_runs
from dashboard.views.parts.training.common import (
    NOT_SHOWN,
    STARTS,
    TROUBLE,
    WATCHED,
    clock,
)
from dashboard.views.parts.training.form import fields, settings, to_link, wrong_numbers

AGAIN = "training_again"
"""When a click on Start begins a run again."""

DOUBLE_CLICK = 2.0
"""Seconds in which a second click on Start begins no second run."""


def new_run() -> None:
    """A new run."""
    st.header("Start a run", divider="gray")
    st.markdown(
        "A run trains a new network in a process of its own. It goes on if you close this page, "
        "and is here when you come back."
    )
    if not state.may_train():
        st.info(not_allowed())
        return
    fields()
    state.add_to_link(to_link())
    ready = is_ready()
    if not state.others_may_train():
        st.caption("Visitors on other computers can only watch.")
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="training_start",
        disabled=not ready,
        on_click=begin,
        args=(state.recall(STARTS, 0),),
    )


def is_ready() -> bool:
    """Whether what the fields say can be trained here; how long that takes, or what is amiss."""
    if wrong := wrong_numbers():
        for sentence in wrong:
            st.error(sentence)
        return False
    _, network, training = settings()
    if not training.dataset:
        st.info("Give the path of a file or folder.")
        return False
    data = state.training_data(training.dataset, resize=training.resize)
    if training.dataset not in SOURCES:
        if not data.training:
            st.error(escaped(data.trouble or "Nothing is there to learn from."))
            return False
        tell_own(data)
    if not data.training:
        data = no_data(training.dataset, data)
    if not data.training:
        return False
    tell_forecast(network, training, data)
    if data.own is None:
        network = network.fitted(data.image_shape, data.class_names)
    if why := why_not_shown(network):
        st.warning(NOT_SHOWN + why)
    try:
        check_room(training_runs.folder(), network, training)
    except TrainingError as error:
        st.error(str(error))
        return False
    return True


def tell_own(data: state.Data) -> None:
    """What the visitor's own data are, with forty pictures: nothing else says how they lie."""
    assert data.own is not None
    st.markdown(escaped(data.own.description))
    st.image(data.own.sheet, caption="Forty of its pictures, with their labels")


def not_allowed() -> str:
    """Why this visitor cannot start a run, and who can."""
    if training_permission.is_decided():
        return (
            f"You can watch here. This explorer was started with "
            f"`{training_permission.ALLOWED_VARIABLE}` set so that nobody can start a run on it."
        )
    return (
        "You can watch here. To start a run, open this page on the computer that the explorer runs "
        f"on, as `http://localhost:{st.get_option('server.port')}`. Whoever runs the explorer can "
        "let all visitors start runs by starting it with "
        f"`{training_permission.ALLOWED_VARIABLE}=1`."
    )


def no_data(dataset: str, data: state.Data) -> state.Data:
    """Say calmly that the dataset is not here, and offer to fetch it."""
    title = SOURCES[dataset].title
    st.info(
        data.trouble
        or f"Training needs {title}, 60,000 small pictures, which are not part of the explorer. "
        f"They are neither where the environment variable `{DATA_VARIABLE}` points nor in Keras's "
        "folder, `~/.keras/datasets`. The bundled digits are always here: few, but enough to watch "
        "a network learn."
    )
    if not data.trouble and st.button("Download it", key="training_download"):
        with st.spinner(f"Downloading {title} …"):
            data = state.training_data(dataset, download=True)
        if not data.training:
            st.warning(data.trouble)
    return data


def tell_forecast(network: CapsNetConfig, training: TrainingConfig, data: state.Data) -> None:
    """How long it will take, and where that is known from."""
    sizes = data.training, data.validation
    folders = [run.folder for run in training_runs.every()]
    known = forecast.from_past_runs(folders, platform.node(), network, training, *sizes)
    if known is not None:
        told, source = known, f"from the speed of {known.run} on this machine"
    else:
        told = forecast.guess(network, training, *sizes, state.machine_speed())
        source = (
            "a guess from how fast this machine multiplies: it may take half or twice as long, and "
            "the first epoch will tell"
        )
    st.markdown(
        f"**About {clock(told.seconds)}** for {training.epochs} "
        f"{'epoch' if training.epochs == 1 else 'epochs'} of {data.training:,} pictures "
        f"({source})."
    )


def begin(starts: int) -> None:
    """Start a run with what the fields say now: one may have changed since the page was drawn.

    Args:
        starts: runs that the visitor had started when the button was drawn. A second click is on
            the button as it was on a slow page, and comes soon on a quick one.
    """
    is_second = starts != state.recall(STARTS, 0) or time.monotonic() < state.recall(AGAIN, 0.0)
    if not state.may_train() or is_second:
        return
    try:
        preset, network, training = settings()
        data = state.training_data(training.dataset, resize=training.resize)
        if not data.training:  # the file has changed since
            raise DataError(data.trouble or "The dataset's file is not there any more.")
        if data.own is None:  # else the form has done so
            network = network.fitted(data.image_shape, data.class_names)  # as the trainer will
        check_room(training_runs.folder(), network, training)
        name = run_control.create(preset, network, training)
        run_control.launch(name)
    except (DataError, TrainingError, ValueError) as error:
        state.remember(TROUBLE, str(error))
        return
    state.remember(WATCHED, name)
    state.remember(STARTS, starts + 1)
    state.remember(AGAIN, time.monotonic() + DOUBLE_CLICK)
