"""What all figures share: colours of two schemes, axes, rounds as frames, words for the eyeless."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

Scheme = Literal["light", "dark"]

TEXT, PAPER, GRID, ACCENT = "#14181f", "#ffffff", "#c3ccd9", "#1a56c4"
"""The roles that a page's theme may fill with colours of its own."""

FAINT, AGAINST = "#6f7681", "#b3261e"
"""For what is in the background, and for what subtracts."""

SERIES = ("#0072b2", "#d55e00", "#008f68", "#b8589b", "#8a6d00", "#5c5c5c")
"""Okabe and Ito's colours, which colour-blind viewers tell apart, some darkened; and a grey."""

DASHES = ("solid", "dash", "dot", "dashdot")
"""With SERIES, 24 lines that can be told apart."""

SEQUENTIAL = (
    "#6ccd5a",
    "#35b679",
    "#1e9d88",
    "#25818e",
    "#30678d",
    "#3d4d89",
    "#472777",
    "#440153",
)
"""Viridis (S. van der Walt and N. Smith, CC0) without its light end: high is dark on paper."""

DIVERGING = ("#b2182b", "#ef8a62", "#f7f7f7", "#67a9cf", "#2166ac")
"""C. Brewer's RdBu: less than zero, zero, more."""

DARK: Mapping[str, str] = {
    TEXT: "#f2f5fa",
    PAPER: "#11151c",
    GRID: "#3d4757",
    ACCENT: "#8ab4ff",
    FAINT: "#9aa3b0",
    AGAINST: "#ff9d94",
    **dict(
        zip(
            SERIES,
            ("#56b4e9", "#ff8c42", "#2fd0a2", "#e39ac8", "#f0e442", "#e6e6e6"),
            strict=True,
        )
    ),
    # On a dark page high values are light, and the dark end would vanish.
    **dict(
        zip(
            SEQUENTIAL,
            (
                "#404487",
                "#34608d",
                "#29788e",
                "#208f8c",
                "#22a784",
                "#44be70",
                "#79d151",
                "#fde724",
            ),
            strict=True,
        )
    ),
    **dict(zip(DIVERGING, ("#ff8f7a", "#a04a45", "#262d39", "#3d6f9e", "#7fbdf5"), strict=True)),
}
"""What each colour is on a dark page."""

TEMPLATE = go.layout.Template(
    layout={
        "font": {"size": 15, "color": TEXT},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "colorway": SERIES,
        "margin": {"l": 64, "r": 24, "t": 56, "b": 56},
        "hoverlabel": {"font": {"size": 15}},
        "legend": {"orientation": "h", "y": 1, "yanchor": "bottom"},
        "xaxis": {"gridcolor": GRID, "linecolor": GRID, "zerolinecolor": GRID, "automargin": True},
        "yaxis": {"gridcolor": GRID, "linecolor": GRID, "zerolinecolor": GRID, "automargin": True},
        "title": {
            "x": 0,
            "xref": "paper",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 8, "b": 8},
            "automargin": True,
            "font": {"size": 18},
        },
    }
)

MOST_NAMED = 24
"""Classes beyond which a legend would be longer than its chart."""


def figure(
    name: str, title: str, alt: str, data: Sequence[Mapping[str, Any]], **layout: Any
) -> go.Figure:
    """A figure in this package's style.

    Args:
        name: what pages and tests find it by, such as `"lengths"`.
        title: above it.
        alt: what it shows, for a reader who cannot see it.
        data: traces, as Plotly has them.
        layout: more of Plotly's layout.
    """
    meta = {"name": name, "alt": alt}
    whole = {"template": TEMPLATE, "title": {"text": title}, "meta": meta, "uirevision": name}
    return go.Figure(data=list(data), layout={**whole, **layout})


