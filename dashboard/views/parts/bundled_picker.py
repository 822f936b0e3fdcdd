"""The pictures that go with the network, to choose one by its looks."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import state
from dashboard.components.digit_strip import digit_strip, picked
from dashboard.markdown import escaped

BUNDLED = "bundled_strip"
GROUP = "bundled_group"
MISCLASSIFIED = "Read wrongly"
ANY = "Any"
OFFERED = 10  # one row on a laptop, two on a phone
MOST_PILLS = 13
"""Classes from which on a list takes less room."""


def class_pills(key: str, on_change: Callable[[], None]) -> str:
    """Pills for the classes of the pictures: `ANY`, "0" to "9" or other names, or `MISCLASSIFIED`.

    Many classes are offered in a list.

    Args:
        key: of the widget; wherever such pills are, they show the class chosen last.
        on_change: called after another choice.
    """
    groups = [ANY, *state.gallery().names, *([MISCLASSIFIED] if state.misclassified() else [])]
    kept = state.recall("bundled_group", ANY)
    state.default_widget(key, kept)
    if state.widget(key) not in groups:  # of a network whose mistakes, or classes, are others
        state.set_widget(key, ANY)
    group: str | None
    if len(groups) > MOST_PILLS:
        group = st.selectbox("Class", groups, key=key, on_change=on_change)
    else:
        group = st.pills(
            "Class", groups, key=key, on_change=on_change, format_func=escaped, required=True,
            wrap=True,
        )  # fmt: skip
    state.remember("bundled_group", group or ANY)
    return group or ANY


def show() -> None:
    """Offer some of a class, or all that this network reads wrongly, as pictures to click."""
    gallery = state.gallery()
    are_all = gallery.are_digits and not gallery.are_fitted
    which = f"{len(gallery):,} bundled digits" if are_all else gallery.in_words
    st.subheader(f"Or take one of the {which}")
    wrong = state.misclassified()
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        group = class_pills(GROUP, _others)
    if wrong and group == MISCLASSIFIED:
        st.markdown(
            f"All {len(wrong)} of the {len(gallery):,} that this network reads wrongly. Under "
            "each: its label, and what the network says."
        )
        offered = {d.index: f"{gallery.label(d.index)}, read {d.read_as}" for d in wrong}
    else:
        row.button("Others", icon=":material/shuffle:", on_click=_others)
        offered = {index: "" for index in _some_of(group)}
    state.remember("bundled_offered", list(offered))
    images = gallery.pictures.images
    one = gallery.one.capitalize()
    digit_strip(
        BUNDLED,
        [
            (images[index], f"{one} {index}, label {gallery.label(index)}", below)
            for index, below in offered.items()
        ],
        _picked,
    )


def _some_of(group: str) -> list[int]:
    """Some pictures of a class, or of any; the same until others are asked for."""
    gallery, kept = state.gallery(), state.recall("bundled_some")
    asked = gallery.key, group
    if kept is None or kept[0] != asked:
        label = gallery.names.index(group) if group in gallery.names else None
        kept = (asked, state.random_indices(OFFERED, label))
        state.remember("bundled_some", kept)
    return kept[1]


def _others() -> None:
    """Offer other pictures."""
    state.remember("bundled_some", None)


def _picked() -> None:
    """One of the pictures offered has been clicked."""
    images = state.gallery().pictures.images
    offered = [index for index in state.recall("bundled_offered", []) if index < len(images)]
    place = picked(state.widget(BUNDLED), (images[index] for index in offered))
    if place is not None:
        state.choose_number(offered[place])
