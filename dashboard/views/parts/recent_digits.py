"""The visitor's last digits, to go back to."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components.digit_strip import digit_strip, picked
from dashboard.state.digit import CurrentDigit

STRIP = "strip"
RECENT = 12


def show() -> None:
    """Offer the last digits, once there are two."""
    remember()
    recent, one = suited(), state.gallery().one
    if len(recent) < 2:
        return
    st.subheader(f"Your last {one}s")
    names = [f"{one.capitalize()} {i + 1} of {len(recent)}" for i in range(len(recent))]
    digit_strip(STRIP, [(d.levels, n, "") for d, n in zip(recent, names, strict=True)], _picked)


def suited() -> list[CurrentDigit]:
    """Those that the network in use takes, as it takes them."""
    suited = (state.suited(digit) for digit in state.recall("recent", []))
    return [digit for digit in suited if digit is not None]


def remember() -> None:
    """Keep the last digits, newest first; a drawing counts once, however often it was changed."""
    recent = list(state.recall("recent", []))
    digit = state.current_digit()
    if not digit.chosen or digit in recent or digit in suited():
        return
    sheet = state.recall("sheet") if digit.strokes is not None else None
    if sheet is not None and recent and sheet == state.recall("recent_sheet"):
        recent = recent[1:]
    recent = [digit, *recent][:RECENT]
    state.remember("recent", recent)
    state.remember("recent_sheet", sheet)


def _picked() -> None:
    """A digit of the strip has been clicked."""
    recent = suited()
    place = picked(state.widget(STRIP), (digit.levels for digit in recent))
    if place is not None:
        state.choose_digit(recent[place])
        state.remember("recent_sheet", None)
