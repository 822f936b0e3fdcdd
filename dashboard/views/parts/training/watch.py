"""One run, as it learns."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from capsnet.figures import (
    learning_curves,
)
from capsnet.training import run_folder as run_files
from capsnet.training.run_folder import Request
from dashboard import state
from dashboard.components.figure import figures
from dashboard.components.scroll_here import scroll_here
from dashboard.state import run_control, training_runs
from dashboard.state.training_runs import Run
from dashboard.views.parts.number_format import percent
from dashboard.views.parts.training.common import (
    STANDING,
    STARTS,
    TROUBLE,
    WATCHED,
    attempt,
    clock,
    use_button,
)
from dashboard.views.parts.training.run_pictures import pictures

# Seconds between two looks at a run: at its progress, at its pictures and curves.
REFRESH = 1.0
SLOWER = 3.0

OF_THE_LATEST = "On the latest batches, distorted, by the network of that moment."
OF_AN_EPOCH = "Over the whole epoch, on distorted pictures, by the network of each moment."
AFTER_THE_LAST = (
    "After the latest epoch. The table below has the figures of the epoch that is kept."
)

TILE = 158
"""Pixels of a tile: five fit beside one another on a laptop."""


def watch(run: Run, every: list[Run]) -> None:
    """One run, as it learns."""
    scroll_here("training_watch_here", state.recall(STARTS, 0))
    names = [r.name for r in every]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.header("Watch", width="content")
        if len(names) > 1:
            state.set_widget("training_watch", run.name)
            st.selectbox("Run", names, key="training_watch", on_change=look_at_another)
    live = run.is_live
    moments = state.moments(run.folder)
    st.fragment(progress, run_every=REFRESH if live else None)(
        run.name, run.standing, state.network_name(), moments
    )
    pictures(run, state.snapshots(run.folder, run.network))
    st.fragment(learning, run_every=SLOWER if live else None)(run.name)


def look_at_another() -> None:
    """Another run is watched."""
    state.remember(WATCHED, state.widget("training_watch"))


def progress(name: str, before: str, network: str, moments: int) -> None:
    """How far a run is, and what can be asked of it.

    It looks every second; the rest of the page, pictures above all, is sent again only once there
    is more of it.

    Args:
        name: of the run.
        before: its standing when the whole page was drawn.
        network: the one that the visitor used then.
        moments: of which there were pictures then.
    """
    run = training_runs.read(name)
    if state.recall(TROUBLE) or state.network_name() != network:
        st.rerun()  # the error is shown above; the sidebar and the link follow
    if run is not None and state.moments(run.folder) != moments:
        st.rerun()  # the pictures, and the table of the runs
    if run is None or (run.standing != before and not (run.is_live and before in run_files.LIVE)):
        st.rerun()  # the rest of the page follows, and stops looking where all is done
    told = run.progress
    epochs = told.epochs or run.training.epochs
    st.markdown(f"**{run.name}**: {standing_in_words(run)}")
    whole = told.whole(len(run.history))
    share = told.share if run.is_live else whole / epochs
    st.progress(min(1.0, max(0.0, share)))  # of a file that anybody may have written
    tiles(run, epochs)
    buttons(run)
    if run.standing == "stopped":
        where = f"after epoch {whole}, the last whole one" if whole else "at its beginning"
        st.info(f"Going on with it begins {where}.")
    elif told.message and not run.is_live and state.may_train():
        show = st.error if run.standing == "failed" else st.info
        show(told.message)
    if run.standing not in ("failed", "broken off") or not state.may_train():
        return  # messages and what was printed have this machine's folders in them
    if log := training_runs.log(run):
        with st.expander("What it printed last"):
            st.code(log, language=None)


def tiles(run: Run, epochs: int) -> None:
    """The figures of the moment, or of the last epoch of a run that has ended."""
    told, history = run.progress, run.history
    if run.is_live:
        curve = state.curve(run.folder)
        right = curve[-1]["accuracy"] if curve else None
        shown = {
            "Epoch": f"{told.epoch} of {epochs}",
            "Time left": None if told.seconds_left is None else clock(told.seconds_left),
            "Images a second": f"{told.images_per_second:.0f}" if told.images_per_second else None,
        }
    else:
        right = history[-1]["accuracy"] if history else None
        seconds = sum(line["seconds"] for line in history)
        shown = {
            "Epoch": f"{told.whole(len(history))} of {epochs}",
            "Time": clock(seconds) if seconds else None,
        }
    shown["Read right, training"] = None if right is None else percent(right)
    shown["Read right, validation"] = percent(history[-1]["val_accuracy"]) if history else None
    row = st.container(horizontal=True, gap="small")
    of = {
        "Read right, training": OF_THE_LATEST if run.is_live else OF_AN_EPOCH,
        "Read right, validation": AFTER_THE_LAST,
    }
    for label, value in shown.items():
        row.metric(label, value or "–", width=TILE, help=of.get(label))


def standing_in_words(run: Run) -> str:
    """What a run does, for the visitor."""
    words = STANDING[run.standing]
    requested = run_files.read_request(run.folder) if run.is_live else None
    if requested == "stop":
        return f"{words}. It will stop in a moment."
    if is_held_back(run):
        return "Paused before its turn. Once it is resumed, it begins, and then the runs behind it."
    if run.standing == "waiting":
        return f"{words}.{turn_in_words(training_runs.waits_for(run))}"
    if requested == "pause" and run.standing in ("running", "starting"):
        return f"{words}. It will pause in a moment."
    if run.is_live and run.progress.message and state.may_train():
        return f"{words}. {run.progress.message}"
    return f"{words}."


def is_held_back(run: Run) -> bool:
    """Whether a run was told to pause while it waits: it keeps its place, and those behind it."""
    return run.standing == "waiting" and run_files.read_request(run.folder) == "pause"


def turn_in_words(before: list[Run]) -> str:
    """When a waiting run will have its turn, for the visitor."""
    if not before:
        return ""
    *others, last = (run.name for run in before)
    names = f"{', '.join(others)} and {last} are" if others else f"{last} is"
    words = f" One run at a time: {names} before it."
    paused = [run.name for run in before if run.standing == "paused" or is_held_back(run)]
    for name in paused:
        words += f" **{name} is paused**: nothing goes on until it is resumed or stopped."
    return words


def buttons(run: Run) -> None:
    """Pause, Resume, Stop or go on, and use what it has learned."""
    row = st.container(horizontal=True)
    if state.may_train():
        orders(run, row)
    if run.has_network:
        use_button(run, row)


def orders(run: Run, row: DeltaGenerator) -> None:
    """What can be asked of a run."""
    paused = run_files.read_request(run.folder) == "pause"
    if run.standing in ("running", "paused", "starting") or is_held_back(run):
        row.button(
            "Resume" if paused else "Pause",
            key="training_pause",
            icon=":material/play_arrow:" if paused else ":material/pause:",
            on_click=ask,
            args=(run.name, None if paused else "pause"),
            help="A pause keeps everything in memory and loses nothing.",
        )
    if run.is_live:
        row.button(
            "Stop",
            key="training_stop",
            icon=":material/stop:",
            on_click=ask,
            args=(run.name, "stop"),
            help="Saves the network as it is, in the run's folder. Your pages can use the network "
            "of the best whole epoch, once there is one. Going on later begins after the last.",
        )
    elif run.can_resume:
        row.button(
            "Go on with it",
            key="training_go_on",
            icon=":material/play_arrow:",
            on_click=go_on,
            args=(run.name,),
        )


def ask(name: str, what: Request | None) -> None:
    """Ask a run's trainer for something."""
    if state.may_train():
        attempt(run_files.request, training_runs.folder() / name, what)


def go_on(name: str) -> None:
    """Let a run that ended early go on."""
    if state.may_train() and attempt(run_control.launch, name):
        state.remember(WATCHED, name)


def learning(name: str) -> None:
    """The curves of one run."""
    run = training_runs.read(name)
    if run is None:
        return
    weight = run.network.reconstruction_weight
    charts = learning_curves(
        state.curve(run.folder), run.history, weight, run.training.epochs, run.is_live
    )
    if charts:
        st.subheader("Curves")
        st.caption(
            "Training: the batches since the point before, distorted and read by the network of "
            "that moment. It can look worse than validation, which is measured after each epoch. A "
            "number in the legend is the last point; once a run has ended, it is the whole last "
            f"epoch. Margin loss: by how much the lengths miss {run.network.margin_positive:g} for "
            f"the class that is there and {run.network.margin_negative:g} for the others, squared. "
            "Total: margin loss plus the squared error of the reconstruction, times its weight."
        )
        figures("training_curves", list(charts.values()))
