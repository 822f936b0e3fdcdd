"""One component's module on a page that has nothing else, and no server."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, Route

from dashboard.components.browser_half import STATIC

ORIGIN = "http://alone.test"
MOUNTED = """
    const module = await import(`/app/static/${path}`);
    const parentElement = document.body.appendChild(document.createElement("div"));
    parentElement.innerHTML = html;
"""


def alone(browser: Browser, path: str, html: str, story: str) -> Any:
    """What a story finds: JavaScript, with the module as `module` and its `parentElement`.

    Args:
        browser: in which it runs.
        path: of the module under `dashboard/static/`.
        html: what the component begins with: HTML, or the path of a file there.
        story: what happens; what it returns comes back.
    """
    if html.endswith(".html"):
        html = (STATIC / html).read_text()
    with browser.new_context() as context:
        return blank(context.new_page()).evaluate(
            f"async ({{ path, html }}) => {{ {MOUNTED} {story} }}", {"path": path, "html": html}
        )


def blank(page: Page) -> Page:
    """The page, emptied, where `/app/static/` has the files of `dashboard/static/`."""

    def serve(route: Route) -> None:
        _, found, path = route.request.url.partition("/app/static/")
        if found:
            route.fulfill(path=STATIC / path.partition("?")[0])
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route(f"{ORIGIN}/**", serve)
    page.goto(ORIGIN)
    return page
