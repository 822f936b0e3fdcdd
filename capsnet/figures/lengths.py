"""The capsules' lengths: by round, and of one answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from capsnet.figures.style import (
    ACCENT,
    FAINT,
    MOST_NAMED,
    TEXT,
    figure,
    line_style,
    names_of,
    not_finite,
    number,
    warned,
    with_rounds,
)

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

APART = 0.085
"""Lengths nearer than this share a label at their lines' ends."""


def lengths(
    trace: CapsNetTrace,
    image: int = 0,
    digit: int | None = None,
    names: Sequence[str] | None = None,
) -> go.Figure:
    """The length of each digit capsule, round by round, with the round in each frame marked.

    Args:
        trace: a trace.
        image: which image of its batch.
        digit: the class whose line stands out; None for the longest capsule of the last round.
        names: of the classes; None for their numbers.
    """
    return lengths_by_round(trace.lengths[:, image], digit, names)


def lengths_by_round(
    values: np.ndarray, digit: int | None = None, names: Sequence[str] | None = None
) -> go.Figure:
    """The same of lengths alone, without the trace that they come from.

    Args:
        values: of each capsule in each round, (R, J) in [0, 1).
        digit: the class whose line stands out; None for the longest capsule of the last round.
        names: of the classes; None for their numbers.
    """
    rounds, classes = values.shape
    called = names_of(classes, names)
    chosen = _longest(values[-1]) if digit is None else digit
    at = np.arange(1, rounds + 1)
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers" if rounds == 1 else "lines",
            "name": called[j],
            "x": at,
            "y": values[:, j],
            "line": {**line_style(j), "width": 5 if j == chosen else 2.5},
            "opacity": 1 if j == chosen else 0.75,
            "showlegend": classes <= MOST_NAMED,
            "meta": {"digit": j},
            "hovertemplate": f"capsule {called[j]}<br>round %{{x}}: %{{y:.4f}} long<extra></extra>",
        }
        for j in range(classes)
    ]
    frames = [{"data": _marked(values, r), "traces": [classes, classes + 1]} for r in range(rounds)]
    data += [
        {
            "type": "scatter",
            "mode": "lines",
            "line": {"color": TEXT, "width": 1.5},
            "hoverinfo": "skip",
            "showlegend": False,
            "y": [0, 1],
            **_marked(values, rounds - 1)[0],
        },
        {
            "type": "scatter",
            "mode": "markers",
            "marker": {
                "size": [14 if j == chosen else 8 for j in range(classes)],
                "color": [line_style(j)["color"] for j in range(classes)],
            },
            "hoverinfo": "skip",
            "showlegend": False,
            **_marked(values, rounds - 1)[1],
        },
    ]
    alts = [_said(values[r], called, f"Round {r + 1}") for r in range(rounds)]
    drawn = figure(
        "lengths",
        warned("Capsule lengths by round", not_finite(values)),
        alts[-1],
        data,
        xaxis={"title": {"text": "round"}, "range": _reach(rounds), **_ticks(rounds)},
        yaxis={"title": {"text": "length ‖vⱼ‖"}, "range": [0, 1.02], "dtick": 0.25},
        annotations=_ends(values[-1], called, chosen),
        margin={"r": 96},
    )
    return with_rounds(drawn, frames, alts)


def capsule_lengths(
    lengths: np.ndarray,
    names: Sequence[str] | None = None,
    margins: tuple[float, float] | None = None,
) -> go.Figure:
    """The lengths of one answer as bars, with the margin loss's bounds across them.

    Args:
        lengths: of the capsules, (J,) in [0, 1).
        names: of the classes; None for their numbers.
        margins: m- and m+ of the margin loss; None draws none.
    """
    values = np.asarray(lengths, np.float64)
    called = names_of(len(values), names)
    longest = _longest(values)
    data = {
        "type": "bar",
        "x": called,
        "y": values,
        "text": [number(value, 2) if np.isfinite(value) else "?" for value in values],
        "textposition": "outside" if len(values) <= MOST_NAMED else "none",
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {"color": [ACCENT if j == longest else FAINT for j in range(len(values))]},
        "hovertemplate": "capsule %{x}: length %{y:.4f}<extra></extra>",
    }
    bounds = [] if margins is None else list(zip(margins, ("m−", "m+"), strict=True))
    return figure(
        "capsule-lengths",
        warned("Capsule lengths", not_finite(values)),
        _said(values, called, "Capsule lengths"),
        [data],
        xaxis={"type": "category", "tickfont": {"size": 17}},
        yaxis={"title": {"text": "length ‖vⱼ‖"}, "range": [0, 1.08], "dtick": 0.25},
        shapes=[
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": value,
                "y1": value,
                "line": {"color": TEXT, "width": 1.5, "dash": "dash"},
                "layer": "below",
            }
            for value, _ in bounds
        ],
        annotations=[
            {
                "xref": "paper",
                "x": 1,
                "y": value,
                "xanchor": "left",
                "text": f"{name} {value:g}",
                "showarrow": False,
            }
            for value, name in bounds
        ],
        margin={"r": 72},
        showlegend=False,
    )


def _longest(values: np.ndarray) -> int:
    return int(np.where(np.isfinite(values), values, -1).argmax())


def _marked(values: np.ndarray, r: int) -> list[dict[str, Any]]:
    """What moves with the round: a line across, and a dot on each capsule's line."""
    return [
        {"x": [r + 1, r + 1]},
        {"x": [r + 1] * values.shape[1], "y": values[r]},
    ]


def _reach(rounds: int) -> list[float]:
    return [0.5, 1.5] if rounds == 1 else [1 - 0.02 * rounds, rounds + 0.02 * rounds]


def _ticks(rounds: int) -> dict[str, Any]:
    return {"dtick": 1} if rounds <= 20 else {}


def _ends(values: np.ndarray, called: Sequence[str], chosen: int) -> list[dict[str, Any]]:
    """The classes' names at their lines' ends; lines too close to one another share one."""
    order = [j for j in np.argsort(-values) if np.isfinite(values[j])]
    groups: list[list[int]] = []
    for j in order:
        near = groups and values[groups[-1][-1]] - values[j] < APART
        if near and chosen not in (j, groups[-1][0]) and len(groups[-1]) < 5:
            groups[-1].append(j)
        else:
            groups.append([j])
    places, ceiling = [], 1.02
    for group in groups:
        ceiling = min(float(np.mean(values[group])), ceiling - APART)
        places.append(ceiling)
    floor = 0.02
    for k in reversed(range(len(places))):
        places[k] = max(places[k], floor)
        floor = places[k] + APART
    return [
        {
            "xref": "paper",
            "x": 1.01,
            "xanchor": "left",
            "y": place,
            "name": " ".join(f"{j}" for j in group),  # the classes, for pages that pick one
            "text": f"<b>{' '.join(called[j][:12] for j in group)}</b>",
            "font": {"color": ACCENT if group[0] == chosen else TEXT, "size": 16},
            "showarrow": False,
        }
        for group, place in zip(groups, places, strict=True)
        if place <= 1.1
    ]


def _said(values: np.ndarray, called: Sequence[str], what: str) -> str:
    longest = _longest(values)
    listed = ", ".join(f"{name}: {number(v, 2)}" for name, v in zip(called, values, strict=True))
    return f"{what}: the longest capsule is {called[longest]}. Lengths: {listed}."
