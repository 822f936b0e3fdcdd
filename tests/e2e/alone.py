"""One component's script on a page that has nothing else, and no server."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser

MOUNTED = """
    const script = new Blob([source], { type: "text/javascript" });
    const module = await import(URL.createObjectURL(script));
    const parentElement = document.body.appendChild(document.createElement("div"));
    parentElement.innerHTML = html;
"""


def alone(browser: Browser, source: str, html: str, story: str) -> Any:
    """What a story finds: JavaScript, with the script as `module` and its `parentElement`."""
    with browser.new_context() as context:
        return context.new_page().evaluate(
            f"async ({{ source, html }}) => {{ {MOUNTED} {story} }}",
            {"source": source, "html": html},
        )
