"""A whole run, recorded, in which routing visibly learns; and the network before it learned."""

from __future__ import annotations

import dataclasses

import streamlit as st

from capsnet.assets import ASSETS
from capsnet.config import CapsNetConfig
from capsnet.figures import along
from dashboard import state
from dashboard.components.figure import figures
from dashboard.components.picture_strip import picture_strip
from dashboard.views.parts.training import snapshot_pictures
from dashboard.views.parts.training.run_pictures import DRAWINGS, ROUTINGS, drawn, original, routed

FOLDER = ASSETS / "recorded"
"""A run's folder, with nothing but its snapshots."""

CLASSES = 10


def before_training() -> None:
    """A button for the network before it learned anything."""
    st.header("Before it learned", divider="gray")
    st.markdown(
        "The same network with random weights. With it, Draw, Routing and all other pages show "
        "how it was before training: shares stay at a tenth, lengths say nothing, drawings are "
        "blurred. The sidebar has the same button on every page, and leads back to the shipped "
        "network."
    )
    st.button(
        "In use on your pages" if state.is_untrained() else "Use the untrained network",
        key="training_untrained",
        icon=":material/hub:",
        disabled=state.is_untrained(),
        on_click=state.untrained.use,
    )


def recorded() -> None:
    """The recorded run: drawings, routing, lengths and largest shares, moment by moment."""
    pages = state.snapshots(FOLDER, CapsNetConfig())
    if not pages:
        return
    names = tuple(map(str, range(CLASSES)))
    st.header("A whole run, recorded", divider="gray")
    st.markdown(
        f"{pages[-1].epoch} epochs of a small network (the preset *compact*) on 4,050 of the "
        "bundled digits, from its random start on. The figures follow one picture of class "
        f"{names[pages[0].routed]}: how long its capsule is, and the largest share that any part "
        "gives it. These pictures and numbers are all that was recorded: the networks of its "
        "epochs were not, so your pages can use none of them. Of a run of your own they can use "
        "the best network so far, while it learns."
    )
    times = [page.time for page in pages]
    places = [int((page.labels == page.routed).argmax()) for page in pages]
    lengths = [float(page.lengths[p, page.routed]) for p, page in zip(places, pages, strict=True)]
    shares = [float(page.coupling[:, page.routed].max()) for page in pages]
    length = along(
        times, {"length": lengths}, name="recorded-length", title="Length of its capsule",
        across="epochs", up="length", limits=(0, 1),
    )  # fmt: skip
    share = along(
        times, {"largest share": shares}, name="recorded-share",
        title="Largest share that a part gives it", across="epochs", up="share cᵢⱼ",
        limits=(0, max(0.2, *shares)),
    )  # fmt: skip
    figures("training_recorded", [length, share])
    st.caption(
        f"Equal shares are {1 / CLASSES:g}. Most of the change comes within the first epoch. On "
        "the Routing page the shipped network, which learned for longer, gives shares of a half "
        "and more."
    )
    film = [original(pages[0]), *(drawn(page, names) for page in pages)]
    picture_strip("training_recorded_drawings", film, "Ten pictures, moment by moment", DRAWINGS)
    end = snapshot_pictures.scale_end(pages)
    is_dark = st.context.theme.type == "dark"
    moments = [routed(page, end, is_dark) for page in pages]
    form = dataclasses.replace(ROUTINGS, rows=names, is_from_end=False)
    picture_strip("training_recorded_routing", moments, "Routing, moment by moment", form)
