"""One run, as it learns."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from capsnet.figures import (
    coupling_while_learning,
    entropy_while_learning,
    learning_curves,
)
from capsnet.training import run_folder as run_files
from capsnet.training.run_folder import Request
from capsnet.training.snapshots import Snapshot
from dashboard import state
from dashboard.components.digit_strip import digit_strip, picked
from dashboard.components.figure import figures
from dashboard.components.picture_strip import Column, Form, picture_strip
from dashboard.components.scroll_here import scroll_here
from dashboard.markdown import escaped
from dashboard.state import training_runs
from dashboard.state.digit import CurrentDigit
from dashboard.state.training_runs import Run
from dashboard.views.parts.number_format import percent
from dashboard.views.parts.training import snapshot_pictures
from dashboard.views.parts.training.common import (
    STANDING,
    STARTS,
    TROUBLE,
    WATCHED,
    attempt,
    clock,
    use_button,
    watched,
)

# Seconds between two looks at a run: at its progress, at its pictures and curves.
REFRESH = 1.0
SLOWER = 3.0

OF_THE_LATEST = "Of the latest batches, as distorted and as the network was then."
OF_AN_EPOCH = "Over the whole epoch, as distorted and as the network was then."
AFTER_THE_LAST = "After the latest epoch; the table below has those of the epoch that is kept."

TILE = 158
"""Pixels of a tile: five fit beside one another on a laptop."""

SCALE = "training_scale"
TEN = "training_ten"
DRAWINGS = Form(58, height=447, is_first_fixed=True)
TALLEST = 700
"""Of the drawings, where each has at least LEAST_ROW pixels; ten of them have MOST_ROW each."""

LEAST_ROW, MOST_ROW = 26, 45
NAME_ROW = 15
"""Pixels that a class's name needs."""

COUNTS = {5: "five", 10: "ten"}
ROUTING_HEIGHT = 170
ROUTINGS = Form(96, widest=144, height=ROUTING_HEIGHT, is_first_fixed=True, is_stretched=True)


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
        st.rerun()  # what went wrong is told above; the sidebar and the link follow
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
        return "Paused before its turn. It begins, and runs behind it, once it is resumed."
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
            help="Saves the network as it is, in the run's folder. Your pages can use that of the "
            "best whole epoch, once there is one; going on later begins after the last.",
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
    if state.may_train() and attempt(training_runs.launch, name):
        state.remember(WATCHED, name)


def pictures(run: Run, pages: Sequence[Snapshot]) -> None:
    """The ten pictures and the routing, from moment to moment."""
    if not pages:
        return
    count = COUNTS.get(len(pages[0].labels), str(len(pages[0].labels)))
    st.subheader(f"Out of the fog: {count} pictures, drawn again and again")
    st.markdown(
        "Left, one of each class, which the network does not learn from. Beside them, what it "
        f"draws of them from the {run.network.digit_dim} numbers of its longest capsule, at "
        "moments of its training."
    )
    names = run.network.names
    shown = [original(pages[0]), *(drawn(page, names) for page in pages)]
    form = dataclasses.replace(DRAWINGS, height=drawings_height(len(pages[0].labels)))
    label = f"{count.capitalize()} pictures drawn at moments of training"
    picture_strip("training_pictures", shown, label, form)
    take_one(pages[0], names)
    st.subheader("Routing while learning")
    scale = f"{SCALE}_{run.name}"
    end = snapshot_pictures.scale_end(pages, state.recall(scale, 0.0))
    state.remember(scale, end)
    is_dark = st.context.theme.type == "dark"
    equal, more = ("Dark", "lighter") if is_dark else ("Light", "darker")
    routed_class = escaped(names[pages[0].routed])
    share = "a tenth" if len(names) == 10 else f"1/{len(names)}"
    st.markdown(
        f"One picture of class {routed_class}, the last round of routing. As on the Routing page, "
        "there unweighted, a column is a map of primary capsules, a row a class, the colour the "
        f"mean share of the map's capsules. {equal} is {share}, an equal share, or less; the "
        f"{more}, the more the class gets, up to {round(100 * end)} %. Above a picture is the "
        "entropy of a capsule's shares, mean over all capsules: "
        f"{math.log(len(names)):.3f} where all are equal, 0 where one class gets all. "
        f"{how_it_routes(run, pages)}"
    )
    tall = max(ROUTING_HEIGHT, NAME_ROW * len(names))
    form = dataclasses.replace(ROUTINGS, rows=names, height=tall, is_from_end=run.is_live)
    moments = [routed(page, end, is_dark) for page in pages]
    picture_strip("training_routing", moments, "Routing", form)
    shares = coupling_while_learning(pages, names, end)
    figures("training_entropy", [entropy_while_learning(pages, run.training.epochs), shares])


