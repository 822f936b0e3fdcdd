"""What flows from the maps to the classes, and what opposing votes take away again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import plotly.graph_objects as go

from capsnet.analysis.routing_summaries import additions
from capsnet.analysis.routing_summaries import flow as shares
from capsnet.figures.style import (
    ACCENT,
    AGAINST,
    FAINT,
    GRID,
    figure,
    names_of,
    not_finite,
    number,
    warned,
    with_rounds,
)

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

Of = Literal["votes", "activity"]
"""What flows: what votes add to the length of s_j, or the maps' activity times the coupling."""

UNITS = {"votes": "of ‖s‖", "activity": "of activity"}
TITLES = {
    "votes": "From maps to classes: what their votes add to ‖s‖",
    "activity": "From maps to classes: coupling × activity",
}


def flow(
    trace: CapsNetTrace,
    of: Of = "votes",
    image: int = 0,
    digit: int | None = None,
    names: Sequence[str] | None = None,
) -> go.Figure:
    """Bands from the maps to the classes, a frame for each round.

    A Sankey diagram has no bands below zero. What a map's votes take from a class, since they
    point against its s_j, is below zero in the bars beneath: a class's two bars add up to ‖s_j‖.

    Args:
        trace: a trace.
        of: what flows.
        image: which image of its batch.
        digit: the class whose bands stand out; None for the longest capsule of the last round.
        names: of the classes; None for their numbers.

    Raises:
        ValueError: if there is nothing called `of` that flows.
    """
    if of not in TITLES:
        raise ValueError(f"Expected a flow of votes or activity. Received: {of!r}")
    amounts = (additions if of == "votes" else shares)(trace, image)  # (R, maps, J)
    rounds, maps, classes = amounts.shape
    called = names_of(classes, names)
    chosen = int(np.nan_to_num(trace.lengths[-1, image]).argmax()) if digit is None else digit
    known = np.nan_to_num(amounts, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32)
    bands = [np.maximum(each, 0).ravel() for each in known]  # a band for each map and class
    bars = [_bars(each) for each in known]
    alts = [_said(each, called, f"Round {r + 1}", UNITS[of]) for r, each in enumerate(known)]
    data = [
        _sankey(maps, called, chosen, bands[-1], UNITS[of]),
        _bar("added", bars[-1][0], called, ACCENT, UNITS[of]),
        _bar("taken away", bars[-1][1], called, AGAINST, UNITS[of]),
    ]
    frames = [
        {
            "data": [
                {"type": "sankey", "link": {"value": bands[r]}},
                {"type": "bar", "y": bars[r][0]},
                {"type": "bar", "y": bars[r][1]},
            ],
            "traces": [0, 1, 2],
        }
        for r in range(rounds)
    ]
    most = max((float(added.max()) for added, _ in bars), default=0.0)
    least = min((float(taken.min()) for _, taken in bars), default=0.0)
    drawn = figure(
        "flow",
        warned(TITLES[of], not_finite(amounts)),
        alts[-1],
        data,
        xaxis={"type": "category", "title": {"text": "class"}},
        yaxis={
            "domain": [0, 0.26],
            "range": [1.1 * least, 1.1 * most or 1],
            "title": {"text": UNITS[of]},
        },
        barmode="relative",
        height=640,
    )
    return with_rounds(drawn, frames, alts)


def _bars(amounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the maps add to each class, and what they take away, (J,) each."""
    return np.maximum(amounts, 0).sum(0), np.minimum(amounts, 0).sum(0)


def _sankey(
    maps: int, called: Sequence[str], chosen: int, values: np.ndarray, unit: str
) -> dict[str, Any]:
    classes = len(called)
    return {
        "type": "sankey",
        "domain": {"y": [0.34, 1]},
        "arrangement": "fixed",
        "textfont": {"size": 11},
        "valueformat": ".4f",
        "valuesuffix": f" {unit}",
        "node": {
            "label": [f"map {m}" for m in range(maps)] + list(called),
            "x": [0.001] * maps + [0.999] * classes,
            "y": [*_spread(maps), *_spread(classes)],
            "color": [FAINT] * maps + [ACCENT if j == chosen else FAINT for j in range(classes)],
            "pad": 6,
            "thickness": 12,
            "line": {"width": 0},
        },
        "link": {
            "source": np.repeat(np.arange(maps), classes),
            "target": maps + np.tile(np.arange(classes), maps),
            "value": values,
            "color": [ACCENT if j == chosen else GRID for _ in range(maps) for j in range(classes)],
            "hovertemplate": "%{source.label} to %{target.label}: %{value}<extra></extra>",
        },
    }


def _spread(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / count


def _bar(
    name: str, values: np.ndarray, called: Sequence[str], colour: str, unit: str
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": list(called),
        "y": values,
        "marker": {"color": colour},
        "hovertemplate": f"class %{{x}}: %{{y:.4f}} {unit} {name}<extra></extra>",
    }


def _said(amounts: np.ndarray, called: Sequence[str], what: str, unit: str) -> str:
    totals = amounts.sum(0)
    listed = ", ".join(f"{name}: {number(t, 2)}" for name, t in zip(called, totals, strict=True))
    return f"{what}: bands from {len(amounts)} maps to {len(called)} classes, {unit}. {listed}."
