"""What a run has learned: its curves, and several runs over one another."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from capsnet.analysis.routing_summaries import entropy
from capsnet.figures.style import TEXT, figure, line_style, not_finite, number, span, warned

if TYPE_CHECKING:
    from capsnet.training.snapshots import Snapshot

Rows = Sequence[Mapping[str, float]]

FAR = 8
"""Times the margin loss of the network that was kept: a network that hardly reads yet."""

LEAST_RANGE = 0.02
"""Of entropy: less than this is not to look like much."""

LOSS, ERROR, ENTROPY, RATE = ".4f", ".2f", ".3f", ".6f"
SHARE = ".2%"

VALIDATION = {
    "accuracy": ("Validation: read right", "val_accuracy", SHARE),
    "margin-loss": ("Validation: margin loss", "val_margin_loss", LOSS),
    "loss": ("Validation: loss", "val_loss", LOSS),
    "reconstruction": (
        "Validation: squared error of a reconstruction",
        "val_reconstruction_error",
        ERROR,
    ),
}
"""Title, field and format of what is measured after each epoch."""


def learning_curves(
    curve: Rows, history: Rows, weight: float, epochs: int, is_live: bool = False
) -> dict[str, go.Figure]:
    """The curves of one run, those of which there is a point.

    Args:
        curve: the training figures within the epochs, by `history.read_curve`.
        history: one row an epoch, by `history.read_history`.
        weight: of the reconstruction in the loss.
        epochs: how many there are to be.
        is_live: whether it goes on; else what is told of training is the mean of the last epoch.

    Returns:
        Figures by name: `loss`, `accuracy`, `reconstruction`, `rate`.
    """
    weighted = [{**row, "part": weight * row["reconstruction_error"]} for row in curve]
    ended = {} if is_live or not history else dict(history[-1])
    if ended:
        ended["part"] = weight * ended["reconstruction_error"]

    def train(name: str, field: str, place: int, form: str, rows: Rows = curve) -> dict[str, Any]:
        return _line(name, rows, field, place, form, told=ended.get(field))

    def check(name: str, field: str, form: str) -> dict[str, Any]:
        plain = [{**row, "best": 0} for row in history]  # what is told is the last epoch's
        return _line(name, plain, field, 3, form, dots=True)

    drawn = {
        "loss": _lines(
            "learning-loss",
            "Loss",
            [
                train("total", "loss", 0, LOSS),
                train("margin", "margin_loss", 1, LOSS),
                train("reconstruction, weighted", "part", 2, LOSS, weighted),
                check("validation, total", "val_loss", LOSS),
            ],
            epochs,
            low=0.0,
        ),
        "accuracy": _lines(
            "learning-accuracy",
            "Read right",
            [
                train("training", "accuracy", 0, SHARE),
                check("validation", "val_accuracy", SHARE),
            ],
            epochs,
            high=1.0,
            tickformat="~%",
        ),
        "reconstruction": _lines(
            "learning-reconstruction",
            "Squared error of a reconstruction, all pixels",
            [
                train("training", "reconstruction_error", 0, ERROR),
                check("validation", "val_reconstruction_error", ERROR),
            ],
            epochs,
            low=0.0,
        ),
        "rate": _lines(
            "learning-rate",
            "Learning rate",
            [_line("learning rate", curve, "learning_rate", 4, RATE)],
            epochs,
            low=0.0,
        ),
    }
    return {name: each for name, each in drawn.items() if any(len(t.x) for t in each.data)}


def comparison(
    histories: Mapping[str, Rows], places: Mapping[str, int] | None = None
) -> dict[str, go.Figure]:
    """Several runs over one another.

    Args:
        histories: one row an epoch, by the name of the run.
        places: of the runs in an order that does not change, so that each keeps its line's look;
            None for the order of `histories`.

    Returns:
        Figures by name: `loss`, `accuracy`, `reconstruction`, `training-loss`.
    """
    places = places or {name: k for k, name in enumerate(histories)}
    wanted = {name: VALIDATION[name] for name in ("loss", "accuracy", "reconstruction")}
    wanted["training-loss"] = ("Training: loss, mean over the epoch", "loss", LOSS)
    longest = max((len(rows) for rows in histories.values()), default=1)
    return {
        name: _lines(
            f"learning-compared-{name}",
            title,
            [
                _line(run, rows, field, places[run], form, dots=len(rows) < 12)
                for run, rows in histories.items()
            ],
            longest,
            **_scale_of(form, field),
        )
        for name, (title, field, form) in wanted.items()
    }


def far_off(histories: Sequence[Rows]) -> Rows:
    """The first epochs of the first run, of so high a margin loss that the rest would look flat."""
    first = histories[0]
    kept = next((row for row in reversed(first) if row["best"]), first[-1])
    usual = FAR * kept["val_margin_loss"]
    return list(itertools.takewhile(lambda row: row["val_margin_loss"] > usual, first))


def ancestry(histories: Sequence[Rows]) -> dict[str, go.Figure]:
    """Runs that each began with a network of the one before, one behind the other.

    Args:
        histories: one row an epoch, the first run's first; its `far_off` ones are left out.

    Returns:
        Figures by name: `accuracy`, `margin-loss`, `reconstruction`.
    """
    shown = [histories[0][len(far_off(histories)) :], *histories[1:]]
    starts = [0, *itertools.accumulate(len(rows) for rows in histories)]
    return {
        name: _lines(
            f"learning-shipped-{name}",
            VALIDATION[name][0],
            [
                _line(
                    f"run {k + 1}",
                    [{**row, "epoch": starts[k] + row["epoch"]} for row in rows],
                    VALIDATION[name][1],
                    k,
                    VALIDATION[name][2],
                    dots=True,
                )
                for k, rows in enumerate(shown)
            ],
            starts[-1],
            **_scale_of(VALIDATION[name][2], VALIDATION[name][1]),
        )
        for name in ("accuracy", "margin-loss", "reconstruction")
    }


def entropy_while_learning(snapshots: Sequence[Snapshot], epochs: int) -> go.Figure:
    """How undecided the primary capsules are as the network learns.

    Args:
        snapshots: of one run, in order; at least one.
        epochs: how many there are to be.

    Raises:
        ValueError: without a snapshot.
    """
    if not snapshots:
        raise ValueError("Expected at least one snapshot. Received: none")
    rows = [
        {
            "epoch": page.time,
            "plain": float(entropy(page.coupling).mean()),
            "weighted": float(np.average(entropy(page.coupling), weights=_weights(page.activity))),
        }
        for page in snapshots
    ]
    equal = math.log(snapshots[0].coupling.shape[1])
    lines = [
        _line("mean of all capsules", rows, "plain", 0, ENTROPY, dots=True),
        _line("weighted by their activity", rows, "weighted", 1, ENTROPY, dots=True),
    ]
    lowest, _ = span([*(line["y"] for line in lines), [equal]])
    drawn = _lines(
        "learning-entropy",
        "Entropy of the shares in nats: undecided above, decided below",
        lines,
        epochs,
        low=min(lowest, equal - LEAST_RANGE),
        high=equal + LEAST_RANGE / 2,
    )
    return drawn.add_hline(
        equal,
        line={"color": TEXT, "dash": "dot", "width": 1.5},
        annotation={"text": f"equal shares, ln {snapshots[0].coupling.shape[1]}"},
    )


def _line(
    name: str,
    rows: Rows,
    field: str,
    place: int,
    form: str,
    dots: bool = False,
    told: float | None = None,
) -> dict[str, Any]:
    """One line; its name has the value of the kept network, else `told`, else the last value."""
    kept = [row for row in rows if row.get("best")]
    best = kept[-1]["epoch"] if kept else None
    last = [*(row[field] for row in rows[-1:]), *([] if told is None else [told])]
    value = _short(float(([row[field] for row in kept[-1:]] or last or [math.nan])[-1]), form)
    marks = {
        "size": [11 if row["epoch"] == best else 7 for row in rows],
        "symbol": ["diamond" if row["epoch"] == best else "circle" for row in rows],
    }
    has_dots = dots or len(rows) == 1
    return {
        "type": "scatter",
        "mode": "lines+markers" if has_dots else "lines",
        "name": f"{name} {value}" if rows else name,
        "meta": {"name": name, "told": value},
        "uid": f"{name} {field}",
        "x": np.array([row["epoch"] for row in rows], np.float64),
        "y": np.array([row[field] for row in rows], np.float64),
        "line": {**line_style(place), "width": 3},
        "marker": marks if has_dots else {},
        "hovertemplate": f"{name}: %{{y:{form}}}<extra></extra>",
    }


def _lines(
    name: str,
    title: str,
    lines: list[dict[str, Any]],
    epochs: float,
    low: float | None = None,
    high: float | None = None,
    tickformat: str = "",
) -> go.Figure:
    """Lines over the epochs, on ranges that hold whatever of them is finite."""
    values = [line["y"] for line in lines]
    least, most = span(values) if values else (0.0, 1.0)
    bottom, top = least if low is None else low, most if high is None else high
    edge = 0.04 * (top - bottom) or 0.5
    longest = max([epochs, 0.01, *(float(x) for line in lines for x in line["x"])])
    return figure(
        name,
        warned(title, sum(not_finite(value) for value in values)),
        _said(warned(title, sum(not_finite(value) for value in values)), lines),
        lines,
        xaxis={
            "title": {"text": "epochs"},
            "range": [0, 1.02 * longest],
            "unifiedhovertitle": {"text": "after %{x:.4~g} epochs"},
        },
        yaxis={"range": [bottom - edge * (low != 0.0), top + edge], "tickformat": tickformat},
        hovermode="x unified",
        height=360,
    )


def _scale_of(form: str, field: str) -> dict[str, Any]:
    return {"tickformat": "~%"} if form == SHARE else {"low": 0.0}


def _said(title: str, lines: Sequence[Mapping[str, Any]]) -> str:
    parts = [f"{line['meta']['name']}: {line['meta']['told']}" for line in lines if len(line["y"])]
    return f"{title}. {', '.join(parts) or 'No values yet'}."


def _short(value: float, form: str) -> str:
    return f"{value:{form}}".replace("%", " %") if math.isfinite(value) else number(value)


def _weights(activity: np.ndarray) -> np.ndarray:
    known = np.nan_to_num(activity.astype(np.float64))
    return known if known.sum() > 0 else np.ones_like(known)
