"""The network as visitors' browsers run it: its files, and where they find them.

Until the files are there, and where they cannot be, the server answers.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from capsnet.storage import exports
from capsnet.storage.atomic_files import replacing, sha256
from dashboard.state import exported, network_in_use, shared
from dashboard.state.exported import NoExport
from dashboard.state.network_files import Stored, shipped

RUNTIME = "runtime"
"""The query parameter that says so for one visitor."""

STATIC = Path(__file__).resolve().parents[1] / "static"
SERVED = STATIC / "exported"
"""Copies of exports, or links to them, where Streamlit serves them from."""

KEPT = 12
LIBRARY = "vendor/litertjs-core-2.5.3/litert_wasm_compat_internal.wasm.gz"


@dataclass(frozen=True)
class Offer:
    """What a page tells the browser.

    Attributes:
        settings: the network's files, and what it is; None while the server answers.
        trouble: why, in a sentence, where the visitor is to know it.
        is_coming: whether the files are being made.
    """

    settings: dict[str, Any] | None
    trouble: str = ""
    is_coming: bool = False


def offered() -> Offer:
    """The network that this visitor uses, as browsers run it."""
    if runtime() == "server":
        return Offer(None)
    which = network_in_use.chosen() or shipped()
    try:
        return Offer(None, is_coming=True) if exported.find(which) is None else _offer(which)
    except NoExport as error:
        return Offer(None, f"{error} The server answers.")


def runtime() -> Literal["browser", "server"]:
    """Who answers this visitor: as the link said on arrival, or as the server was started."""
    asked = st.session_state.get(RUNTIME) or os.environ.get(exported.VARIABLE)
    return "server" if asked in ("server", "keras") else "browser"


def take_runtime() -> None:
    """Take from the link who is to answer."""
    asked = st.query_params.get(RUNTIME)
    if asked in ("browser", "server"):
        st.session_state[RUNTIME] = asked


def in_link() -> dict[str, str]:
    """What the link says of it, where the visitor asked for one."""
    asked = st.session_state.get(RUNTIME)
    return {RUNTIME: asked} if asked else {}


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _offer(which: Stored) -> Offer:
    export = exported.find(which)
    if export is None:  # it has just been found to be damaged
        return Offer(None)
    config = shared.config_of(which)
    try:
        files: dict[str, Any] = {part: _served(export, part) for part in exports.PARTS}
    except OSError as error:
        raise NoExport("The explorer's folder cannot be written to.") from error
    about = {
        "rounds": config.rounds,
        "classes": config.num_classes,
        "dimensions": config.digit_dim,
        "primaryCapsules": config.num_primary_capsules,
        "pixels": config.image_shape[0] * config.image_shape[1] * config.image_shape[2],
        "shape": list(config.image_shape),
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
