"""A real browser on a real server: fixtures that every browser test shares.

    def test_draw(visit):
        page = visit("draw")                   # opened and settled
        page = visit("draw", phone=True)       # another visitor, on a phone
        settle(page)                           # wait until nothing runs any more

Every page fails its test if the browser's console shows an error, a script fails, another host is
asked for anything, or Streamlit shows an exception.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Page,
    Response,
    expect,
)

from capsnet.data.bundled import load_bundled
from capsnet.storage import exports
from dashboard.state.exported import VARIABLE
from dashboard.state.visitor import FIRST_DIGIT
from tests.browser import chromium, free_port

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet
    from capsnet.network.trace import CapsNetTrace

ROOT = Path(__file__).resolve().parents[2]
LAPTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATIENCE = 60
"""Seconds to wait for a server or a page on a busy machine."""
expect.set_options(timeout=PATIENCE * 1000)

STORED = "cookies,local_storage,indexeddb,cache_storage"
"""What the next visitor must not find: all but the HTTP cache and its compiled scripts."""

SEEN = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const waits = '[data-testid=stStatusWidget],[data-testid=stSkeleton],[data-testid=stSpinner]';
    const rests = app?.dataset.testScriptState === 'notRunning' && !document.querySelector(waits);
    return [Boolean(rests), document.body.innerText];
}"""
"""Whether no script runs, which Streamlit says itself, and all of the page's text."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a browser test once more where it fails: a busy machine is late now and then.

    The summary counts what was run again. What fails twice is broken.
    """
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.flaky(reruns=1))


class Devices:
    """Browser contexts, lent to one visitor after another as if each were new.

    Only the HTTP cache stays, with Streamlit's scripts as compiled: a visit then costs half the
    processor time (about 1.1 s instead of 2.5 s), and there are some hundreds.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[bool, list[BrowserContext]] = {False: [], True: []}
        self._kinds: dict[BrowserContext, bool] = {}
        self._cleaners: dict[BrowserContext, CDPSession] = {}

    def lend(self, phone: bool) -> BrowserContext:
        """A phone or a laptop, which has nothing but a blank page open."""
        if free := self._free[phone]:
            return free.pop()
        context = self._browser.new_context(**(PHONE if phone else LAPTOP))
        context.set_default_timeout(PATIENCE * 1000)
        self._kinds[context] = phone
        self._cleaners[context] = context.new_cdp_session(context.new_page())
        return context

    def take_back(self, context: BrowserContext, origin: str) -> None:
        """Close a lent context's pages and forget what the pages of `origin` have stored."""
        _, *opened = context.pages
        for page in opened:
            page.close()
        context.clear_permissions()
        stored = {"origin": origin, "storageTypes": STORED}
        self._cleaners[context].send("Storage.clearDataForOrigin", stored)
        self._free[self._kinds[context]].append(context)


@pytest.fixture(scope="session")
def networks_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server looks for runs, and so for other networks: not in the developer's own."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def exported() -> exports.BrowserExport:
    """The shipped network's export, as `make run` makes it."""
    subprocess.run([sys.executable, "-m", "capsnet", "export"], cwd=ROOT, check=True)
    found = exports.find()
    assert found
    return found


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory,
    networks_folder: Path,
    exported: exports.BrowserExport,
) -> Iterator[str]:
    """The address of a server started as the README says, which itself answers on Draw."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a killed run stops its server too
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "streamlit.log"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    options = [
        f"--server.port={port}",
        "--server.address=127.0.0.1",
        "--server.headless=true",
        "--server.fileWatcherType=none",
    ]
    with log.open("w") as output:
        process = subprocess.Popen(
            command + options,
            cwd=ROOT,
            env={**os.environ, "CAPSNET_RUNS": str(networks_folder), VARIABLE: "server"},
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
    """Opens a page of the explorer for a new visitor, settled: `visit("draw", phone=True)`.

    `size` is the screen's in CSS pixels, where it is not the phone's or the laptop's; `calm` for a
    visitor who wants nothing to move.
    """
    contexts, troubles = [], []

    def open_page(
        path: str = "",
        *,
        phone: bool = False,
        size: tuple[int, int] | None = None,
        calm: bool = False,
        permissions: Sequence[str] = (),
    ) -> Page:
        context = devices.lend(phone)
        contexts.append(context)
        context.grant_permissions(list(permissions))
        page = context.new_page()
        if size:
            page.set_viewport_size({"width": size[0], "height": size[1]})
        if calm:
            page.emulate_media(reduced_motion="reduce")
        watch(page, server, troubles)
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


def watch(page: Page, server: str, troubles: list[str]) -> None:
    """Write down what no page may do: errors, failed requests, requests to other hosts."""
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
    page.on("console", lambda message: troubles.extend(_console_error(message)))
    page.on("response", lambda response: troubles.extend(_failed(response)))
    page.on("request", lambda request: troubles.extend(_leaves(request.url, server)))


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """The Start page on a laptop."""
    return visit()


def settle(page: Page, quiet: float = 0.5) -> None:
    """Wait until no script runs and the page's text has not changed for `quiet` seconds.

    What the browser does by itself later, as the pad 0.7 s after the pen was lifted, is not waited
    for: ask for a longer `quiet`.

    Raises:
        TimeoutError: if that does not happen in two minutes.
    """
    start = changed = time.monotonic()
    before = None
    while time.monotonic() - start < PATIENCE:
        rests, text = page.evaluate(SEEN)
        if not rests or text != before:
            before, changed = text, time.monotonic()
        elif time.monotonic() - changed > quiet:
            return
        page.wait_for_timeout(100)
    raise TimeoutError(f"The page did not settle in {PATIENCE} s: {page.url}")


@pytest.fixture
def routing(visit: Callable[..., Page]) -> Page:
    """The Routing page on a laptop."""
    page = visit("routing")
    page.locator(".routing[data-shown]").wait_for()
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
    # Streamlit looks for its own base path on deep links.
    own_probe = response.url.endswith(("_stcore/health", "_stcore/host-config"))
    return [] if response.status < 400 or own_probe else [f"HTTP {response.status} {response.url}"]
