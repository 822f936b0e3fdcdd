"""Networks' exports: made once, in a process of their own, and run here by LiteRT.

TensorFlow takes seconds and half a gigabyte to load. The server loads it when a trace, an export or
a training asks; lengths, poses and drawings come from the export, as in visitors' browsers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import streamlit as st

from capsnet.errors import CheckpointError, ExportError
from capsnet.network.exported import ExportedNetwork
from capsnet.storage import exports
from dashboard.state.network_files import Stored

VARIABLE = "CAPSNET_RUNTIME"
"""The environment variable that says who answers where a link does not: `browser`, `server`, or
`keras` for the server with TensorFlow, which makes and uses no export."""

ROOT = Path(__file__).resolve().parents[2]
NETWORKS_KEPT = 4  # 50 MB each


class NoExport(Exception):
    """There is no export, and there will be none; in a sentence."""


def find(which: Stored) -> exports.BrowserExport | None:
    """A network's export; None if it is not there yet: then it is begun.

    Raises:
        NoExport: if there will be none.
    """
    return _exports().find(which)


def for_server(which: Stored) -> exports.BrowserExport | None:
    """As `find`, for what the server itself answers; None where there will be none, too.

    Of networks that visitors choose none is begun: to load one once costs less.
    """
    if os.environ.get(VARIABLE) == "keras":
        return None
    try:
        return _exports().find(which, is_wanted=not which.name)
    except NoExport:
        return None


def network(which: Stored) -> ExportedNetwork | None:
    """A network, as LiteRT runs it here; None while, or where, there is no export."""
    export = for_server(which)
    if export is None:
        return None
    try:
        return _opened(which, export.folder.name)
    except CheckpointError:  # told when the network is loaded
        return None
    except (ExportError, OSError):  # truncated, another network's, or gone
        _exports().discard(which)
        return None


class Exports:
    """Exports under way: one at a time, each tried once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[Stored, exports.BrowserExport] = {}
        self._tried: set[Stored] = set()
        self._failed: set[Stored] = set()
        self._missed: set[Stored] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def find(self, which: Stored, is_wanted: bool = True) -> exports.BrowserExport | None:
        """As the function above; one that is not wanted is not begun, and looked for once."""
        with self._lock:
            if which in self._found:
                return self._found[which]
            if self._is_busy() or (not is_wanted and which in self._missed):
                return None
            if which in self._failed:
                raise NoExport("This network could not be made ready for browsers.")
            try:
                found = exports.find(which.path)
            except OSError:
                return None  # the file has just been replaced
            if found:
                self._found[which] = found
            elif not is_wanted:
                self._missed.add(which)
            elif which in self._tried:
                self._failed.add(which)
            else:
                self._begin(which)
            return found

    def discard(self, which: Stored) -> None:
        """Forget an export that is damaged; it is made anew, once."""
        with self._lock:
            if (found := self._found.pop(which, None)) is not None:
                exports.discard(found)

    def _is_busy(self) -> bool:
        """Whether an export is under way."""
        return self._process is not None and self._process.poll() is None

    def _begin(self, which: Stored) -> None:
        self._tried.add(which)
        command = [sys.executable, "-m", "capsnet", "export", "--checkpoint", str(which.path)]
        try:
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        except OSError:  # no memory for another process
            self._failed.add(which)


@st.cache_resource(show_spinner=False)
def _exports() -> Exports:
    return Exports()


@st.cache_resource(show_spinner=False, max_entries=NETWORKS_KEPT)
def _opened(which: Stored, export: str) -> ExportedNetwork:
    found = _exports().find(which)
    if found is None or found.folder.name != export:
        raise ExportError(f"Expected the export {export}. Received: none; it was just replaced")
    return exports.open_natively(found, which.path)
