"""Which session this is, and whether it goes on with one that was lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import streamlit as st


def told() -> dict[str, Any]:
    """What the browser is told: this session's name, whose place it takes, what it has heard."""
    return {
        "session": name(),
        "resumed": st.session_state.get("session_resumed", ""),
        "heard": st.session_state.get("session_heard", 0),
    }


def name() -> str:
    """This session's name, which no other has and nobody can guess."""
    if "session_name" not in st.session_state:
        st.session_state["session_name"] = uuid4().hex
    return st.session_state["session_name"]


def has_heard(number: int) -> bool:
    """Whether a request has been heard."""
    return st.session_state.get("session_heard", 0) == number


def hear(number: int) -> None:
    """A request has been heard: the browser is told so, and asks no more."""
    st.session_state["session_heard"] = number


def succeed(lost: str) -> None:
    """This session takes the place of a lost one."""
    st.session_state["session_resumed"] = lost


def stay(page: str) -> None:
    """Go on where a lost session was: on this page, at which nobody arrives by a link."""
    session = st.session_state
    session["page"] = page
    session["runs"] = max(1, session.get("runs", 0))
    session["link_is_news"] = session["is_arriving"] = False
    session["link_replacing"] = None
    session.pop("link_trouble", None)
