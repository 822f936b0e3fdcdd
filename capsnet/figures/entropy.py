"""How decided the primary capsules are, and how far the logits still move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from capsnet.analysis import routing_summaries
from capsnet.analysis.routing_summaries import entropy_histogram
from capsnet.figures.style import ACCENT, TEXT, figure, not_finite, number, warned, with_rounds

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace


def entropy(trace: CapsNetTrace, image: int = 0) -> go.Figure:
    """How many primary capsules have which entropy of c_i, a frame for each round.

    Args:
        trace: a trace.
        image: which image of its batch.
    """
    edges, counts = entropy_histogram(trace, image=image)
    values = routing_summaries.entropy(trace.coupling[:, image])  # (R, I)
    equal = np.log(trace.coupling.shape[3])
    bars = {
        "type": "bar",
        "x": (edges[1:] + edges[:-1]) / 2,
        "width": np.diff(edges),
        "y": counts[-1],
        "customdata": np.stack([edges[:-1], edges[1:]], -1),
        "marker": {"color": ACCENT},
        "hovertemplate": "%{y} capsules with entropy "
        "%{customdata[0]:.3f} to %{customdata[1]:.3f} nats<extra></extra>",
    }
    alts = [_said(row, equal, r) for r, row in enumerate(values)]
    drawn = figure(
        "entropy",
        warned("Entropy of cᵢ: decided left, undecided right", not_finite(values), "capsules"),
        alts[-1],
        [bars],
        xaxis={
            "title": {"text": f"entropy of cᵢ in nats; equal shares: {equal:.3f}"},
            "range": [edges[0], edges[-1]],
        },
        yaxis={
            "title": {"text": "capsules (log scale)"},
            "type": "log",
            "range": [-0.3, float(np.log10(1.3 * values.shape[1]))],
            "dtick": 1,
        },
        bargap=0,
        showlegend=False,
    )
    frames = [{"data": [{"type": "bar", "y": row}], "traces": [0]} for row in counts]
    return with_rounds(drawn, frames, alts)


def logit_changes(trace: CapsNetTrace, image: int = 0) -> go.Figure:
    """The mean absolute change of the logits that follows each round: figure A.1 of the paper.

    Args:
        trace: a trace.
        image: which image of its batch.
    """
    changes = routing_summaries.logit_change(trace, image)  # (R,)
    rounds = len(changes)
    at = np.arange(1, rounds + 1)
    finite = changes[np.isfinite(changes)]
    top = 1.15 * float(finite.max(initial=0.0)) or 1.0
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": at,
        "y": changes,
        "line": {"color": ACCENT, "width": 3},
        "marker": {"size": 8},
        "hovertemplate": "after round %{x}: mean |Δb| = %{y:.5f}<extra></extra>",
    }
    now: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "line": {"color": TEXT, "width": 2},
        "hoverinfo": "skip",
    }
    alts = [
        f"After round {r + 1} the logits change by {number(value, 4)} on average."
        for r, value in enumerate(changes)
    ]
    drawn = figure(
        "logit-changes",
        warned("Mean change of the logits bᵢⱼ", not_finite(changes), "rounds"),
        alts[-1],
        [line, {**now, "x": [rounds, rounds], "y": [0, top]}],
        xaxis={"title": {"text": "after round"}, "range": [0.5, rounds + 0.5], "dtick": 1},
        yaxis={"title": {"text": "mean |Δbᵢⱼ|"}, "range": [0, top]},
        showlegend=False,
    )
    frames = [{"data": [{"x": [r, r]}], "traces": [1]} for r in at.tolist()]
    return with_rounds(drawn, frames, alts)


def _said(values: np.ndarray, equal: float, r: int) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return f"Round {r + 1}: no capsule has shares that are finite numbers."
    return (
        f"Round {r + 1}: entropy of the coupling, mean {number(finite.mean(), 4)}, lowest "
        f"{number(finite.min(), 4)}; equal shares have {number(equal, 4)}."
    )
