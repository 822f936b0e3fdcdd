"""The page's link: the digit, the network and the settings that travel in it."""

from __future__ import annotations

import time

import streamlit as st

from dashboard import digit as digit_module
from dashboard.digit import LinkError
from dashboard.state import networks, visitor
from dashboard.state.shared import digits

NETWORK = "network"
"""The query parameter that names the network."""

ROUND_TRIP = 1.0
"""Seconds for which a message may have been under way since before the link was written."""


def sync_link(page: str) -> str | None:
    """Bring the page's link, the digit and the network together, once at the start of each run.

    A link that neither this session nor its pad has just written (opened, edited, or reached by
    the browser's Back) decides, unless the visitor has just chosen something else.

    Args:
        page: the page that runs. Streamlit empties the link on the way to another one; on the
            same page a link without a digit is where the visitor was before choosing any.

    Returns:
        A sentence if the link was of no use and something else has come in its place; None
        otherwise, and once there is another digit.
    """
    session = st.session_state
    session["runs"] = number_of_run() + 1
    session["stayed"] = session.get("page") == page
    session["page"] = page
    if _is_news():
        session["link_known"] = st.query_params.to_dict()  # told once, should this run be cut short
        session["link_is_news"] = True
        _take_digit()
        _take_network()
    elif not stayed():
        session["link_is_news"] = False
    networks.chosen()  # one that is gone gives way
    session["link"] = dict(visitor.current_digit().link)
    if networks.name():
        session["link"][NETWORK] = networks.name()
    told, instead = session.get("link_trouble", (None, None))
    return networks.trouble() or (told if visitor.current_digit() == instead else None)


def arrived_parameters(*names: str) -> dict[str, str] | None:
    """What a link that was opened, edited, or reached by the browser's Back says of these names.

    Returns:
        Those of the named parameters that it has; None if it is the link that was written here,
        or one that Streamlit has emptied on the way to this page. The same link is told once.
    """
    is_news = st.session_state.get("link_is_news", False)
    st.session_state["link_is_news"] = False
    arrived = {name: st.query_params[name] for name in names if name in st.query_params}
    return arrived if is_news and (arrived or stayed()) else None


def add_to_link(parameters: dict[str, str]) -> None:
    """Let a page's own parameters travel in its link; to be called by each of its runs."""
    st.session_state["link"].update(parameters)


def finish_link() -> dict[str, str] | None:
    """Write the link, once at the end of each run.

    Returns:
        The link if it is to replace the one that the page was reached by; None if it is written,
        as a new entry in the browser's history.
    """
    session = st.session_state
    arrived, link = st.query_params.to_dict(), session["link"]
    if not session["stayed"]:
        session["link_replaced"] = None if arrived == link else arrived
    is_to_be_replaced = not session["stayed"] or _is_late(arrived)
    if not is_to_be_replaced and arrived != link:
        st.query_params.from_dict(link)
    if (left := session.get("link_known", link)) != link:
        session["links_left"] = [*_just_left(), (left, time.monotonic())]
    session["link_known"] = link
    return link if is_to_be_replaced else None


def stayed() -> bool:
    """Whether the visitor's run before this one was of this page too."""
    return st.session_state["stayed"]


def number_of_run() -> int:
    """How many runs, of any page, this visitor has had."""
    return st.session_state.get("runs", 0)


def offer_link() -> dict[str, str]:
    """The current digit's link, for the browser to put into the page's address by itself."""
    link = visitor.current_digit().link
    st.session_state.setdefault("links_offered", []).append(link)
    return link


def _is_news() -> bool:
    """Whether the link says something that this session does not know."""
    session = st.session_state
    arrived, known = st.query_params.to_dict(), session.get("link_known", {})
    offered = session.pop("links_offered", [])
    if arrived == known or _of_digit(arrived) in offered or _is_late(arrived):
        return False
    has_chosen = visitor.current_digit().link != _of_digit(known)
    return not has_chosen and networks.name() == known.get(NETWORK, "")


def _is_late(arrived: dict[str, str]) -> bool:
    """Whether the browser has yet to show the link that was last written for this page.

    One that was left within a `ROUND_TRIP` counts so, though Back may have led to it: what the
    visitor has just chosen is not to be lost.
    """
    replaced = st.session_state.get("link_replaced")
    return stayed() and arrived in (replaced, *(left for left, _ in _just_left()))


def _just_left() -> list[tuple[dict[str, str], float]]:
    """Links that others were written in place of within a `ROUND_TRIP`, and when."""
    earliest = time.monotonic() - ROUND_TRIP
    return [
        (left, when) for left, when in st.session_state.get("links_left", []) if when > earliest
    ]


def _take_digit() -> None:
    """Make the link's digit the current one."""
    arrived = _of_digit(st.query_params.to_dict())
    try:
        if (linked := digit_module.from_link(arrived, digits())) is not None:
            visitor.choose_digit(linked)
        elif stayed():
            visitor.choose_nothing()
    except LinkError as error:
        visitor.choose_bundled(visitor.FIRST_DIGIT)
        told = f"{error} Here is digit number {visitor.FIRST_DIGIT} instead."
        st.session_state["link_trouble"] = told, visitor.current_digit()


def _take_network() -> None:
    """Use the link's network."""
    arrived = st.query_params.get(NETWORK, "")
    if arrived or stayed():
        networks.choose(arrived)


def _of_digit(link: dict[str, str]) -> dict[str, str]:
    """The part of a link that names a digit."""
    return {name: value for name, value in link.items() if name in digit_module.LINK_NAMES}
