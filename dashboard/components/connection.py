"""A page that outlives its session: the browser keeps what the server may forget.

Streamlit (1.67) keeps the session of a page that was cut off for `server.disconnectedSessionTTL`,
and none through a restart. The browser then gets a new session, and is not told. What that means,
and what the browser does about it, is in `dashboard/static/connection/connection.js`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.components.browser_half import mounted

LARGEST_NUMBER = 2**53
"""Browsers count no further."""

_session = mounted("capsnet_session", "connection/page_start.js", is_isolated=True)
_page_end = mounted("capsnet_page_end", "connection/page_end.js", is_isolated=True)


@dataclass(frozen=True)
class Request:
    """What a browser asks whose line was cut.

    Attributes:
        number: of the request, to be said back.
        session: the one it had.
        kept: what it was given to keep; whatever anyone might send.
    """

    number: int
    session: str
    kept: Mapping[str, Any]


def identify_session(identity: Mapping[str, Any]) -> Request | None:
    """Tell the browser its session; to be called once, first of all, by every run.

    Args:
        identity: from `dashboard.state.session.identity`.

    Returns:
        What the browser asks because its line was cut; None if it does not.
    """
    found = _session(key="session", data=dict(identity), on_request_change=lambda: None)
    sent = found.request
    if not isinstance(sent, Mapping):
        return None
    number, session, kept = (sent.get(name) for name in ("number", "session", "kept"))
    if type(number) is not int or not 0 <= number < LARGEST_NUMBER or not isinstance(session, str):
        return None
    return Request(number, session[:64], kept if isinstance(kept, Mapping) else {})


def keep_in_browser(identity: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    """Give the browser something to keep; to be called once, at the end of every run.

    Args:
        identity: from `dashboard.state.session.identity`.
        kept: what brings a new session to where this one is; plain JSON.
    """
    _page_end(key="page_end", data={**identity, "kept": dict(kept)})
