"""What a run has drawn and how it has routed, as strips of pictures."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import streamlit as st

from capsnet.figures import (
    coupling_while_learning,
    entropy_while_learning,
)
from capsnet.training.snapshots import Snapshot
from dashboard import state
from dashboard.components.digit_strip import digit_strip, picked
from dashboard.components.figure import figures
from dashboard.components.picture_strip import Column, Form, picture_strip
from dashboard.markdown import escaped
from dashboard.state import training_runs
from dashboard.state.digit import CurrentDigit
from dashboard.state.training_runs import Run
from dashboard.views.parts.training import snapshot_pictures
from dashboard.views.parts.training.common import (
    watched,
)

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


def pictures(run: Run, pages: Sequence[Snapshot]) -> None:
    """The ten pictures and the routing, from moment to moment."""
    if not pages:
        return
    count = COUNTS.get(len(pages[0].labels), str(len(pages[0].labels)))
    st.subheader(f"{count.capitalize()} pictures, redrawn as it learns")
    st.markdown(
        "On the left is one picture of each class; the network does not learn from these. Beside "
        f"them is what it draws of them from the {run.network.digit_dim} numbers of its longest "
        "capsule, at moments of its training."
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
        f"One picture of class {routed_class}, in the last round of routing. A column is a map of "
        "primary capsules, a row a class, the colour the mean share of the map's capsules (as on "
        f"the Routing page, unweighted). {equal} is an equal share, {share}, or less; the "
        f"{more}, the more the class gets, up to {round(100 * end)} %. The number above a picture "
        "is the mean entropy of the capsules' shares: "
        f"{math.log(len(names)):.3f} if all are equal, 0 if one class gets all. "
        f"{how_it_routes(run, pages)}"
    )
    tall = max(ROUTING_HEIGHT, NAME_ROW * len(names))
    form = dataclasses.replace(ROUTINGS, rows=names, height=tall, is_from_end=run.is_live)
    moments = [routed(page, end, is_dark) for page in pages]
    picture_strip("training_coupling", moments, "Routing", form)
    shares = coupling_while_learning(pages, names, end)
    figures("training_entropy", [entropy_while_learning(pages, run.training.epochs), shares])


def drawings_height(count: int) -> int:
    """Pixels of a column of so many drawings."""
    return count * max(LEAST_ROW, min(MOST_ROW, TALLEST // count)) - 3


def take_one(page: Snapshot, names: Sequence[str]) -> None:
    """The pictures, to take to the other pages."""
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
            "agreement changes them from the second round on."
        )
    if run.training.start or first.time or not snapshot_pictures.shares_are_equal(first):
        return ""
    said = "An untrained network does not route: every class gets about the same share."
    if not last.time or not snapshot_pictures.shares_are_equal(last):
        return said
    return (
        f"{said} This one routes few of its capsules so far: the mean has hardly moved, but the "
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
