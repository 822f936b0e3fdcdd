"""A page as a PDF, printed by a Chrome of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from capsnet.figures.files import ExportError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 120
"""Seconds after which a browser is given up."""


def print_page(page: str, to: Path) -> None:
    """Print HTML to a PDF file, without asking the internet for anything.

    Args:
        page: the HTML.
        to: the file.

    Raises:
        ExportError: where there is no Chrome or Chromium, or it prints nothing.
    """
    named = os.environ.get("BROWSER_PATH")
    browser = named or next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        raise ExportError(
            "Expected Chrome or Chromium, which prints PDF, on the PATH or named by BROWSER_PATH; "
            "HTML needs none. Received: no browser"
        )
    with tempfile.TemporaryDirectory() as folder:
        source, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, encoding="utf-8")
        options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--no-first-run"]
        options += [f"--user-data-dir={folder}/profile", "--disable-background-networking"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")  # as root there is none
        command = [browser, *options, f"--print-to-pdf={printed}", source.as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ExportError(
                f"Expected a browser that prints a page. Received: {browser} ({error})"
            ) from error
        if not printed.is_file():
            raise ExportError(
                f"Expected a browser that prints a page. Received: {browser}, which wrote nothing"
            )
        to.write_bytes(printed.read_bytes())
