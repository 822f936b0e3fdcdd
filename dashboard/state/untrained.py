"""The shipped network as it was before its training, for a visitor's pages to show."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from capsnet.errors import CheckpointError
from capsnet.storage import checkpoints
from capsnet.tensorflow_startup import load_tensorflow_quietly
from dashboard.state import network_files, network_in_use


def use() -> None:
    """Show it on all pages; it is made once for all, and again if it was forgotten.

    If there is no room for its file, the visitor is told.
    """
    made = _made()
    try:
        if network_files.find(made.get("name", "")) is None:
            made["name"] = _make()
    except CheckpointError as error:
        network_in_use.tell(str(error))
        return
    network_in_use.choose_uploaded(made["name"], network_in_use.UNTRAINED)


@st.cache_resource(show_spinner=False)
def _made() -> dict[str, str]:
    """Its name, once it is made: the same for all visitors, as its file is."""
    return {}


def _make() -> str:
    load_tensorflow_quietly()
    from capsnet.storage.untrained import save_untrained

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "untrained.keras"
        save_untrained(checkpoints.check(network_files.shipped().path), path)
        return network_files.keep(path.read_bytes(), network_in_use.UNTRAINED)
