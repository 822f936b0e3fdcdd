"""Who sends where: the mean coupling of each map with each class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from capsnet.analysis.routing_summaries import coupling_by_map, mean_by_map
from capsnet.figures.style import (
    SEQUENTIAL,
    figure,
    names_of,
    not_finite,
    number,
    scale,
    span,
    warned,
    with_rounds,
)

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace
    from capsnet.training.snapshots import Snapshot

MAPS = "map of primary capsules"


def coupling(
    trace: CapsNetTrace,
    image: int = 0,
    weighted: bool = True,
    names: Sequence[str] | None = None,
) -> go.Figure:
    """The mean coupling of each map's capsules with each class, a frame for each round.

    Args:
        trace: a trace.
        image: which image of its batch.
        weighted: count each capsule by its activity; else all the same.
        names: of the classes; None for their numbers.
    """
    means = coupling_by_map(trace, weighted, image).astype(np.float32)  # (R, maps, J)
    called = names_of(means.shape[2], names)
    how = "weighted by activity" if weighted else "each capsule counted alike"
    alts = [_said(means[r], called, f"Round {r + 1}") for r in range(len(means))]
    low, high = span([means])
    drawn = figure(
        "coupling",
        warned(f"Coupling by map, {how}", not_finite(means)),
        alts[-1],
        [_heatmap(means[-1], called, low, high)],
        **_axes(),
    )
    frames = [{"data": [{"type": "heatmap", "z": each.T}], "traces": [0]} for each in means]
    return with_rounds(drawn, frames, alts)


def coupling_while_learning(
    snapshots: Sequence[Snapshot], names: Sequence[str] | None = None, high: float | None = None
) -> go.Figure:
    """The mean coupling of each map with each class at moments of a training, a frame for each.

    Args:
        snapshots: of one run, in order; at least one.
        names: of the classes; None for their numbers.
        high: where the colour scale ends; None for the largest mean.

    Raises:
        ValueError: without a snapshot.
    """
    if not snapshots:
        raise ValueError("Expected at least one snapshot. Received: none")
    means = np.stack([mean_by_map(page.coupling, page.maps) for page in snapshots])
    means = means.astype(np.float32)  # (moments, maps, J)
    called = names_of(means.shape[2], names)
    moments = [f"{page.time:.4g}" for page in snapshots]
    alts = [
        _said(each, called, f"After {moment} epochs")
        for each, moment in zip(means, moments, strict=True)
    ]
    low, most = span([means])
    drawn = figure(
        "learning-coupling",
        warned("Coupling by map while learning", not_finite(means)),
        alts[-1],
        [_heatmap(means[-1], called, low, most if high is None else high)],
        **_axes(),
    )
    frames = [{"data": [{"type": "heatmap", "z": each.T}], "traces": [0]} for each in means]
    return with_rounds(drawn, frames, alts, "epochs", moments)


def _heatmap(means: np.ndarray, called: list[str], low: float, high: float) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": means.T,  # (J, maps)
        "x": np.arange(len(means)),
        "y": called,
        "zmin": low,
        "zmax": high,
        "colorscale": scale(SEQUENTIAL),
        "colorbar": {"title": {"text": "mean c"}, "thickness": 14},
        "hovertemplate": "map %{x} to class %{y}<br>mean c = %{z:.4f}<extra></extra>",
    }


def _axes() -> dict[str, Any]:
    return {
        "xaxis": {"title": {"text": MAPS}, "showgrid": False, "zeroline": False},
        "yaxis": {
            "title": {"text": "class"},
            "type": "category",
            "autorange": "reversed",
            "showgrid": False,
        },
    }


def _said(means: np.ndarray, called: Sequence[str], what: str) -> str:
    if not np.isfinite(means).any():
        return f"{what}: no coupling is a finite number."
    m, j = divmod(int(np.nanargmax(means)), means.shape[1])
    return (
        f"{what}: mean coupling of {len(means)} maps with {len(called)} classes, the largest "
        f"{number(means[m, j])}, of map {m} with {called[j]}; equal shares are "
        f"{number(1 / len(called))}."
    )
