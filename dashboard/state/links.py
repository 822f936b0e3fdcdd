"""The page's link: the digit, the network and the settings that travel in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from capsnet.config import MAX_ROUNDS
from dashboard.state import browser_network, lesson, network_in_use, visitor
from dashboard.state import digit as digit_module
from dashboard.state.digit import LinkError
from dashboard.state.shared import gallery

NETWORK = "network"
"""The query parameter that names the network."""

ROUNDS = "rounds"
"""The query parameter that says how often it routes, if not as often as it was trained."""

PAGES_WITH_ROUNDS = ("routing", "draw")
"""Draw's file of a trace has as many as Routing shows."""


def sync_link(page: str) -> str | None:
    """Bring the page's link and what it names together, once at the start of each run.

    The link decides in a visitor's first run, and where Back or Forward has led to it. In any
    other run it may be older than what was chosen since: the browser sends it with every message.

    Args:
        page: the page that runs. Streamlit empties the link on the way to another one; on the
            same page a link without a digit is where the visitor was before choosing any.

    Returns:
        A sentence if the link was of no use and something else has come in its place; None
        otherwise, and once there is another digit.
    """
    session = st.session_state
    session["link_is_followed"] = session.pop("link_to_follow", False)
    session["stayed"] = session.get("page") == page
    session["page"] = page
    if not stayed():  # until a run has come to its end: the next message may cut one short
        network_in_use.forget_shown_trouble()
        session["is_arriving"] = not by_history()
        session["link_replacing"] = None
    if number_of_run() == 0 or by_history() or session["link_is_followed"]:
        session["link_is_news"] = True
        lesson.take_link(st.query_params.to_dict())
        _take_network()  # first: a digit's number is one of its pictures'
        _take_digit()
        browser_network.take_runtime()
        if page in PAGES_WITH_ROUNDS:
            _take_rounds()
    elif not stayed():
        session["link_is_news"] = False
    session["runs"] = number_of_run() + 1
    network_in_use.look()
    network_in_use.chosen()  # one that is gone gives way
    session["link"], session["own_link"] = dict(visitor.current_digit().link), {}
    if network_in_use.name():
        session["link"][NETWORK] = network_in_use.name()
    told, instead = session.get("link_trouble", (None, None))
    return network_in_use.trouble() or (told if visitor.current_digit() == instead else None)


def arrived_parameters(*names: str) -> dict[str, str] | None:
    """What a link that was opened, or reached by the browser's Back, says of these names.

    Returns:
        Those of the named parameters that it has; None if it is the link that was written here,
        or one that Streamlit has emptied on the way to this page. The same link is returned once.
        A session that replaces a lost one gets the parameters of the lost one.
    """
    is_news = st.session_state.get("link_is_news", False)
    st.session_state["link_is_news"] = False
    kept = st.session_state.get("lost_links", {}).pop(st.session_state["page"], {})
    link = st.query_params.to_dict() if is_news else kept
    arrived = {name: link[name] for name in names if name in link}
    return arrived if arrived or (is_news and _is_whole()) else None


def follow_link(page: str, parameters: Mapping[str, str]) -> NoReturn:
    """Open a page as a link with these parameters does for one who arrives by it.

    What the link does not name is as it was at first. The digit and the network stay where it
    names none; the place in the lesson stays.

    Args:
        page: the path of its file, as `app.py` has it.
        parameters: its link's.
    """
    link = {**parameters, **lesson.in_link()}
    if network_in_use.name():
        link.setdefault(NETWORK, network_in_use.name())
    link = {**visitor.current_digit().link, **link} if not _of_digit(link) else link
    st.session_state["link_to_follow"] = True
    st.switch_page(page, query_params=link)


def add_to_link(parameters: dict[str, str]) -> None:
    """Let a page's own parameters travel in its link; to be called by each of its runs."""
    st.session_state["link"].update(parameters)
    st.session_state["own_link"].update(parameters)


def own_links() -> dict[str, dict[str, str]]:
    """What each page, by its path, has added to its link when it was last shown."""
    session = st.session_state
    return {**session.get("lost_links", {}), **session.get("own_links", {})}


def follow_later(links: dict[str, dict[str, str]]) -> None:
    """Let each page find these as its own parameters when it is next shown."""
    st.session_state["lost_links"] = links


def finish_link() -> tuple[int, dict[str, str]] | None:
    """Write the link, once at the end of each run.

    Returns:
        The link that is to replace the one that the page was reached by, and its number, until
        the browser's address is known to have it; None if there is none to be replaced, or the
        link has been written as a new entry in the browser's history.
    """
    session = st.session_state
    if session["page"] in PAGES_WITH_ROUNDS and (rounds := visitor.recall("rounds")):
        session["link"][ROUNDS] = str(rounds)
    session["link"].update(browser_network.in_link())
    session["link"].update(lesson.in_link())
    session.setdefault("own_links", {})[session["page"]] = session["own_link"]
    arrived, link, written = st.query_params.to_dict(), session["link"], session.get("link_written")
    session["link_written"] = link
    if session["is_arriving"]:
        session["is_arriving"] = False
        session["link_replacing"] = number_of_run(), link
    elif arrived == link:
        session["link_replacing"] = None
    elif link != written or by_history():
        session["link_replacing"] = None
        st.query_params.from_dict(link)  # after Back in place of the entry's own
    return session["link_replacing"]


def stayed() -> bool:
    """Whether the visitor's run before this one was of this page too."""
    return st.session_state["stayed"]


def _is_whole() -> bool:
    """Whether what the link does not name is to be as at first: it is of this page, or followed."""
    return stayed() or st.session_state["link_is_followed"]


def by_history() -> bool:
    """Whether the browser's Back or Forward has led to this run."""
    context = get_script_run_ctx()  # Streamlit knows, and has no public word for it
    return context is not None and context.is_history_navigation


def number_of_run() -> int:
    """How many runs, of any page, this visitor has had."""
    return st.session_state.get("runs", 0)


def _take_digit() -> None:
    """Make the link's digit the current one."""
    arrived = _of_digit(st.query_params.to_dict())
    try:
        if (linked := digit_module.from_link(arrived, gallery())) is not None:
            visitor.choose_digit(linked)
        elif _is_whole():
            visitor.choose_nothing()
    except LinkError as error:
        instead = gallery()
        visitor.choose_number(instead.first)
        told = f"{error} Here is {instead.one} number {instead.first} instead."
        st.session_state["link_trouble"] = told, visitor.current_digit()


def _take_network() -> None:
    """Use the link's network."""
    arrived = st.query_params.get(NETWORK, "")
    if arrived or _is_whole():
        network_in_use.choose(arrived)


def _take_rounds() -> None:
    """Route as often as the link says; Routing tells of a number that cannot be."""
    arrived = st.query_params.get(ROUNDS, "")
    if arrived or _is_whole():
        visitor.remember("rounds", rounds_in(arrived))


def rounds_in(link: str) -> int | None:
    """The rounds that a link's parameter asks for; None if it asks for none that can be."""
    short = link.isdecimal() and len(link) <= len(str(MAX_ROUNDS))  # Python refuses long numbers
    return int(link) if short and 1 <= int(link) <= MAX_ROUNDS else None


def _of_digit(link: dict[str, str]) -> dict[str, str]:
    """The part of a link that names a digit."""
    return {name: value for name, value in link.items() if name in digit_module.LINK_NAMES}
