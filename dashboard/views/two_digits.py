"""Two digits on one sheet: are both found, and who claims which pixels?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from capsnet import figures
from capsnet.analysis import overlap
from capsnet.analysis.prediction import read_lengths
from capsnet.capabilities import takes_ink
from dashboard import state
from dashboard.components.two_sheet import dropped, two_sheet
from dashboard.markdown import escaped
from dashboard.state.digit import CurrentDigit, pictured
from dashboard.state.galleries import size_in_words
from dashboard.views.parts.coming_network import await_network
from dashboard.views.parts.experiment import chart, on_all_digits

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SECOND, MOVED = "second", "moved"
"""The link's parameters: the second digit's number, and where the two lie."""

FARTHEST = 8
"""Pixels either way."""

FIRST_SECOND = 3
"""The second digit until one is chosen."""

SHEET = "two_sheet"
PLACES = ("first_right", "first_down", "second_right", "second_down")
STARTS = (-4, 0, 4, 0)


def choose() -> tuple[int, tuple[int, ...], DeltaGenerator]:
    """The second digit's number, how far the two are moved, and the place for the figure."""
    gallery = state.gallery()
    most = len(gallery) - 1
    follow_link(most)
    state.default_widget("two_second", state.recall("two_second", FIRST_SECOND))
    second = st.number_input(
        f"Number of the second {gallery.one}, 0 to {most}", 0, most, key="two_second", width=420,
    )  # fmt: skip
    state.remember("two_second", second)
    figure = st.container(key="two-figure")
    moved = places()
    state.add_to_link({SECOND: f"{second}", MOVED: ".".join(map(str, moved))})
    return int(second), moved, figure


def places() -> tuple[int, ...]:
    """How far the two are moved: where they were dragged, or by sliders in an expander."""
    moved = []
    with st.expander("Move them by numbers"):
        for column, name, start in zip(st.columns(4), PLACES, STARTS, strict=True):
            key = f"two_{name}"
            state.default_widget(key, state.recall(key, start))
            with column:
                words = name.replace("_", f" {state.gallery().one}, pixels ")
                moved.append(st.slider(words.capitalize(), -FARTHEST, FARTHEST, key=key))
            state.remember(key, moved[-1])
    return tuple(moved)


def follow_link(most: int) -> None:
    """Take digit and places from a link that has just been reached."""
    arrived = state.arrived_parameters(SECOND, MOVED)
    if arrived is None:
        return
    try:
        second = int(arrived.get(SECOND, FIRST_SECOND))
        moved = [int(part) for part in arrived.get(MOVED, ".".join(map(str, STARTS))).split(".")]
        fits = 0 <= second <= most and len(moved) == len(PLACES)
        fits = fits and all(abs(one) <= FARTHEST for one in moved)
    except ValueError:
        fits = False
    if not fits:
        st.warning(
            "The link asks for a sheet that this page does not have. The page shows the one that "
            "it begins with.",
            icon=":material/link_off:",
        )
        second, moved = FIRST_SECOND, list(STARTS)
    for name, value in zip(("second", *PLACES), (second, *moved), strict=True):
        state.set_widget(f"two_{name}", value)
        state.remember(f"two_{name}", value)


def second_picture(number: int) -> CurrentDigit:
    """The picture of the gallery that is laid over the current one."""
    return pictured(state.gallery(), number)


def class_of(digit: CurrentDigit) -> int:
    """The class that is looked for: its label's, or what is read where there is none."""
    own = digit.class_among(state.config().names)
    return int(state.trace(digit.images).predictions[0]) if own is None else own


def read(lengths: np.ndarray, classes: tuple[int, int], names: tuple[str, ...]) -> None:
    """Whether both are found, in a sentence."""
    first, second = (escaped(names[c]) for c in classes)
    two = np.argsort(lengths)[-2:]
    if classes[0] == classes[1]:
        st.info(
            f"Both are {first}: one capsule would have to answer for two, which it cannot. "
            "Choose a second digit of another class."
        )
    elif set(two) == set(classes):
        st.markdown(f"**Both are found:** the two longest capsules are {first} and {second}.")
    else:
        found = " and ".join(escaped(names[c]) for c in reversed(two))
        st.markdown(
            f"**Not both are found:** the sheet has {first} and {second}, the longest are {found}."
        )


