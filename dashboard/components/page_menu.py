"""Closes the sidebar once a page was chosen in it, where it would cover that page.

Streamlit does so itself only for browsers that call themselves a phone's; a narrow window, or a
phone that asks for the desktop's site, keeps the sidebar open over what was asked for.
"""

from __future__ import annotations

from dashboard.components.browser_half import mounted

_component = mounted("capsnet_page_menu", "page_menu/menu.js", is_isolated=True)


def close_menu_after_choice() -> None:
    """Make the list of pages in the sidebar close itself on a narrow screen."""
    _component(key="page_menu")
