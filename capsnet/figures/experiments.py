"""Experiments: curves along a transformation, couplings side by side, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from capsnet.figures.style import (
    ACCENT,
    FAINT,
    SERIES,
    TEXT,
    figure,
    line_style,
    number,
)

MOST_IN_LEGEND = 12
"""Curves beyond which a legend beside the chart would not fit; a pointer tells them."""


def along(
    amounts: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    *,
    name: str,
    title: str,
    across: str,
    up: str,
    at: float | None = None,
    bold: str | None = None,
    limits: tuple[float, float] | None = None,
) -> go.Figure:
    """Curves over the amount of a transformation.

    Args:
        amounts: along the axis, ascending.
        curves: values at each amount, by the curve's name.
        name: the figure's.
        title: above it.
        across: what the amounts are, with their unit.
        up: what the values are.
        at: the current amount, marked by a line.
        bold: the curve that stands out.
        limits: of the values; None for as far as they go.
    """
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(amounts) <= 15 else "lines",
            "name": called,
            "x": list(amounts),
            "y": list(values),
            "line": {**line_style(place), "width": 5 if called == bold else 2},
            "hovertemplate": f"{called}<br>{across}: %{{x:g}}<br>{up}: %{{y:.4f}}<extra></extra>",
        }
        for place, (called, values) in enumerate(curves.items())
    ]
    first, last = amounts[0], amounts[-1]
    ends = [
        f"{called} from {number(values[0], 2)} to {number(values[-1], 2)}"
        for called, values in curves.items()
        if bold is None or called == bold
    ]
    alt = f"{title}, {across} from {first:g} to {last:g}: {'; '.join(ends[:4])}."
    marker = [] if at is None else [_upright(at)]
    return figure(
        name,
        title,
        alt,
        data,
        xaxis={"title": {"text": across}},
        yaxis={"title": {"text": up}, **({} if limits is None else {"range": list(limits)})},
        shapes=marker,
        showlegend=1 < len(curves) <= MOST_IN_LEGEND,
        legend={"orientation": "v", "x": 1.02, "xanchor": "left", "y": 1, "yanchor": "top"},
    )


def side_by_side(
    values: Mapping[str, float],
    *,
    name: str,
    title: str,
    up: str,
    bold: str | None = None,
    limits: tuple[float, float] | None = None,
    decimals: int = 3,
) -> go.Figure:
    """A bar for each of a few figures.

    Args:
        values: by what they are called.
        name: the figure's.
        title: above it.
        up: what the values are.
        bold: the bar that stands out.
        limits: of the values.
        decimals: of the numbers on the bars.
    """
    said = ", ".join(f"{called} {number(value, decimals)}" for called, value in values.items())
    data = {
        "type": "bar",
        "x": list(values),
        "y": list(values.values()),
        "text": [number(value, decimals) for value in values.values()],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [ACCENT if called == bold else FAINT for called in values]},
        "hovertemplate": f"%{{x}}<br>{up}: %{{y:.4f}}<extra></extra>",
    }
    return figure(
        name,
        title,
        f"{title}: {said}.",
        [data],
        xaxis={"type": "category"},
        yaxis={"title": {"text": up}, **({} if limits is None else {"range": list(limits)})},
    )


def calibration(found: Mapping[str, Mapping[str, Any]]) -> go.Figure:
    """How often a network is right whose longest capsule is so long; on the line if as often.

    Args:
        found: the fields of `analysis.split_figures.Calibration`, by what they are of.
    """
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "length = chance",
            "x": [0, 1],
            "y": [0, 1],
            "line": {"color": FAINT, "dash": "dash", "width": 1.5},
            "hoverinfo": "skip",
        }
    ]
    said = []
    for place, (called, one) in enumerate(found.items()):
        images = np.asarray(one["images"])
        filled = np.flatnonzero(images)
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": called,
                "x": np.asarray(one["mean_length"])[filled].tolist(),
                "y": np.asarray(one["accuracy"])[filled].tolist(),
                "customdata": images[filled].tolist(),
                "marker": {"size": 10},
                "line": {"color": SERIES[place % len(SERIES)], "width": 2.5},
                "hovertemplate": f"{called}<br>length %{{x:.2f}}: %{{y:.1%}} right, of "
                "%{customdata} images<extra></extra>",
            }
        )
        said.append(f"{called} errs by {number(one['error'])} on average")
    return figure(
        "calibration",
        "Length as confidence",
        f"The share that is read rightly over the length of the longest capsule: "
        f"{', '.join(said)}.",
        data,
        xaxis={"title": {"text": "length of the longest capsule"}, "range": [0, 1.02]},
        yaxis={"title": {"text": "share read rightly"}, "range": [0, 1.05], "tickformat": ".0%"},
    )


def _upright(at: float) -> dict[str, Any]:
    return {
        "type": "line",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "x0": at,
        "x1": at,
        "line": {"color": TEXT, "width": 2},
    }
