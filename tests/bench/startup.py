"""How long a visitor waits after `streamlit run`, in a real browser.

python -m tests.bench.startup
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import chromium, free_port

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PATIENCE = 120
"""Seconds."""


def measure() -> dict[str, float]:
    """Start the server and open its first page, in a browser that is already running.

    Returns:
        Seconds since the server was started: `page`, until the sidebar and the Start page's
        heading are visible; `ready`, until the network has answered and nothing runs any more,
        so that every control works.
    """
    with chromium() as browser:
        return _measure(browser)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The explorer, started from some other folder as a user may; yields its address at once."""
    with serving(APP) as (address, _):
        yield address


@contextlib.contextmanager
def serving(app: Path) -> Iterator[tuple[str, int]]:
    """An app's address, at once, and its server's process id."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.headless", "true"]
    options = ["--server.address", "127.0.0.1", "--server.port", str(port)]
    options += ["--browser.gatherUsageStats", "false"]
    with tempfile.TemporaryDirectory() as elsewhere:
        process = subprocess.Popen(
            command + options,
            cwd=elsewhere,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait()


def _measure(browser: Browser) -> dict[str, float]:
    page = browser.new_page()
    started = time.perf_counter()
    with server() as address:
        wait_for(address)
        page.goto(address)
        _visible(page, '[data-testid="stSidebar"] [data-testid="stButton"] button')
        _visible(page, '[data-testid="stMain"] h1')
        page_seconds = time.perf_counter() - started
        _visible(page, '[data-testid="stApp"][data-test-script-state="notRunning"]')
        ready_seconds = time.perf_counter() - started
        if (trouble := page.get_by_test_id("stAlert")).count():
            raise RuntimeError(
                f"Expected a page without errors. Received: {trouble.first.inner_text()}"
            )
        page.close()
    return {"page": page_seconds, "ready": ready_seconds}


def _visible(page: Page, selector: str) -> None:
    page.locator(selector).first.wait_for(timeout=1000 * PATIENCE)


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
            return
        time.sleep(0.02)
    raise TimeoutError(f"Expected the server to answer within {PATIENCE} s. Received: nothing")


if __name__ == "__main__":
    print(json.dumps(measure()))
