"""The votes for one class, with their weighted sum and the digit capsule it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from capsnet.analysis.routing_summaries import VoteCloud, vote_cloud
from capsnet.figures.style import (
    ACCENT,
    SEQUENTIAL,
    TEXT,
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

LARGEST = 15
"""Pixels across of a vote that its capsule sends whole."""


def votes(
    trace: CapsNetTrace,
    digit: int | None = None,
    image: int = 0,
    dimensions: int = 2,
    names: Sequence[str] | None = None,
    cloud: VoteCloud | None = None,
) -> go.Figure:
    """The votes for one class, as large and as dark as their coupling, a frame for each round.

    Args:
        trace: a trace.
        digit: the class; None for that of the longest capsule in the last round.
        image: which image of the trace's batch.
        dimensions: 2 for the plane that shows most of the votes, 3 for space.
        names: of the classes; None for their numbers.
        cloud: `vote_cloud(trace, image, dimensions)`, where it is known already.

    Raises:
        ValueError: for another number of dimensions.
    """
    if dimensions not in (2, 3):
        raise ValueError(f"Expected 2 or 3 dimensions. Received: {dimensions!r}")
    cloud = cloud or vote_cloud(trace, image, dimensions)
    last = np.nan_to_num(trace.lengths[-1, image])
    j = int(last.argmax()) if digit is None else digit
    called = names_of(len(last), names)[j]
    c = np.ascontiguousarray(trace.coupling[:, image, :, j].astype(np.float32))  # (R, I)
    size = np.maximum(np.nan_to_num(c), 0)  # one that is not finite is a dot
    sums, capsules = cloud.sums[:, j], cloud.digit_capsules[:, j]  # (R, dimensions)
    reach = _farthest(np.abs(cloud.votes[j])) or 1.0
    shrink = [_shrink(sums, reach), _shrink(capsules, reach)]
    kind = {"type": "scatter3d" if dimensions == 3 else "scatter"}
    points = {
        **kind,
        "mode": "markers",
        "name": "votes",
        **_axes_of(cloud.votes[j].astype(np.float32)),
        "customdata": _places(trace),
        "marker": {
            "size": size[-1],
            "color": c[-1],
            "sizemode": "area",
            "sizeref": 1 / LARGEST**2,
            "sizemin": 1.5,
            "line": {"width": 0},
            "opacity": 0.85,
            "colorscale": scale(SEQUENTIAL),
            **dict(zip(("cmin", "cmax"), span([trace.coupling[:, image]]), strict=True)),
            "colorbar": {"title": {"text": "c"}, "thickness": 14},
        },
        "hovertemplate": "map %{customdata[2]}, row %{customdata[0]}, column %{customdata[1]}"
        "<br>c = %{marker.color:.4f}<extra></extra>",
    }
    arrows = [
        _arrow(kind, sums[-1] / shrink[0], _named("s", shrink[0]), TEXT, 3),
        _arrow(kind, capsules[-1] / shrink[1], _named("v", shrink[1]), ACCENT, 5),
    ]
    frames = [
        {
            "data": [
                {**kind, "marker": {"size": size[r], "color": c[r]}},
                {**kind, **_axes_of(_from_origin(sums[r] / shrink[0]))},
                {**kind, **_axes_of(_from_origin(capsules[r] / shrink[1]))},
            ],
            "traces": [0, 1, 2],
        }
        for r in range(trace.rounds)
    ]
    alts = [_said(trace, image, r, j, called) for r in range(trace.rounds)]
    where = "plane" if dimensions == 2 else "space"
    shown = f"{where} with {100 * cloud.shown[j]:.0f} % of their squared length"
    drawn = figure(
        "votes",
        warned(f"Votes for {called}: {shown}", not_finite(cloud.votes[j].sum(-1)), "votes"),
        alts[-1],
        [points, *arrows],
        **_space(cloud.votes[j], dimensions),
    )
    return with_rounds(drawn, frames, alts)


def _axes_of(points: np.ndarray) -> dict[str, np.ndarray]:
    return {
        axis: np.ascontiguousarray(points[:, k])
        for k, axis in zip(range(3), "xyz", strict=True)
        if k < points.shape[1]
    }


def _from_origin(tip: np.ndarray) -> np.ndarray:
    return np.stack([np.zeros_like(tip), tip]).astype(np.float32)


def _shrink(tips: np.ndarray, reach: float) -> int:
    """By which whole number arrows far longer than a vote are drawn shorter, in every round."""
    return max(1, int(np.ceil(_farthest(np.linalg.norm(tips, axis=-1)) / reach)))


def _farthest(values: np.ndarray) -> float:
    return float(values[np.isfinite(values)].max(initial=0.0))


def _named(letter: str, times: int) -> str:
    return f"{letter}, drawn {times}× shorter" if times > 1 else letter


def _arrow(
    kind: dict[str, str], tip: np.ndarray, name: str, colour: str, width: int
) -> dict[str, Any]:
    flat = kind["type"] == "scatter"
    head = {"symbol": "arrow", "angleref": "previous", "size": 14} if flat else {"size": 5}
    return {
        **kind,
        "mode": "lines+markers",
        "name": name,
        "line": {"color": colour, "width": width},
        "marker": {"color": colour, **head},
        "hovertemplate": f"{name}<extra></extra>",
        **_axes_of(_from_origin(tip)),
    }


def _places(trace: CapsNetTrace) -> np.ndarray:
    """Row, column and map of each primary capsule, (I, 3)."""
    shape = trace.primary_capsules.shape[1:4]
    return np.stack(np.unravel_index(np.arange(int(np.prod(shape))), shape), -1).astype(np.uint8)


def _space(points: np.ndarray, dimensions: int) -> dict[str, Any]:
    ranges = [span([points[:, k], [0.0]]) for k in range(dimensions)]
    padded = [[low - 0.06 * (high - low), high + 0.06 * (high - low)] for low, high in ranges]
    titles = ("along the leading direction", "along the second", "along the third")
    axes = [
        {"range": padded[k], "title": {"text": titles[k]}, "zeroline": True}
        for k in range(dimensions)
    ]
    if dimensions == 3:
        named = dict(zip(("xaxis", "yaxis", "zaxis"), axes, strict=True))
        return {"scene": {**named, "aspectmode": "data"}, "height": 560}
    return {"xaxis": axes[0], "yaxis": {**axes[1], "scaleanchor": "x"}, "height": 460}


def _said(trace: CapsNetTrace, image: int, r: int, j: int, called: str) -> str:
    length = number(trace.lengths[r, image, j])
    return (
        f"Round {r + 1}: the {trace.coupling.shape[2]} votes for {called}, sized by their "
        f"coupling, with their weighted sum s and the capsule v, of length {length}."
    )
