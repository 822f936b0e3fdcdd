"""The 5,000 bundled digits, to choose one by its looks."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import state
from dashboard.components.digit_strip import digit_strip, picked

BUNDLED = "bundled_strip"
GROUP = "bundled_group"
MISCLASSIFIED = "Read wrongly"
ANY = "Any"
OFFERED = 10  # one row on a laptop, two on a phone


def class_pills(key: str, on_change: Callable[[], None]) -> str:
    """Pills for the classes of the bundled digits: `ANY`, "0" to "9" or `MISCLASSIFIED`.

    Args:
        key: of the widget; wherever such pills are, they show the class chosen last.
        on_change: called after another choice.
    """
    groups = [ANY, *map(str, range(10)), *([MISCLASSIFIED] if state.misclassified() else [])]
    kept = state.recall("bundled_group", ANY)
    state.default_widget(key, kept)
    if state.widget(key) not in groups:  # of a network whose mistakes are known
        state.set_widget(key, ANY)
    group = st.pills("Class", groups, key=key, on_change=on_change, required=True, wrap=True) or ANY
    state.remember("bundled_group", group)
    return group


def show() -> None:
    """Offer some of a class, or all that this network reads wrongly, as pictures to click."""
    st.subheader("Or take one of the 5,000 bundled digits")
    wrong = state.misclassified()
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        group = class_pills(GROUP, _others)
    if wrong and group == MISCLASSIFIED:
        st.markdown(
            f"All {len(wrong)} of the 5,000 that this network reads wrongly. Under each: its "
            "label, and what the network says."
        )
        offered = {d.index: f"{_label_of(d.index)}, read {d.read_as}" for d in wrong}
    else:
        row.button("Others", icon=":material/shuffle:", on_click=_others)
        offered = {index: "" for index in _some_of(group)}
    state.remember("bundled_offered", list(offered))
    images = state.digits().images
    digit_strip(
        BUNDLED,
        [
            (images[index].tobytes(), f"Digit {index}, label {_label_of(index)}", below)
            for index, below in offered.items()
        ],
        _picked,
    )


def _label_of(index: int) -> int:
    """The class of a bundled digit."""
    return int(state.digits().labels[index])


def _some_of(group: str) -> list[int]:
    """Some bundled digits of a class, or of any; the same until others are asked for."""
    kept = state.recall("bundled_some")
    if kept is None or kept[0] != group:
        label = None if group == ANY else int(group)
        kept = (group, state.random_indices(OFFERED, label))
        state.remember("bundled_some", kept)
    return kept[1]


def _others() -> None:
    """Offer other digits."""
    state.remember("bundled_some", None)


def _picked() -> None:
    """One of the digits offered has been clicked."""
    offered, images = state.recall("bundled_offered", []), state.digits().images
    place = picked(state.widget(BUNDLED), (images[index].tobytes() for index in offered))
    if place is not None:
        state.choose_bundled(offered[place])
