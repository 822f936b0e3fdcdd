"""A real browser on a real server: fixtures that every browser test shares.

    def test_draw(visit):
        page = visit("draw")                   # opened and settled
        page = visit("draw", phone=True)       # another visitor, on a phone
        settle(page)                           # wait until nothing runs any more

Every page fails its test if the browser's console shows an error, a script fails, another host is
asked for anything, or Streamlit shows an exception.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from capsnet.data import load_bundled
from dashboard.state.visitor import FIRST_DIGIT
from tests.browser import chromium, free_port

if TYPE_CHECKING:
    from capsnet.model import CapsNet
    from capsnet.trace import CapsNetTrace

ROOT = Path(__file__).resolve().parents[2]
LAPTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATIENCE = 120
"""Seconds to wait for a server or a page on a busy machine."""
expect.set_options(timeout=PATIENCE * 1000)

STORED = "cookies,local_storage,indexeddb,cache_storage"
"""What the next visitor must not find: all but the HTTP cache and its compiled scripts."""

BUSY = """() => !document.querySelector('[data-testid=stMain]') || !!document.querySelector(
    '[data-testid=stStatusWidget],[data-testid=stSkeleton],[data-testid=stSpinner]')"""


class Devices:
    """Browser contexts, lent to one visitor after another as if each were new.

    Only the HTTP cache stays, with Streamlit's scripts as compiled: a visit then costs half the
    processor time (about 1.1 s instead of 2.5 s), and there are some hundreds.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._kinds: dict[BrowserContext, str] = {}

    def lend(self, options: dict[str, Any]) -> BrowserContext:
        """A context with these options of `Browser.new_context`, without pages."""
        kind = json.dumps(options, sort_keys=True)
        if free := self._free.setdefault(kind, []):
            return free.pop()
        context = self._browser.new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        self._kinds[context] = kind
        return context

    def take_back(self, context: BrowserContext, origin: str) -> None:
        """Close a lent context's pages and forget what the pages of `origin` have stored."""
        for page in context.pages:
            page.close()
        blank = context.new_page()
        storage = context.new_cdp_session(blank)
        storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
        blank.close()
        self._free[self._kinds[context]].append(context)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server started as the README says."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a killed run stops its server too
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "streamlit.log"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    options = [
        f"--server.port={port}",
        "--server.address=127.0.0.1",
        "--server.headless=true",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
    ]
    with log.open("w") as output:
        process = subprocess.Popen(
            command + options,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_health(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
    # Streamlit's own tracebacks, as when a browser hangs up early, pass through none of our code.
    through_ours = re.search(rf'File "{ROOT}/(capsnet|dashboard)/', log.read_text())
    assert not through_ours, log.read_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, shared by all tests; each visitor has a context of their own."""
    with chromium() as shared:
        yield shared


@pytest.fixture(scope="session")
def devices(browser: Browser) -> Devices:
    """Laptops and phones to lend to visitors."""
    return Devices(browser)


@pytest.fixture
def visit(server: str, devices: Devices) -> Iterator[Callable[..., Page]]:
    """Opens a page of the explorer for a new visitor, settled: `visit("draw", phone=True)`."""
    contexts, troubles = [], []

    def open_page(path: str = "", *, phone: bool = False, **options: object) -> Page:
        context = devices.lend({**(PHONE if phone else LAPTOP), **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        page.on("console", lambda message: troubles.extend(_console_error(message)))
        page.on("response", lambda response: troubles.extend(_failed(response)))
        page.on("request", lambda request: troubles.extend(_leaves(request.url, server)))
        page.goto(f"{server}/{path.lstrip('/')}")
        # A new server may be seconds away from its first run, and nothing on the page says so.
        page.get_by_text("Current digit").first.wait_for(state="attached")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            shown = page.locator("[data-testid=stException]")
            troubles.extend(f"exception: {text}" for text in shown.all_inner_texts())
        devices.take_back(context, server)
    assert not troubles, troubles


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """The Start page on a laptop."""
    return visit()


def settle(page: Page, quiet: float = 0.8) -> None:
    """Wait until no script runs and the page's text has not changed for `quiet` seconds.

    Raises:
        TimeoutError: if that does not happen in two minutes.
    """
    start = changed = time.monotonic()
    before = None
    while time.monotonic() - start < PATIENCE:
        busy = page.evaluate(BUSY)
        text = page.evaluate("() => document.body.innerText")
        if busy or text != before:
            before, changed = text, time.monotonic()
        elif time.monotonic() - changed > quiet:
            return
        page.wait_for_timeout(100)
    raise TimeoutError(f"The page did not settle in {PATIENCE} s: {page.url}")


@pytest.fixture
def routing(visit: Callable[..., Page]) -> Page:
    """The Routing page on a laptop."""
    page = visit("routing")
    expect(page.get_by_test_id("round")).to_have_text("1")
    return page


@pytest.fixture(scope="session")
def traced(shipped: CapsNet) -> CapsNetTrace:
    """The digit that the page opens with, traced in this process."""
    return shipped.trace(load_bundled()[FIRST_DIGIT : FIRST_DIGIT + 1].pixels())


@pytest.fixture(name="settle")
def settle_fixture() -> Callable[..., None]:
    """The `settle` above, for tests: `settle(page)`."""
    return settle


def _await_health(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, f"The server stopped:\n{log.read_text()}"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"The server did not start in {PATIENCE} s:\n{log.read_text()}")


def _console_error(message: ConsoleMessage) -> list[str]:
    if message.type != "error" or "Failed to load resource" in message.text:
        return []  # failed requests are told by _failed, with their address
    return [f"console: {message.text[:300]}"]


def _leaves(url: str, server: str) -> list[str]:
    """A lecture hall may have no network: nothing is asked of any other host."""
    ours = url.startswith((server, server.replace("http", "ws", 1), "data:", "blob:"))
    return [] if ours else [f"request to another host: {url[:200]}"]


def _failed(response: Response) -> list[str]:
    own_probe = "_stcore/" in response.url  # Streamlit looks for its own base path on deep links
    return [] if response.status < 400 or own_probe else [f"HTTP {response.status} {response.url}"]