def with_rounds(
    drawn: go.Figure,
    frames: Sequence[Mapping[str, Any]],
    alts: Sequence[str],
    label: str = "round",
    names: Sequence[str] | None = None,
) -> go.Figure:
    """The same figure with a frame for each round, and a slider that goes through them.

    Args:
        drawn: as it looks in the last frame.
        frames: `data`, and which `traces` they replace.
        alts: what each frame shows.
        label: what a frame is called.
        names: of the frames; None numbers them from 1.
    """
    names = names or [f"{k + 1}" for k in range(len(frames))]
    drawn.frames = [
        go.Frame(name=names[k], layout={"meta": {**drawn.layout.meta, "alt": alts[k]}}, **frame)
        for k, frame in enumerate(frames)
    ]
    if len(frames) < 2:
        return drawn
    redraws = any(trace.type not in ("scatter", "scattergl") for trace in drawn.data)
    still = {"mode": "immediate", "transition": {"duration": 0}}
    steps = [
        {
            "label": name,
            "method": "animate",
            "args": [[name], {**still, "frame": {"duration": 0, "redraw": redraws}}],
        }
        for name in names
    ]
    play = {**still, "fromcurrent": True, "frame": {"duration": 900, "redraw": redraws}}
    drawn.update_layout(
        sliders=[
            {
                "active": len(frames) - 1,
                "currentvalue": {"prefix": f"{label} "},
                "pad": {"t": 56, "l": 90},
                "steps": steps,
            }
        ],
        updatemenus=[
            {
                "type": "buttons",
                "showactive": False,
                "direction": "left",
                "x": 0,
                "y": 0,
                "xanchor": "left",
                "yanchor": "top",
                "pad": {"t": 84},
                "buttons": [{"label": "Play", "method": "animate", "args": [None, play]}],
            }
        ],
    )
    return drawn


def themed(drawn: go.Figure, scheme: Scheme) -> go.Figure:
    """The same figure for light or dark surroundings.

    Raises:
        ValueError: for another scheme.
    """
    if scheme not in ("light", "dark"):
        raise ValueError(f"Expected a scheme, light or dark. Received: {scheme!r}")
    return go.Figure(_recoloured(drawn.to_dict(), DARK)) if scheme == "dark" else drawn


def _recoloured(part: Any, colours: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _recoloured(value, colours) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_recoloured(value, colours) for value in part]
    return colours.get(part, part) if isinstance(part, str) else part


def scale(colours: Sequence[str]) -> list[list[Any]]:
    """A colour scale with its colours at even steps."""
    return [[k / (len(colours) - 1), colour] for k, colour in enumerate(colours)]


def line_style(place: int) -> dict[str, Any]:
    """The colour and dash of the line at a place in an order that does not change."""
    return {
        "color": SERIES[place % len(SERIES)],
        "dash": DASHES[place // len(SERIES) % len(DASHES)],
    }


def names_of(classes: int, names: Sequence[str] | None) -> list[str]:
    """The classes' names, or their numbers.

    Raises:
        ValueError: if there are other than `classes` names.
    """
    if names is None:
        return [f"{j}" for j in range(classes)]
    if len(names) != classes:
        raise ValueError(f"Expected {classes} names of classes. Received: {len(names)}")
    return [str(name) for name in names]


def number(value: float, decimals: int = 3) -> str:
    """A number in words: with a real minus sign, and said if there is none."""
    if np.isnan(value):
        return "not a number"
    if np.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    return f"{value:.{decimals}f}".replace("-", "−")


def span(values: Iterable[Any], least: float = 0.01) -> tuple[float, float]:
    """The lowest and highest finite value of some arrays; never a single point.

    Where nothing is finite, 0 and 1.
    """
    every = np.concatenate([np.ravel(np.asarray(value, np.float64)) for value in values])
    finite = every[np.isfinite(every)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    wider = max(0.0, least - (high - low)) / 2
    return low - wider, high + wider


def not_finite(values: Any) -> int:
    """How many values are no numbers, or infinite."""
    return int((~np.isfinite(np.asarray(values, np.float64))).sum())


def warned(title: str, count: int, what: str = "values") -> str:
    """A title that says so where some values cannot be drawn."""
    return f"{title} ({count} {what} not finite, left out)" if count else title
