"""Plotly figures on a page: drawn once, then changed in place, so that nothing flickers.

Streamlit's own chart (1.67) is taken out and built anew whenever its data change, and a zoom is
lost with it. Figures travel as JSON text that Plotly itself has written: a component's data may
hold no NumPy scalar and no NaN, and a text holds none.
"""

from __future__ import annotations

import base64
import functools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import plotly
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs_version

from capsnet.figures.style import DARK
from capsnet.storage.atomic_files import replacing
from dashboard.components.browser_half import STATIC, VENDOR, mounted

_component = mounted(
    "capsnet_figures",
    "figure/figure.js",
    html="<div class='figures-grid'></div>",
    styles=("figure.css", "figure/figure.css"),
)


def figures(
    key: str,
    drawn: Sequence[go.Figure],
    on_select: Callable[[], None] | None = None,
) -> None:
    """Show figures side by side, or one below the other where it is narrow.

    Args:
        key: of the component.
        drawn: as `capsnet.figures` makes them.
        on_select: called when the visitor clicks a value; the state of `key` then has it as
            `selected`: the figure's `name`, the point's `x`, `y`, `z` and `customdata`.
    """
    data = {"figures": [text_of(each) for each in drawn], "selects": on_select is not None, **kit()}
    calls = {} if on_select is None else {"on_selected_change": on_select}
    _component(key=key, data=data, **calls)


def text_of(drawn: go.Figure) -> str:
    """A figure as the browser takes it: arrays in base64, what is not finite as null or inside."""
    return drawn.to_json()


def kit() -> dict[str, object]:
    """What the browser needs to draw figures: the script's place, and the colours of dark pages."""
    return {"plotly": plotly_script(), "dark": dict(DARK)}


@functools.cache
def plotly_script() -> str:
    """Where a browser finds plotly.js: the very file of the installed package.

    Streamlit serves only what lies in `dashboard/static/`, so it is copied there, once for each
    version.

    Returns:
        The path below that folder; or the whole script as a `data:` address, 6.4 MB with every
        page's data, where the folder cannot be written (an installation for all users, say).
    """
    package = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    path = f"{VENDOR}/plotly-{get_plotlyjs_version()}/plotly.min.js"
    place = STATIC / path
    if place.is_file() and place.stat().st_size == package.stat().st_size:
        return path
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with replacing(place) as beside:  # another server may be starting too
            shutil.copyfile(package, beside)
    except OSError:
        script = base64.b64encode(package.read_bytes()).decode("ascii")
        return f"data:text/javascript;base64,{script}"
    return path
