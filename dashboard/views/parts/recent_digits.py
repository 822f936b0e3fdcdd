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
    recent = remember()
    if len(recent) < 2:
        return
    st.subheader("Your last digits")
    names = [f"Digit {i + 1} of {len(recent)}" for i in range(len(recent))]
    digit_strip(STRIP, [(d.pixels, n, "") for d, n in zip(recent, names, strict=True)], _picked)


def remember() -> list[CurrentDigit]:
    """The last digits, newest first; a drawing counts once, however often it was changed."""
    recent = list(state.recall("recent", []))
    digit = state.current_digit()
    if not digit.chosen or digit in recent:
        return recent
    sheet = state.recall("sheet") if digit.strokes is not None else None
    if sheet is not None and recent and sheet == state.recall("recent_sheet"):
        recent = recent[1:]
    recent = [digit, *recent][:RECENT]
    state.remember("recent", recent)
    state.remember("recent_sheet", sheet)
    return recent


def _picked() -> None:
    """A digit of the strip has been clicked."""
    recent = state.recall("recent", [])
    place = picked(state.widget(STRIP), (digit.pixels for digit in recent))
    if place is not None:
        state.choose_digit(recent[place])
        state.remember("recent_sheet", None)
