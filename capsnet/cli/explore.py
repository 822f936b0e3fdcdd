"""Start the explorer's pages: `streamlit run` on the installed `dashboard`.

What follows `--` goes to Streamlit, such as `-- --server.port 8600`.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

HELP = "start the explorer's pages"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options for Streamlit."""
    parser.add_argument(
        "options",
        nargs="*",
        metavar="STREAMLIT_OPTION",
        help="after `--`: options for `streamlit run`, such as --server.port 8600",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve the pages until they are stopped.

    Raises:
        ValueError: if the pages or Streamlit are not installed beside this package.
    """
    missing = [
        name for name in ("dashboard", "streamlit") if importlib.util.find_spec(name) is None
    ]
    if missing:
        raise ValueError(
            "Expected the explorer's pages and Streamlit beside this package: "
            f"pip install capsnet-explorer. Received: no {' and no '.join(missing)}"
        )
    pages = importlib.util.find_spec("dashboard")
    assert pages is not None and pages.origin is not None
    app = Path(pages.origin).with_name("app.py")
    command = [sys.executable, "-m", "streamlit", "run", str(app), *arguments.options]
    return subprocess.run(command).returncode
