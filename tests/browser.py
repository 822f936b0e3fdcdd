"""A real browser for tests and benchmark."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these Chromium looks for its maker's servers, which slows it down where there are none.
FLAGS = [
    "--no-sandbox",  # as root in a container there is none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A camera that shows a test picture, for pages that ask for one.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PORTS = range(20_000, 32_000)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, headless: the one that CHROMIUM names, else on PATH, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(), args=FLAGS)
        with contextlib.closing(browser):
            yield browser


def found() -> str | None:
    """Where the browser is that CHROMIUM names or PATH has; None for Playwright's own."""
    on_path = (shutil.which(name) for name in NAMES)
    return os.environ.get("CHROMIUM") or next(filter(None, on_path), None)


def browser_path() -> str:
    """The same as a path, Playwright's own included.

    That is asked in a process of its own: another test may be using Playwright in this one, where
    it starts only once.
    """
    code = (
        "from playwright.sync_api import sync_playwright as started\n"
        "with started() as playwright: print(playwright.chromium.executable_path)"
    )
    asked = [sys.executable, "-c", code]
    return found() or subprocess.run(asked, capture_output=True, text=True).stdout.strip()


def free_ports(count: int) -> list[int]:
    """Different ports that nothing listens on.

    They lie below those that the system hands out by itself, to other test workers too, before a
    server has taken the one that it was given here.

    Raises:
        RuntimeError: if all that were tried are taken.
    """
    found: list[int] = []
    for port in random.SystemRandom().sample(PORTS, 100 + count):  # Keras seeds the other numbers
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"Expected {count} free ports from 20000 on. Received: {found}")


def free_port() -> int:
    """A port that nothing listens on."""
    return free_ports(1)[0]
