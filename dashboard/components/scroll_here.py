"""Brings a part of the page into sight when what was asked for elsewhere happens there."""

from __future__ import annotations

from dashboard.components.browser_half import mounted

_component = mounted("capsnet_scroll_here", "scroll_here/scroll.js", html="<div></div>")


def scroll_here(key: str, times: int) -> None:
    """Scroll to this place in the page once for each time it was asked for.

    Args:
        key: of the component.
        times: how often it has been asked for in this session, 0 for never.
    """
    _component(key=key, data={"times": times})
