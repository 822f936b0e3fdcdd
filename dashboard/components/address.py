"""Puts the link of a page that was just arrived at into the browser's address bar.

Streamlit's own way adds an entry to the browser's history, even on arrival: its Back button would
then stop at the page without its digit.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.components.browser_half import mounted

_component = mounted("capsnet_address", "address/address.js", is_isolated=True)


def replace_address(page: str, link: tuple[int, Mapping[str, str]] | None) -> None:
    """Give the page's entry in the browser's history another link; to be called by every run.

    Args:
        page: the path of the page that the link belongs to.
        link: its number, and the query parameters; None to leave the address as it is. Each
            number is taken once, so that a link may be said again.
    """
    number, parameters = link or (None, None)
    data = {"page": page, "link": parameters and dict(parameters), "number": number}
    _component(key="address", data=data)
