"""What a visitor's session is to another one that takes its place: plain JSON, kept by the browser.

Digits travel as they do in links. All of it comes back from a browser, so that anyone can have made
it up: what is damaged is left out, as if it had not been kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import state
from dashboard.components import connection
from dashboard.components.pose_explorer import PoseError, PoseSetting
from dashboard.state import digit as digit_module
from dashboard.state.digit import CurrentDigit, LinkError
from dashboard.views.parts.recent_digits import RECENT, suited
from dashboard.views.parts.routing import comparison

COUNTERS = ("pad_answered", "pad_revision", "sheet", "recent_sheet", "pose_others")
"""What tells the pad's messages and sheets apart, and choices of digits to morph to."""

SWITCHES = ("whole", "pad_emptied")
TEXTS = ("training_path",)
LONGEST_TEXT = 4096  # of a path
KEPT_OTHERWISE = ("routing", "pose")
"""Pages whose own parameters are kept as what they mean, which may be newer than their link."""

EPOCH = "pose_epoch"
LONGEST_EPOCH = 64
LARGEST = 2**53


def meet(page: str) -> None:
    """Tell the browser its session, and go on with a lost one if it asks for that.

    To be called first of all by every run.

    Args:
        page: the path of the page that runs.
    """
    request = connection.identify_session(state.session.identity())
    if request is None or state.session.is_acknowledged(request.number):
        return
    if request.session != state.session.name():
        state.session.take_over(request.session)
        if request.kept:  # else the page's link says all that is known
            state.session.stay(page)
            unpack(request.kept)
    state.session.acknowledge(request.number)
    st.rerun()


def hand_over() -> None:
    """Give the browser what it is to keep; to be called at the end of every run."""
    connection.keep_in_browser(state.session.identity(), pack())


def pack() -> dict[str, Any]:
    """What there is of this visitor's session."""
    digit, pose = state.current_digit(), state.recall("pose")
    return {
        "digit": digit.link,
        "recent": [each.link for each in suited()],
        "before": _link(state.recall("before_close_call")),
        "pinned": _link(comparison.pinned()),
        "beside": comparison.to_link(),
        "links": {p: link for p, link in state.own_links().items() if p not in KEPT_OTHERWISE},
        "network": state.network_name(),
        "rounds": state.recall("rounds"),
        "pose": pose and pose.to_browser(),
        EPOCH: state.recall(EPOCH),
        "lesson": state.lesson.in_link(),
        **{name: state.recall(name) for name in (*COUNTERS, *TEXTS)},
        **{name: state.recall(name, False) for name in SWITCHES},
    }


def unpack(kept: Mapping[str, Any]) -> None:
    """Bring this session to where another one was."""
    _take_counters(kept)
    if isinstance(network := kept.get("network"), str):
        state.choose_network(network)
    if (digit := _digit(kept.get("digit"))) is not None:
        state.choose_digit(digit)
    else:
        state.choose_nothing()
    state.remember("pad_digit", state.current_digit())  # the pad shows it, or something newer
    _take_digits(kept)
    if type(rounds := kept.get("rounds")) is int:
        state.remember("rounds", state.rounds_in(str(rounds)))
    comparison.follow_link(_strings(kept.get("beside")))
    state.lesson.take_link(_strings(kept.get("lesson")))
    _take_links(kept.get("links"))
    _take_pose(kept)


def _take_counters(kept: Mapping[str, Any]) -> None:
    for name in COUNTERS:
        if type(number := kept.get(name)) is int and 0 <= number < LARGEST:
            state.remember(name, number)
    for name in SWITCHES:
        state.remember(name, kept.get(name) is True)
    for name in TEXTS:
        if isinstance(text := kept.get(name), str):
            state.remember(name, text[:LONGEST_TEXT])


def _take_links(links: Any) -> None:
    pages = links.items() if isinstance(links, Mapping) else ()
    state.follow_later({p: _strings(link) for p, link in pages if isinstance(p, str)})


def _take_digits(kept: Mapping[str, Any]) -> None:
    links = kept.get("recent")
    recent = map(_digit, links[:RECENT] if isinstance(links, list) else [])
    state.remember("recent", [digit for digit in recent if digit is not None])
    if (pinned := _digit(kept.get("pinned"))) is not None:
        state.remember("pinned", pinned)
    if (before := _digit(kept.get("before"))) is not None:
        state.remember("before_close_call", before)


def _take_pose(kept: Mapping[str, Any]) -> None:
    epoch = kept.get(EPOCH)
    if not isinstance(epoch, str) or not 0 < len(epoch) <= LONGEST_EPOCH:
        return
    try:
        config = state.config()
        pose = PoseSetting.from_browser(kept.get("pose"), (config.num_classes, config.digit_dim))
    except PoseError:
        return
    state.remember(EPOCH, epoch)
    state.remember("pose", pose)
    state.remember("pose_of", (state.current_digit(), state.decoder_id()))


def _link(digit: CurrentDigit | None) -> dict[str, str] | None:
    return None if digit is None else digit.link


def _digit(link: Any) -> CurrentDigit | None:
    """The digit that a kept link names; None if it names none that can be shown."""
    try:
        return digit_module.from_link(_strings(link), state.gallery())
    except LinkError:
        return None


def _strings(link: Any) -> dict[str, str]:
    """The link's parameters, whatever it is."""
    pairs = link.items() if isinstance(link, Mapping) else ()
    return {k: v for k, v in pairs if isinstance(k, str) and isinstance(v, str)}
