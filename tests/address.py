"""The browser's address bar, for pages that run in AppTest."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from unittest import mock

from streamlit.testing.v1 import AppTest

from dashboard.state import links


def address(app: AppTest) -> dict[str, str]:
    """The query parameters that the browser shows after the app's last run.

    Streamlit has written them, or the component `address` replaces those the page was reached by.
    """
    asked = [json.loads(c.proto.json or "{}") for c in app.sidebar.get("bidi_component")]
    (replaced,) = (data["link"] for data in asked if "link" in data)
    written = {k: v[-1] if isinstance(v, list) else v for k, v in app.query_params.items()}
    return written if replaced is None else replaced


@contextlib.contextmanager
def by_history() -> Iterator[None]:
    """What runs in this block was reached by the browser's Back or Forward."""
    with mock.patch.object(links, "by_history", return_value=True):
        yield


def go_to(app: AppTest, page: str) -> None:
    """Go to another page as by a click: with an empty link."""
    app.query_params.clear()
    app.switch_page(page).run()
