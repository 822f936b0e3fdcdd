"""A figure as a file: interactive HTML, or SVG, PNG and PDF for print."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

PlotlyJs = Literal["inside", "beside"]

STILL = (".svg", ".png", ".pdf")
ENDINGS = (".html", *STILL)
SCRIPT = "plotly.min.js"

WIDTH, HEIGHT, SHARPNESS = 1200, 700, 2
"""Of a picture in Plotly's pixels, and how many of a PNG's pixels make one of them."""

CONFIG = {"displaylogo": False, "responsive": True, "showSendToCloud": False}


class ExportError(ValueError):
    """A figure cannot become such a file here; the message says why, in a sentence."""


def check(path: str | Path) -> Path:
    """The path, if its ending is one that a figure can be written as.

    Raises:
        ExportError: if it is another one.
    """
    place = Path(path)
    if place.suffix.lower() not in ENDINGS:
        raise ExportError(f"Expected a file that ends in {', '.join(ENDINGS)}. Received: {place}")
    return place


def write(drawn: go.Figure, path: str | Path, plotly_js: PlotlyJs = "inside") -> None:
    """Write a figure to a file; its ending says as what.

    Args:
        drawn: a figure.
        path: ends in `.html`, `.svg`, `.png` or `.pdf`.
        plotly_js: an HTML page has Plotly's script inside itself, 4.8 MB, or in a file
            `plotly.min.js` beside it, which several pages share. Neither asks the internet.

    Raises:
        ExportError: for another ending, and for a picture where kaleido or a Chrome is missing.
        OSError: if the file cannot be written.
    """
    place = check(path)
    if place.suffix.lower() == ".html":
        text = drawn.to_html(
            include_plotlyjs=True if plotly_js == "inside" else SCRIPT,
            config=CONFIG,
            auto_play=False,
            default_height=f"{drawn.layout.height or HEIGHT}px",
        )
        place.write_text(text, encoding="utf-8")
        if plotly_js == "beside":
            (place.parent / SCRIPT).write_text(get_plotlyjs(), encoding="utf-8")
    else:
        place.write_bytes(picture(drawn, place.suffix.lower()[1:]))


def picture(drawn: go.Figure, kind: str) -> bytes:
    """A figure as the bytes of an SVG, PNG or PDF, without the slider of its rounds.

    Raises:
        ExportError: where kaleido or a Chrome is missing.
    """
    try:
        import kaleido
        from kaleido.errors import ChromeNotFoundError
    except ImportError:
        raise ExportError(
            f"Expected the package kaleido, which draws {kind.upper()}: pip install kaleido. "
            "Received: none installed"
        ) from None
    still = go.Figure(drawn)
    still.layout.sliders = still.layout.updatemenus = ()
    still.frames = []
    sizes = {"width": drawn.layout.width or WIDTH, "height": drawn.layout.height or HEIGHT}
    options = {"format": kind, "scale": SHARPNESS if kind == "png" else 1, **sizes}
    try:
        # No figure here has LaTeX, and MathJax would come from the internet.
        return kaleido.calc_fig_sync(still.to_dict(), opts=options, kopts={"mathjax": False})
    except ChromeNotFoundError as error:
        raise ExportError(
            f"Expected Chrome or Chromium, with which kaleido draws {kind.upper()}, on the PATH or "
            "named by BROWSER_PATH; HTML needs none. Received: no browser"
        ) from error