def take_places() -> None:
    """The visitor has dragged a digit: the sliders, and so the page, take its new place."""
    found = dropped(state.widget(SHEET)["places"], FARTHEST)
    if found is None:
        return
    places, number = found
    state.remember("two_answered", number)
    for name, at in zip(PLACES, places, strict=True):
        state.set_widget(f"two_{name}", at)
        state.remember(f"two_{name}", at)


def show(
    images: tuple[np.ndarray, np.ndarray],
    moved: tuple[int, ...],
    sheet: np.ndarray,
    classes: tuple[int, int],
) -> None:
    """The sheet to drag on, who claims what, and the ten lengths."""
    trace, names = state.trace(sheet), state.config().names
    lengths = trace.lengths[-1, 0]
    offer = state.offer_to_browser()
    left, right = st.columns([2, 3])
    with left:
        two_sheet(
            SHEET,
            session=state.session.identity(),
            images=images,
            one=state.gallery().one,
            places=(moved[:2], moved[2:]),
            farthest=FARTHEST,
            answered=state.recall("two_answered"),
            classes=classes,
            drawn=[state.decode(trace.digit_capsules[-1], c)[0] for c in classes],
            lengths=lengths,
            names=names,
            network={"settings": offer.settings, "trouble": offer.trouble},
            on_places=take_places,
        )
        st.caption("The first digit's capsule claims the blue ink, the second's the orange.")
    with right:
        chart(figures.capsule_lengths(lengths, names), "two-lengths", 320)
        with st.container(key="two-read"):
            read(lengths, classes, names)


def silence(sheet: np.ndarray, classes: tuple[int, int]) -> None:
    """What becomes of each digit when the other's primary capsules are silent."""
    trace, names = state.trace(sheet), state.config().names
    parents = trace.coupling[-1, 0].argmax(-1)
    st.subheader("One of them silenced")
    for column, gone, stays in zip(st.columns(2), classes, reversed(classes), strict=True):
        silent = tuple(np.flatnonzero(parents == gone).tolist())
        with column:
            if not silent:
                st.markdown(f"No primary capsule has {escaped(names[gone])} as its parent.")
                continue
            lengths = state.altered_trace_of(sheet, silenced=silent).lengths[-1, 0]
            before = trace.lengths[-1, 0]
            st.markdown(
                f"**Without the {len(silent)} primary capsules whose parent is "
                f"{escaped(names[gone])}:** capsule {escaped(names[gone])} is "
                f"{lengths[gone]:.2f} long ({before[gone]:.2f} before), capsule "
                f"{escaped(names[stays])} {lengths[stays]:.2f} ({before[stays]:.2f} before); "
                f"the longest is {escaped(names[read_lengths(lengths).best])}."
            )


st.title("Two digits", anchor=False)
st.markdown(
    "Routing should divide the parts of overlapping digits between two wholes. Lay a second digit "
    "over the current one: **drag** either of them on the sheet."
)
if not takes_ink(state.config()):
    st.info(
        f"This network takes pictures of {size_in_words(state.config().image_shape)}: one "
        "laid over another would hide it. Two drawings in ink can share a sheet: go back to the "
        "shipped network, or use one for grey pictures."
    )
    st.stop()
if state.can_choose_network_for_sets():
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.markdown("The network in use learned from single digits alone. Another one learned pairs.")
    right.button("Use the one that learned pairs", on_click=state.choose_network_for_sets)
other, where, figure = choose()
one, two = state.current_digit().images, second_picture(other).images
one_moved = overlap.move(one[0], where[1], where[0])
two_moved = overlap.move(two[0], where[3], where[2])
together = overlap.laid_over(one_moved, two_moved)[None]
both = class_of(state.current_digit()), class_of(second_picture(other))
with figure:
    show((one[0], two[0]), where, together, both)
await_network()
if both[0] != both[1]:
    silence(together, both)
st.subheader(f"All {state.gallery().in_words}")
st.markdown(
    f"Each {state.gallery().one} has one of another class laid over it, both moved by up to four "
    "pixels. The paper's network, **trained on such pairs** in a larger frame, errs on 5 %."
)
found_all = on_all_digits("two-digits", {}, f"Measure: lay a {state.gallery().one} over each")
if found_all is not None:
    cells = st.columns(3)
    cells[0].metric("Both are the two longest", f"{found_all['share_both_found']:.1%}")
    cells[1].metric(
        "The longest is one of them", f"{found_all['share_longest_is_one_of_them']:.1%}"
    )
    cells[2].metric("Both longer than 0.5", f"{found_all['share_both_above_half']:.1%}")
