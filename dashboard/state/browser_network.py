"""The network as visitors' browsers run it: its files, made once in a process of their own.

TensorFlow takes seconds and half a gigabyte to export a network, so that is not done in the
server. Until the files are there, and where they cannot be, the server answers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from capsnet.storage import exports
from capsnet.storage.atomic_files import replacing, sha256
from dashboard.state import network_in_use, shared
from dashboard.state.network_files import Stored, shipped

VARIABLE = "CAPSNET_RUNTIME"
"""The environment variable that says who answers where a link does not: `browser` or `server`."""

RUNTIME = "runtime"
"""The query parameter that says so for one visitor."""

STATIC = Path(__file__).resolve().parents[1] / "static"
SERVED = STATIC / "exported"
"""Copies of exports, or links to them, where Streamlit serves them from."""

KEPT = 12
LIBRARY = "vendor/litertjs-core-2.5.3/litert_wasm_compat_internal.wasm.gz"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Offer:
    """What a page tells the browser.

    Attributes:
        settings: the network's files, and what it is; None while the server answers.
        trouble: why, in a sentence, where the visitor is to know it.
    """

    settings: dict[str, Any] | None
    trouble: str = ""


def offered() -> Offer:
    """The network that this visitor uses, as browsers run it."""
    if runtime() == "server":
        return Offer(None)
    which = network_in_use.chosen() or shipped()
    try:
        return _offer(which) if _exports().is_ready(which) else Offer(None)
    except _ExportError as error:
        return Offer(None, f"{error} The server answers.")


def runtime() -> Literal["browser", "server"]:
    """Who answers this visitor: as the link said on arrival, or as the server was started."""
    asked = st.session_state.get(RUNTIME) or os.environ.get(VARIABLE)
    return "server" if asked == "server" else "browser"


def take_runtime() -> None:
    """Take from the link who is to answer."""
    asked = st.query_params.get(RUNTIME)
    if asked in ("browser", "server"):
        st.session_state[RUNTIME] = asked


def in_link() -> dict[str, str]:
    """What the link says of it, where the visitor asked for one."""
    asked = st.session_state.get(RUNTIME)
    return {RUNTIME: asked} if asked else {}


class _ExportError(Exception):
    """There is no export, and there will be none; in a sentence."""


class _Exports:
    """Exports under way: one at a time, each tried once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[Stored, exports.BrowserExport] = {}
        self._tried: set[Stored] = set()
        self._failed: set[Stored] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def is_ready(self, which: Stored) -> bool:
        """Whether a network's export is there; else it is begun.

        Raises:
            _ExportError: if it was tried and failed.
        """
        with self._lock:
            if which in self._found:
                return True
            if self._is_busy():
                return False
            if which in self._failed:
                raise _ExportError("This network could not be made ready for browsers.")
            try:
                found = exports.find(which.path)
            except OSError:
                return False  # the file has just been replaced
            if found:
                self._found[which] = found
            elif which in self._tried:
                self._failed.add(which)
            else:
                self._begin(which)
            return bool(found)

    def of(self, which: Stored) -> exports.BrowserExport:
        """An export that is ready."""
        return self._found[which]

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
def _exports() -> _Exports:
    return _Exports()


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _offer(which: Stored) -> Offer:
    export = _exports().of(which)
    config = shared.config_of(which)
    try:
        files: dict[str, Any] = {part: _served(export, part) for part in exports.PARTS}
    except OSError as error:
        raise _ExportError("The explorer's folder cannot be written to.") from error
    about = {
        "rounds": config.rounds,
        "classes": config.num_classes,
        "dimensions": config.digit_dim,
        "primaryCapsules": config.num_primary_capsules,
        "pixels": config.image_shape[0] * config.image_shape[1] * config.image_shape[2],
        "names": list(config.names),
        "probe": export.probe,
    }
    files["runtime"] = _runtime_file()
    return Offer({"id": export.folder.name, "about": about, "files": files})


def _served(export: exports.BrowserExport, part: str) -> dict[str, Any]:
    """Where browsers find a part's file, put there if it is not."""
    identity, size = export.files[part]
    name = f"{identity[:24]}.tflite"
    place = SERVED / name
    SERVED.mkdir(exist_ok=True)
    if not place.is_file() or place.stat().st_size != size:
        with replacing(place) as temporary:
            try:
                os.link(export.path(part), temporary)
            except OSError:  # another disk, or one without links
                shutil.copyfile(export.path(part), temporary)
        _forget_old()
    return {"id": identity, "size": size, "address": f"app/static/{SERVED.name}/{name}"}


def _runtime_file() -> dict[str, Any]:
    path = STATIC / LIBRARY
    return {"id": sha256(path), "size": path.stat().st_size, "address": f"app/static/{LIBRARY}"}


def _forget_old() -> None:
    files = sorted(SERVED.glob("*.tflite"), key=lambda path: path.stat().st_mtime)
    for old in files[: -2 * KEPT]:
        old.unlink(missing_ok=True)
