"""The current digit and its picker, and the network in use, on every page."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from capsnet.analysis.prediction import nothing, read_lengths, verdict
from dashboard import state
from dashboard.components.address import replace_address
from dashboard.components.page_menu import close_menu_after_choice
from dashboard.components.picture import picture
from dashboard.components.presenter import offer_presenter_mode
from dashboard.markdown import escaped
from dashboard.views.parts import cases, recent_digits, session_recovery
from dashboard.views.parts.bundled_picker import MISCLASSIFIED, class_pills
from dashboard.views.parts.lesson.stops import is_waiting

DRAW = "draw"
"""The path of the page Draw."""

ABOUT_THE_DIGIT = ("routing", "pose")
"""The pages that show nothing but the current digit."""


def show(page: str) -> DeltaGenerator:
    """Draw the sidebar; what needs the network comes later, in the container returned.

    Args:
        page: the path of the page that runs.
    """
    with st.sidebar:
        session_recovery.meet(page)
    trouble = state.sync_link(page)
    told = st.container()  # always there, so that what follows stays in its place
    if trouble:
        told.warning(trouble, icon=":material/link_off:")
    digit = state.current_digit()
    if page in ABOUT_THE_DIGIT and not digit.chosen and state.recall("pad_emptied", False):
        one = state.gallery().one
        told.caption(f"Your pad is empty: this is {one} number {digit.index}, until you draw one.")
    with st.sidebar:
        if state.network_name():  # the answers are not those that others see
            _network()
        digit = state.current_digit()
        recent_digits.remember()
        st.subheader(f"Current {state.gallery().one}")
        left, right = st.columns([2, 3], vertical_alignment="center")
        with left:
            picture(digit.images[0], alt=f"The current {state.gallery().one}")
        with right:
            label = "not known" if digit.label is None else escaped(str(digit.label))
            st.markdown(f"Label: **{label}**")
            answer = st.container()
        if page != DRAW:  # which offers whole rows of them
            _picker()
        _number(len(state.gallery()))
        if not is_waiting(page):  # their names tell what is to be guessed
            cases.offer()
        if not state.network_name():
            _network()
        close_menu_after_choice()
        offer_presenter_mode()
    return answer


def finish(page: str, answer: DeltaGenerator) -> None:
    """Add what comes at a run's end: the network's answer, and the page's link.

    Args:
        page: as for `show`.
        answer: the container that `show` returned.
    """
    with answer:
        if is_waiting(page):
            st.markdown("Network: **?**")  # the class is to guess first
        else:
            _answer()
    with st.sidebar:
        replace_address(page, state.finish_link())
        session_recovery.hand_over()


def _answer() -> None:
    """The network's answer for the current digit."""
    reading = read_lengths(state.answer(state.current_digit().images).lengths)
    names = [escaped(name) for name in state.config().names]
    best, length = names[reading.best], f"{reading.best_length:.2f}"
    trained = state.config().rounds
    same = state.rounds() == trained  # else Routing may say otherwise
    after = "" if same else f" after {trained} {'round' if trained == 1 else 'rounds'}"
    what = f"length {length}" if same else length + after
    if reading.kind == "none":
        st.markdown(f"Network: **{nothing(names)}**  \nnearest {best}, {what}")
    elif reading.kind == "two":
        second = f"{reading.second_length:.2f}"
        st.markdown(f"Network: **{verdict(reading, names)}**  \nlengths {length}, {second}{after}")
    else:
        st.markdown(f"Network: **{best}**  \n{what}")


def _network() -> None:
    """Which network answers on all pages."""
    st.subheader("Network in use")
    st.markdown(f"**{state.network_in_words()}**")
    if state.network_name():
        st.button("Back to the shipped one", on_click=state.choose_network, args=("",))
        return
    st.button(
        "See it before it learned",
        key="sidebar_untrained",
        on_click=state.untrained.use,
        help="The same network with random weights, on all pages: shares stay at a tenth, and "
        "lengths say nothing.",
    )
    if state.can_choose_network_for_sets():
        st.button(
            "Use the one for none, one and two digits",
            on_click=state.choose_network_for_sets,
            help="It learned from pictures of no digit, one, and two at once. It knows when there "
            "is none, and reads single ones slightly worse.",
        )


def _picker() -> None:
    """A picture of a class, at random."""
    gallery = state.gallery()
    network = "this network" if state.network_name() else "the shipped network"
    words = {
        "seen": "this network learned from most of them",
        "unseen": f"{network} was not trained on them",
        "unknown": "it is not known here whether this network was trained on them",
    }
    if not gallery.are_digits:
        st.caption(f"Pick one of {gallery.in_words} of this run: it did not learn from them.")
    elif gallery.are_fitted:
        st.caption(f"Pick one of {gallery.in_words}: this network's own pictures are not here.")
    else:
        st.caption(f"Pick one of {gallery.in_words}: {words[state.bundled_are()]}.")
    class_pills("picker_class", _pick_random)
    st.button("Another", icon=":material/shuffle:", on_click=_pick_random, width="stretch")


def _number(count: int) -> None:
    """A picture by its number."""
    state.set_widget("picker_index", state.current_digit().index)
    st.number_input(
        f"Number, 0 to {count - 1}",
        0,
        count - 1,
        value=None,
        key="picker_index",
        on_change=_pick_index,
        placeholder=f"your own {state.gallery().one}",
    )


def _pick_random() -> None:
    chosen = state.widget("picker_class")
    if chosen == MISCLASSIFIED:
        state.choose_misclassified()
    else:
        names = state.gallery().names
        state.choose_random(names.index(chosen) if chosen in names else None)


def _pick_index() -> None:
    if (index := state.widget("picker_index")) is not None:
        state.choose_number(index)
