"""A photo of many digits, with a frame round each and what it is read as."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from capsnet.figures.style import ACCENT, AGAINST, SERIES, TEXT, figure

INK = (128, 137, 150)
"""Grey that is seen on light and on dark paper."""

KINDS = {
    "one digit": (ACCENT, "solid"),
    "a weak answer": (SERIES[1], "dot"),
    "none, or several": (AGAINST, "dash"),
}
"""What a frame says, with its colour and line."""

LEAST, MOST = 18, 140
"""Sides in pixels of the places that answer to a click."""

WIDE = 900
"""Width in pixels that a figure has about."""


def many_digits(
    page: np.ndarray,
    boxes: np.ndarray,
    answers: Sequence[str],
    kinds: Sequence[str],
    details: Sequence[str] | None = None,
) -> go.Figure:
    """Frames round the digits of a page, each with its answer above it.

    The number of each digit, counted from 0, is its point's `customdata`.

    Args:
        page: (H, W) ink in [0, 1], 1 for ink.
        boxes: (N, 4): left, top, width and height of each digit, as shares of the page's sides.
        answers: N, what each is read as; short.
        kinds: N of KINDS.
        details: N, more of each for who points at it.

    Raises:
        ValueError: if there are other than N answers, kinds or details, or a kind is not known.
    """
    boxes = np.asarray(boxes, float).reshape(-1, 4)
    details = answers if details is None else details
    counts = {len(boxes), len(answers), len(kinds), len(details)}
    if len(counts) > 1 or not set(kinds) <= set(KINDS):
        raise ValueError(
            f"Expected as many answers and kinds as boxes, of {', '.join(KINDS)}. Received: "
            f"{len(boxes)} boxes, {len(answers)} answers, {len(kinds)} kinds {sorted(set(kinds))}"
        )
    height, width = page.shape
    in_pixels = boxes * [width, height, width, height]
    left, top, wide, high = in_pixels.T
    traces = [_frames(in_pixels[np.array(kinds) == kind], kind) for kind in KINDS]
    sides = np.maximum(wide, high) * WIDE / max(width, 1)
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": left + wide / 2,
            "y": top + high / 2,
            "marker": {"symbol": "square", "size": sides.clip(LEAST, MOST), "opacity": 0},
            "customdata": np.arange(len(boxes)),
            "text": list(details),
            "hovertemplate": "%{text}<extra></extra>",
            "showlegend": False,
        }
    )
    traces.append(
        {
            "type": "scatter",
            "mode": "text",
            "x": left,
            "y": top,
            "text": list(answers),
            "textposition": "top right",
            "textfont": {"size": 20, "color": TEXT},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    )
    hidden = {"visible": False, "constrain": "domain"}
    said = "; ".join(answers) if len(boxes) else "none"
    return figure(
        "many-digits",
        f"{len(boxes)} found, in the order of reading",
        f"A page with {len(boxes)} frames. They are read as: {said}.",
        [trace for trace in traces if len(trace["x"])],
        xaxis={**hidden, "range": [0, width]},
        yaxis={**hidden, "range": [height, -0.06 * height], "scaleanchor": "x"},
        images=[
            {
                "source": _picture(page),
                "xref": "x",
                "yref": "y",
                "x": 0,
                "y": 0,
                "sizex": width,
                "sizey": height,
                "sizing": "stretch",
                "layer": "below",
            }
        ],
        margin={"l": 8, "r": 8, "t": 72, "b": 8},
        height=int(np.clip(WIDE * height / max(width, 1), 320, 900)) + 80,
        hovermode="closest",
    )


def _frames(boxes: np.ndarray, kind: str) -> dict[str, Any]:
    """One line that goes round all boxes of a kind, (M, 4) in pixels, with gaps between them."""
    left, top, wide, high = boxes.T
    right, bottom = left + wide, top + high
    gap = np.full(len(boxes), np.nan)
    columns = np.stack([left, right, right, left, left, gap], 1)
    rows = np.stack([top, top, bottom, bottom, top, gap], 1)
    colour, dash = KINDS[kind]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": kind,
        "x": columns.ravel(),
        "y": rows.ravel(),
        "line": {"color": colour, "dash": dash, "width": 3},
        "hoverinfo": "skip",
    }


def _picture(page: np.ndarray) -> str:
    """Ink on nothing, as a PNG's `data:` address."""
    pixels = np.empty((*page.shape, 4), np.uint8)
    pixels[..., :3] = INK
    pixels[..., 3] = np.rint(255 * np.clip(page, 0, 1))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
