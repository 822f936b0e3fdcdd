"""What the pose dimensions do: the atlas of measures, and the grid of pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from capsnet.figures.style import (
    DIVERGING,
    SERIES,
    figure,
    names_of,
    number,
    scale,
    with_rounds,
)

if TYPE_CHECKING:
    from capsnet.analysis.pose_atlas import PoseAtlas

PAPER_TO_INK = [[0, "rgb(255,255,255)"], [1, "rgb(0,0,0)"]]
"""Pictures are dark ink on light paper in every scheme."""


def pose_atlas(atlas: PoseAtlas, capsule: int = 0, names: Sequence[str] | None = None) -> go.Figure:
    """How closely each measure of the picture follows each dimension, a frame for each class.

    Args:
        atlas: as measured.
        capsule: the class to begin with.
        names: of the classes; None for their numbers.
    """
    from capsnet.analysis.pose_atlas import REACH
    from capsnet.analysis.shape_measures import MEASURES

    classes, dimensions, measures = atlas.r.shape
    called = names_of(classes, names)
    measured = [measure.name for measure in MEASURES[:measures]]
    units = [measure.unit for measure in MEASURES[:measures]]

    def cells(j: int) -> dict[str, np.ndarray]:
        more = np.stack([atlas.change[j], np.broadcast_to(units, atlas.change[j].shape)], -1)
        return {"z": atlas.r[j], "customdata": more}

    heat = {
        "type": "heatmap",
        **cells(capsule),
        "x": measured,
        "y": [f"{d}" for d in range(dimensions)],
        "zmin": -1,
        "zmax": 1,
        "colorscale": scale(DIVERGING),
        "colorbar": {"title": {"text": "r"}, "thickness": 14},
        "texttemplate": "%{z:.2f}",
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "dimension %{y}, %{x}: r = %{z:.2f}, %{customdata[0]:.2f} "
        "%{customdata[1]} over the sweep<extra></extra>",
    }
    alts = [_atlas_said(atlas.r[j], measured, called[j]) for j in range(classes)]
    drawn = figure(
        "pose-atlas",
        f"Correlation r of each measure with each dimension, −{REACH:g} to +{REACH:g}",
        alts[capsule],
        [heat],
        xaxis={"type": "category", "showgrid": False},
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "title": {"text": "pose dimension"},
            "showgrid": False,
            "dtick": 1,
        },
        height=600,
    )
    frames = [{"data": [{"type": "heatmap", **cells(j)}], "traces": [0]} for j in range(classes)]
    drawn = with_rounds(drawn, frames, alts, "class", called)
    if drawn.layout.sliders:
        drawn.layout.sliders[0].active = capsule
    return drawn


def pose_grid(pictures: np.ndarray, reach: float, called: str = "") -> go.Figure:
    """What every dimension of one digit's pose does, step by step: a row a dimension.

    Args:
        pictures: decoded, (D, S, H, W, 1) in [0, 1], D dimensions in S steps.
        reach: the steps go from `-reach` to `reach`.
        called: the digit's class.

    Raises:
        ValueError: for pictures of another shape.
    """
    if pictures.ndim != 5 or pictures.shape[-1] != 1:
        raise ValueError(f"Expected pictures (D, S, H, W, 1). Received: shape {pictures.shape}")
    dimensions, steps, height, width, _ = pictures.shape
    rows = np.nan_to_num(pictures[..., 0]).transpose(0, 2, 1, 3)  # (D, H, S, W)
    ink = np.rint(255 * np.clip(rows, 0, 1)).astype(np.uint8)
    sheet = ink.reshape(dimensions * height, steps * width)
    shifts = np.linspace(-reach, reach, steps)
    middle = (steps - 1) / 2
    heat = {
        "type": "heatmap",
        "z": sheet,
        # A row is a dimension and a column a step, counted from the middle.
        "x0": -middle - (1 - 1 / width) / 2,
        "dx": 1 / width,
        "y0": -(1 - 1 / height) / 2,
        "dy": 1 / height,
        "zmin": 0,
        "zmax": 255,
        "colorscale": PAPER_TO_INK,
        "showscale": False,
        "hovertemplate": f"dimension %{{y:.0f}}, %{{x:.0f}} steps of {reach / (middle or 1):.3g}"
        "<br>ink %{z} of 255<extra></extra>",
    }
    of = f" of class {called}" if called else ""
    return figure(
        "pose-grid",
        f"Each pose dimension{of}, from −{reach:g} to +{reach:g}",
        f"{dimensions} rows, one a pose dimension{of}, of {steps} pictures, in which the dimension "
        f"is shifted by {number(-reach, 2)} to {number(reach, 2)}.",
        [heat],
        xaxis={
            "title": {"text": "added to the dimension"},
            "range": [-middle - 0.5, middle + 0.5],
            "tickvals": np.arange(steps) - middle,
            "ticktext": [number(shift, 2) for shift in shifts],
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "title": {"text": "pose dimension"},
            "tickvals": np.arange(dimensions),
            "ticktext": [f"{d}" for d in range(dimensions)],
            "range": [dimensions - 0.5, -0.5],
            "scaleanchor": "x",
            "scaleratio": height / width,
            "showgrid": False,
            "zeroline": False,
        },
        width=60 * steps + 120,
        height=60 * dimensions + 140,
    )


def _atlas_said(r: np.ndarray, measured: Sequence[str], called: str) -> str:
    known = np.where(np.isfinite(r), np.abs(r), -1)
    d, m = divmod(int(known.argmax()), r.shape[1])
    if known[d, m] < 0:
        return f"Class {called}: no correlation is a finite number."
    return (
        f"Class {called}: correlation of {len(measured)} measures with {len(r)} pose "
        f"dimensions; the closest is of {measured[m]} with dimension {d}, r = {number(r[d, m], 2)}."
    )


def pose_numbers(poses: Mapping[str, np.ndarray], title: str) -> go.Figure:
    """The numbers of a few digit capsules beside one another.

    Args:
        poses: v_j of each, (D,), by what it is called; D may differ.
        title: above it.
    """
    data = [
        {
            "type": "bar",
            "name": called,
            "x": np.arange(len(pose)),
            "y": np.asarray(pose, np.float64),
            "marker": {"color": SERIES[k % len(SERIES)]},
            "hovertemplate": f"{called}, dimension %{{x}}: %{{y:.4f}}<extra></extra>",
        }
        for k, (called, pose) in enumerate(poses.items())
    ]
    said = "; ".join(
        f"{called}: length {number(float(np.linalg.norm(pose)))}, largest in dimension "
        f"{int(np.abs(pose).argmax())}"
        for called, pose in poses.items()
    )
    return figure(
        "pose-numbers",
        title,
        f"{title}. {said}.",
        data,
        barmode="group",
        xaxis={"title": {"text": "pose dimension"}, "dtick": 1},
        yaxis={"title": {"text": "value"}},
    )
