"""Which classes a network takes for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from capsnet.figures.style import MOST_NAMED, SEQUENTIAL, TEXT, figure, names_of, scale

MOST_WRITTEN = 12
"""Classes beyond which a cell has no room for its count."""


def confusions(matrix: Sequence[Sequence[int]] | np.ndarray) -> list[tuple[int, int, int]]:
    """The mistakes in a confusion matrix, the commonest first.

    Args:
        matrix: J rows, one a label, of J counts: what its images were read as.

    Returns:
        Label, what it was read as, and how often, of every pair that occurs.
    """
    found = [
        (label, read, int(count))
        for label, counts in enumerate(matrix)
        for read, count in enumerate(counts)
        if count and read != label
    ]
    return sorted(found, key=lambda pair: -pair[2])


def confusion(
    matrix: Sequence[Sequence[int]] | np.ndarray, names: Sequence[str] | None = None
) -> go.Figure:
    """A confusion matrix: the share of each label's images that are read as each class.

    The colour is the logarithm of the share, so that a few mistakes are seen beside thousands of
    right ones. A class without images has no shares; one that is never read has an empty column.

    Args:
        matrix: J rows, one a label, of J counts: what its images were read as.
        names: of the classes; None for their numbers.

    Raises:
        ValueError: if the matrix is not square, or holds anything but counts.
    """
    counts = np.asarray(matrix)
    square = counts.ndim == 2 and counts.shape[0] == counts.shape[1] > 0
    if not square or not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise ValueError(
            f"Expected a square matrix of counts. Received: shape {counts.shape} of {counts.dtype}"
        )
    called = names_of(len(counts), names)
    totals = counts.sum(1, keepdims=True)
    share = np.where(totals > 0, counts / np.maximum(totals, 1), np.nan)
    shown = np.where(share > 0, np.log10(np.where(share > 0, share, 1)), np.nan)
    few = len(counts) <= MOST_WRITTEN
    cells = {
        "type": "heatmap",
        "x": called,
        "y": called,
        "z": shown,
        "zmin": -4,
        "zmax": 0,
        "colorscale": scale(SEQUENTIAL),
        "colorbar": {
            "title": {"text": "share"},
            "thickness": 14,
            "tickvals": [-4, -3, -2, -1, 0],
            "ticktext": ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"],
        },
        "customdata": np.stack([counts, share], -1),
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "hovertemplate": "class %{y} read as %{x}: %{customdata[0]} times, "
        "%{customdata[1]:.2%} of its images<extra></extra>",
    }
    if few:
        cells |= {"text": np.where(counts > 0, counts.astype(str), ""), "texttemplate": "%{text}"}
    ticks = {"type": "category", "showgrid": False} | (
        {} if len(counts) > MOST_NAMED else {"dtick": 1}
    )
    return figure(
        "confusion",
        "Confusion matrix",
        _said(counts, called),
        [cells],
        xaxis={"title": {"text": "read as"}, **ticks},
        yaxis={"title": {"text": "label"}, "autorange": "reversed", **ticks},
        font={"color": TEXT},
        height=520,
    )


def _said(counts: np.ndarray, called: Sequence[str]) -> str:
    total, right = int(counts.sum()), int(np.trace(counts))
    most = ", ".join(
        f"{called[label]} as {called[read]} ({count} times)"
        for label, read, count in confusions(counts)[:3]
    )
    never = [called[j] for j in range(len(called)) if counts[:, j].sum() == 0]
    empty = [called[j] for j in range(len(called)) if counts[j].sum() == 0]
    parts = [f"Confusion matrix: {right} of {total} images are read right"]
    parts += [f"most often wrong: {most}"] if most else []
    parts += [f"never read: {', '.join(never)}"] if never else []
    parts += [f"without images: {', '.join(empty)}"] if empty else []
    return "; ".join(parts) + "."
