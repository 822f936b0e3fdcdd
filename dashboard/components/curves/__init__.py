"""Line charts that are redrawn in place, so that nothing flickers while a run is watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.components.modules import joined

FOLDER = Path(__file__).parent

_component = st.components.v2.component(
    "capsnet_curves",
    html="<div class='curves'></div>",
    css=(FOLDER / "curves.css").read_text(encoding="utf-8"),
    js=joined(FOLDER / "curves.js"),
    isolate_styles=False,
)


def curves(key: str, charts: Sequence[Mapping[str, Any]]) -> None:
    """Show charts side by side, or one below the other where it is narrow.

    Args:
        key: of the component.
        charts: as `figures.training` makes them.
    """
    _component(key=key, data={"charts": list(charts)})