def drawings_height(count: int) -> int:
    """Pixels of a column of so many drawings."""
    return count * max(LEAST_ROW, min(MOST_ROW, TALLEST // count)) - 3


def take_one(page: Snapshot, names: Sequence[str]) -> None:
    """The pictures, to be looked at on the other pages."""
    st.caption("Take one of them to the other pages:")
    offered = [
        (image, f"Take this picture of class {names[label]} to the other pages", "")
        for image, label in zip(page.pictures, page.labels, strict=True)
    ]
    digit_strip(TEN, offered, taken)


def taken() -> None:
    """One of the pictures has been clicked."""
    run = watched(training_runs.every())
    pages = state.snapshots(run.folder, run.network) if run else []
    page = next(iter(pages), None)
    images = page.pictures if page else ()
    place = picked(state.widget(TEN), iter(images))
    if run and page and place is not None:
        label = run.network.names[page.labels[place]]
        image = page.pictures[place]
        state.choose_digit(CurrentDigit(image.tobytes(), label, shape=image.shape))
        st.toast(f"A picture of class {escaped(label)} is now on all pages.")


def how_it_routes(run: Run, pages: Sequence[Snapshot]) -> str:
    """What there is to see, if it is there to see."""
    first, last = pages[0], pages[-1]
    if run.network.rounds == 1:
        return (
            "This run has one round, in which all shares are equal however well it has learned: "
            "agreement changes them from the second on."
        )
    if run.training.start or first.time or not snapshot_pictures.shares_are_equal(first):
        return ""
    said = "An untrained network does not route: everyone gets about the same share."
    if not last.time or not snapshot_pictures.shares_are_equal(last):
        return said
    return (
        f"{said} This one routes few of its capsules yet: the mean has hardly moved, but the "
        f"largest share of any capsule is now {100 * last.coupling.max():.0f} %."
    )


def original(page: Snapshot) -> Column:
    """The pictures as they are."""
    return Column("shown", snapshot_pictures.column(page.pictures), "The pictures as they are", "")


def drawn(page: Snapshot, names: Sequence[str]) -> Column:
    """The pictures as the network draws them at one moment."""
    when = snapshot_pictures.moment(page)
    alt = f"{when}: read as {', '.join(names[read] for read in page.reads)}"
    return Column(when, snapshot_pictures.column(page.drawings), alt, f"{page.right} right")


def routed(page: Snapshot, end: float, is_dark: bool) -> Column:
    """Who sends where at one moment."""
    mean = snapshot_pictures.mean_entropy(page)
    when = snapshot_pictures.moment(page)
    alt = f"{when}: mean entropy {mean:.3f}"
    return Column(when, snapshot_pictures.coupling_picture(page, end, is_dark), alt, f"{mean:.3f}")


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
            "that moment, so it can look worse than validation, measured after each epoch. A "
            "number in the legend is the last point, or of a run that has ended its whole last "
            f"epoch. Margin loss: by how much the lengths miss {run.network.margin_positive:g} for "
            f"the class that is there and {run.network.margin_negative:g} for the others, squared. "
            "Total: with the squared error of the reconstruction, times its weight."
        )
        figures("training_curves", list(charts.values()))
