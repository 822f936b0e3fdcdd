"""A newer explorer on the same address: no browser runs modules of two versions.

Served by a plain web server that, like Streamlit, does not say how long a file may be kept, and
whose files are old: browsers then keep them for days without asking.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from dashboard.components.browser_half import script

pytestmark = pytest.mark.e2e

MODULE = "scroll_here/scroll.js"
MOUNT = """async (text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    return (await import(address)).default();
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Files without a word in the terminal."""

    def log_message(self, format: str, *args: object) -> None:
        pass

    def send_header(self, keyword: str, value: str) -> None:
        old = keyword == "Last-Modified"
        super().send_header(keyword, "Wed, 01 Jan 2020 00:00:00 GMT" if old else value)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An address, and the folder that it offers as `app/static/`."""
    (tmp_path / "index.html").write_text("<!doctype html>")
    folder = tmp_path / "app" / "static"
    (folder / "scroll_here").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", folder
    server.shutdown()
    server.server_close()
    thread.join()


def write(folder: Path, release: int) -> str:
    """A release of two modules; what the component's script is then."""
    (folder / "dom.js").write_text(f"export const shared = {release};")
    (folder / MODULE).write_text(
        f'import {{ shared }} from "../dom.js"; export default () => [{release}, shared];'
    )
    return script(MODULE).replace('"version": "', f'"version": "{release}')


def test_a_later_visit_gets_the_newer_modules_though_the_browser_has_kept_the_old(
    browser: Browser, site: tuple[str, Path]
) -> None:
    address, folder = site
    with browser.new_context() as context:
        page = context.new_page()
        for release in (1, 2):
            text = write(folder, release)
            page.goto(address)
            assert page.evaluate(MOUNT, text) == [release, release]


def test_a_page_that_was_open_all_along_is_loaded_anew(
    browser: Browser, site: tuple[str, Path]
) -> None:
    address, folder = site
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        page.evaluate(MOUNT, write(folder, 1))
        page.evaluate("globalThis.isOld = true")
        newer = write(folder, 2)
        with page.expect_navigation():
            page.evaluate(f"(text) => {{ ({MOUNT})(text); }}", newer)
        assert page.evaluate("globalThis.isOld") is None
        assert page.evaluate(MOUNT, newer) == [2, 2]


def test_a_module_that_did_not_arrive_is_imported_once_it_does(
    browser: Browser, site: tuple[str, Path]
) -> None:
    address, folder = site
    with browser.new_context() as context:
        page = context.new_page()
        text = write(folder, 1)
        page.goto(address)
        page.route("**/*.js", lambda route: route.abort())
        page.evaluate(f"(text) => {{ globalThis.mounted = ({MOUNT})(text); }}", text)
        page.wait_for_timeout(1500)  # asked for again, and in vain
        page.unroute("**/*.js")
        assert page.evaluate("globalThis.mounted") == [1, 1]


def test_a_browser_that_keeps_a_failed_import_loads_the_page_anew(
    browser: Browser, site: tuple[str, Path]
) -> None:
    address, folder = site
    with browser.new_context() as context:
        page = context.new_page()
        text = write(folder, 1)
        (folder / "dom.js").write_text("export const shared = 1; throw new Error('never');")
        page.goto(address)
        with page.expect_navigation():
            page.evaluate(f"(text) => {{ ({MOUNT})(text); }}", text)
        with pytest.raises(Error, match="never"):  # and only once
            page.evaluate(MOUNT, text)


def test_a_module_that_is_not_there_loads_no_page_anew(
    browser: Browser, site: tuple[str, Path]
) -> None:
    address, folder = site
    text = write(folder, 1)
    (folder / MODULE).unlink()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        with pytest.raises(Error, match="Failed to fetch"):
            page.evaluate(MOUNT, text)
