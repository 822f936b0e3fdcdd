"""Line charts that are redrawn in place, so that nothing flickers while a run is watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.components.browser_half import mounted

_component = mounted(
    "capsnet_curves",
    "curves/curves.js",
    html="<div class='curves'></div>",
    styles=("curves/curves.css",),
)


def curves(key: str, charts: Sequence[Mapping[str, Any]]) -> None:
    """Show charts side by side, or one below the other where it is narrow.

    Args:
        key: of the component.
        charts: as `figures.training` makes them.
    """
    _component(key=key, data={"charts": list(charts)})
