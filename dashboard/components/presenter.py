"""Presenter mode: one figure of a page at full width, with large type and keys to go on."""

from __future__ import annotations

from dashboard.components.browser_half import mounted

_component = mounted("capsnet_presenter", "presenter/presenter.js", is_isolated=True)


def offer_presenter_mode() -> None:
    """A button on the page that presents its figures, one at a time."""
    _component(key="presenter")
