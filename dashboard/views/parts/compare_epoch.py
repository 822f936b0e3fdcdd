"""A run at one epoch beside the network in use, on the ten pictures that the run kept of it.

A run keeps the weights of its best epoch alone. Of all others it keeps what the network made of the
same ten pictures: how it read and drew them, and how it routed one of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import streamlit as st

from capsnet.config import CapsNetConfig
from capsnet.training.snapshots import Snapshot, snapshot
from dashboard import state
from dashboard.components.picture_strip import picture_strip
from dashboard.markdown import escaped
from dashboard.state import training_runs
from dashboard.views.parts.training import snapshot_pictures
from dashboard.views.parts.training.recorded import FOLDER
from dashboard.views.parts.training.run_pictures import DRAWINGS, ROUTINGS, drawn, original, routed

EPOCH = "epoch"
"""The link's parameter: epochs that were finished, and batches into the next one: `3.0`."""

RECORDED = ":recorded"
"""The name of the recorded run, which no run can have."""

BEST = ""
"""The choice of a run's best network, all of which is kept."""


def sources(networks: dict[str, str]) -> dict[str, str]:
    """Runs of which only moments can be compared, by name: one in use, and the recorded one."""
    found = {}
    in_use = state.network_name()
    if in_use and in_use not in networks and pages_of(in_use):
        found[in_use] = f"Run {in_use}, at one of its epochs"
    if pages_of(RECORDED):
        found[RECORDED] = "The recorded run, at one of its epochs"
    return found


def pages_of(name: str) -> list[Snapshot]:
    """What a run has kept, oldest first; nothing of a network that is no run's."""
    if name == RECORDED:
        return state.snapshots(FOLDER, CapsNetConfig())
    run = training_runs.read(name)
    return [] if run is None else state.snapshots(run.folder, run.network)


def choose(name: str, has_network: bool, arrived: Mapping[str, str]) -> Snapshot | None:
    """The moment of a run: from the link or by hand; None for its best network.

    Args:
        name: the run's, or of a network that is none's.
        has_network: whether its best network can be compared, too.
        arrived: what a link that has just been reached says.
    """
    moments = {f"{page.epoch}.{page.step}": page for page in pages_of(name)}
    if not moments:
        return None
    words = {BEST: _best_in_words(name)} if has_network else {}
    words |= {code: _in_words(page) for code, page in moments.items()}
    wanted = state.recall("compare_epoch")
    is_new = state.recall("compare_epoch_of") != name or wanted not in words
    if is_new:
        wanted = BEST if has_network else next(reversed(words))
    if arrived.get(EPOCH) in words:
        wanted, is_new = arrived[EPOCH], True
    elif EPOCH in arrived:
        st.warning(
            f"This run has kept nothing of the epoch '{escaped(arrived[EPOCH][:40])}'.",
            icon=":material/link_off:",
        )
    (state.set_widget if is_new else state.default_widget)("compare_epoch", wanted)
    chosen = st.selectbox(
        "Which epoch of it", list(words), format_func=words.__getitem__, key="compare_epoch",
        width=420,
    )  # fmt: skip
    state.remember("compare_epoch", chosen)
    state.remember("compare_epoch_of", name)
    if chosen != BEST:
        state.add_to_link({EPOCH: chosen})
    return moments.get(chosen)


def show(page: Snapshot) -> None:
    """The network in use and a run's moment on the ten pictures: drawings, lengths, routing."""
    config = state.config()
    if page.pictures.shape[1:] != config.image_shape or page.lengths.shape[1] != config.num_classes:
        st.info(
            "Only networks with the same pictures and classes can be compared on the same "
            f"pictures: those of the run are {' × '.join(map(str, page.pictures.shape[1:]))}, of "
            f"{page.lengths.shape[1]} classes, those of the network in use "
            f"{' × '.join(map(str, config.image_shape))}, of {config.num_classes}."
        )
        return
    images = page.pictures.astype(np.float32) / 255
    own = snapshot(state.trace(images), page.labels, 0, 0, 1)
    st.subheader("The same ten pictures")
    st.caption(
        "A run keeps all of its best network alone. Of its other epochs it keeps what they made "
        "of ten pictures: the left column shows the pictures."
    )
    both = [
        dataclasses.replace(drawn(one, config.names), label=title)
        for one, title in zip((own, page), _short(page), strict=True)
    ]
    form = dataclasses.replace(DRAWINGS, is_from_end=False)
    picture_strip("compare_epoch_drawings", [original(page), *both], "Drawn by both", form)
    st.dataframe(_readings(own, page), hide_index=True)
    st.markdown(f"**Routing of a picture of class {escaped(config.names[page.routed])}**")
    end = snapshot_pictures.scale_end([own, page])
    is_dark = st.context.theme.type == "dark"
    shares = [
        dataclasses.replace(routed(one, end, is_dark), label=title)
        for one, title in zip((own, page), _short(page), strict=True)
    ]
    form = dataclasses.replace(ROUTINGS, rows=tuple(config.names), is_from_end=False)
    picture_strip("compare_epoch_routing", shares, "Routed by both", form)
    st.caption("A row is a class, a column a map; above stands the mean entropy of the shares.")


def _readings(own: Snapshot, page: Snapshot) -> list[dict[str, str]]:
    """What both read in each picture, and how long the capsule of its own class is."""
    names = state.config().names
    rows = []
    for place, label in enumerate(page.labels):
        row = {"class": names[label]}
        for one, title in zip((own, page), _short(page), strict=True):
            row[f"{title}: reads"] = names[one.reads[place]]
            row[f"{title}: length of this class"] = f"{one.lengths[place, label]:.2f}"
        rows.append(row)
    return rows


def _short(page: Snapshot) -> tuple[str, str]:
    return "in use", snapshot_pictures.moment(page)


def _in_words(page: Snapshot) -> str:
    if page.step:
        return f"{page.step} of {page.steps} batches into epoch {page.epoch + 1}"
    return f"After epoch {page.epoch}" if page.epoch else "Before training"


def _best_in_words(name: str) -> str:
    run = training_runs.read(name)
    best = run.best if run else None
    return "Its best network" + (f", of epoch {best['epoch']:.0f}" if best else "")
