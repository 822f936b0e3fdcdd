"""What belongs to one visitor: the current digit, and what a page keeps for later."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from dashboard.state import answers, shared
from dashboard.state import digit as digit_module
from dashboard.state.digit import CurrentDigit
from dashboard.state.galleries import FIRST_DIGIT as FIRST_DIGIT

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace


def current_digit() -> CurrentDigit:
    """The digit this visitor is looking at, on every page, as the network in use takes it.

    One that is of no use to this network comes back with the network that it was chosen for.
    """
    if "digit" not in st.session_state:
        choose_nothing()
    chosen, gallery = st.session_state["digit"], shared.gallery()
    asked = chosen, gallery.key
    if st.session_state.get("digit_suited", (None,))[0] != asked:
        suited = digit_module.suited(chosen, gallery) or _first()
        st.session_state["digit_suited"] = asked, suited
    return st.session_state["digit_suited"][1]


def suited(digit: CurrentDigit) -> CurrentDigit | None:
    """A digit as the network in use takes it; None for a picture of another gallery."""
    return digit_module.suited(digit, shared.gallery())


def choose_nothing() -> None:
    """Go back to the digit that stands there until the visitor has one."""
    choose_digit(_first())


def _first() -> CurrentDigit:
    gallery = shared.gallery()
    return dataclasses.replace(digit_module.pictured(gallery, gallery.first), chosen=False)


def choose_number(index: int) -> None:
    """Make a picture of the gallery the current one."""
    choose_digit(digit_module.pictured(shared.gallery(), index))


def choose_random(label: int | None = None) -> None:
    """Make another picture of the gallery the current one.

    Args:
        label: of this class; None for any.
    """
    now = current_digit().index
    if others := [i for i in _indices(label) if i != now]:
        choose_number(random.choice(others))


def choose_misclassified() -> None:
    """Make another of the bundled digits that the network reads wrongly the current one."""
    now = current_digit().index
    if others := [d.index for d in shared.misclassified() or [] if d.index != now]:
        choose_number(random.choice(others))


def random_indices(count: int, label: int | None = None) -> list[int]:
    """So many different pictures of a class (None: any), at random; all where there are fewer."""
    among = _indices(label)
    return random.sample(among, min(count, len(among)))


def choose_digit(digit: CurrentDigit) -> None:
    """Make a digit, seen before or just drawn, the current one."""
    st.session_state["digit"] = digit


def current_trace(rounds: int | None = None) -> CapsNetTrace:
    """The trace of the visitor's current digit, as `trace`."""
    return answers.trace(current_digit().images, rounds)


def altered_trace(
    rounds: int | None = None, silenced: tuple[int, ...] = (), mistake: str | None = None
) -> CapsNetTrace:
    """The trace of the current digit with its routing disturbed; its image is the first.

    Args:
        rounds: as in `trace`.
        silenced: primary capsules to switch off, by their place along I.
        mistake: a name in `capsnet.routing.broken.MISTAKES`. What only shows in a batch is shown in
            one: the first picture of every class follows the current one.

    Returns:
        As `trace`.
    """
    return answers.altered_trace_of(current_digit().images, rounds, silenced, mistake)


def rounds() -> int:
    """Routing rounds that this visitor chose on Routing; else as the network was trained."""
    return recall("rounds") or shared.config().rounds


def choose_rounds(chosen: int) -> None:
    """Route so many times; as often as the network was trained is no choice of a number."""
    remember("rounds", None if chosen == shared.config().rounds else chosen)


def remember(key: str, value: Any) -> None:
    """Keep a page's setting for this visitor across page switches."""
    st.session_state[f"kept_{key}"] = value


def recall(key: str, default: Any = None) -> Any:
    """What `remember` kept, or the default."""
    return st.session_state.get(f"kept_{key}", default)


def widget(key: str) -> Any:
    """The value of a widget that is on the page, or was when its callback was called."""
    return st.session_state[key]


def default_widget(key: str, value: Any) -> None:
    """Set a widget before it is drawn, unless it has a value.

    Unlike a default given to the widget itself, this agrees with `set_widget`. Streamlit forgets
    a widget's value on other pages: give what `recall` kept.
    """
    st.session_state.setdefault(key, value)


def set_widget(key: str, value: Any) -> None:
    """Set a widget before it is drawn."""
    st.session_state[key] = value


def _indices(label: int | None) -> list[int]:
    labels = shared.gallery().pictures.labels
    return list(range(len(labels))) if label is None else np.flatnonzero(labels == label).tolist()
