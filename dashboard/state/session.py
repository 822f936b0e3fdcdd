"""Which session this is, and whether it goes on with one that was lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import streamlit as st


def identity() -> dict[str, Any]:
    """This session's name, the one whose place it takes, and the request it answered last."""
    return {
        "session": name(),
        "resumed": st.session_state.get("session_resumed", ""),
        "acknowledged": st.session_state.get("session_acknowledged", 0),
    }


def name() -> str:
    """This session's name, which no other has and nobody can guess."""
    if "session_name" not in st.session_state:
        st.session_state["session_name"] = uuid4().hex
    return st.session_state["session_name"]


def is_acknowledged(number: int) -> bool:
    """Whether a request has been answered."""
    return st.session_state.get("session_acknowledged", 0) == number


def acknowledge(number: int) -> None:
    """A request has been answered: the browser stops asking."""
    st.session_state["session_acknowledged"] = number


def take_over(lost: str) -> None:
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
