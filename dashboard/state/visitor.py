"""What belongs to one visitor: the current digit, and what a page keeps for later."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from dashboard.state import digit as digit_module
from dashboard.state import shared
from dashboard.state.digit import CurrentDigit

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

FIRST_DIGIT = 357
"""A plain 7; not one whose number is also its label."""


def current_digit() -> CurrentDigit:
    """The digit this visitor is looking at, on every page."""
    if "digit" not in st.session_state:
        choose_nothing()
    return st.session_state["digit"]


def choose_nothing() -> None:
    """Go back to the digit that stands there until the visitor has one."""
    first = digit_module.bundled(shared.digits(), FIRST_DIGIT)
    choose_digit(dataclasses.replace(first, chosen=False))


def choose_bundled(index: int) -> None:
    """Make a bundled digit the current one."""
    choose_digit(digit_module.bundled(shared.digits(), index))


def choose_random(label: int | None = None) -> None:
    """Make another bundled digit the current one.

    Args:
        label: of this class; None for any.
    """
    now = current_digit().index
    choose_bundled(random.choice([i for i in _indices(label) if i != now]))


def choose_misclassified() -> None:
    """Make another of the bundled digits that the network reads wrongly the current one."""
    now = current_digit().index
    if others := [d.index for d in shared.misclassified() or [] if d.index != now]:
        choose_bundled(random.choice(others))


def random_indices(count: int, label: int | None = None) -> list[int]:
    """So many different bundled digits of a class (None: any), drawn at random."""
    return random.sample(_indices(label), count)


def choose_digit(digit: CurrentDigit) -> None:
    """Make a digit, seen before or just drawn, the current one."""
    st.session_state["digit"] = digit


def current_trace(rounds: int | None = None) -> CapsNetTrace:
    """The trace of the visitor's current digit, as `trace`."""
    return shared.trace(current_digit().images, rounds)


def altered_trace(
    rounds: int | None = None, silenced: tuple[int, ...] = (), mistake: str | None = None
) -> CapsNetTrace:
    """The trace of the current digit with its routing disturbed; its image is the first.

    Args:
        rounds: as in `trace`.
        silenced: primary capsules to switch off, by their place along I.
        mistake: a name in `capsnet.routing.broken.MISTAKES`. What only shows in a batch is shown in
            one: the first bundled digit of every class follows the current one.

    Returns:
        As `trace`.
    """
    return shared.altered_trace_of(current_digit().images, rounds, silenced, mistake)


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
    labels = shared.digits().labels
    return list(range(len(labels))) if label is None else np.flatnonzero(labels == label).tolist()
