"""What a run has learned so far: charts for `components.curves`, pictures for `components.film`."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from capsnet.training.snapshots import Snapshot
from dashboard.figures import coupling
from dashboard.figures.colours import VIRIDIS, rgb_table, standing_out

Rows = Sequence[Mapping[str, float]]
Chart = dict[str, Any]

GAP = 2
"""White pixels between two pictures of a column."""

LEAST_RANGE = 0.02
"""Of entropy: less than this is not to look like much."""

LOSS, ERROR, ENTROPY, RATE = 4, 2, 3, 6
"""Decimals of what a chart's legend tells."""

FAR = 8
"""Times the margin loss of the network that was kept: a network that hardly reads yet."""

COLOURS = 12
"""Of lines in `components.curves`: six, each whole or dashed."""

SCALES = (0.15, 0.2, 0.3, 0.5, 1.0)
"""Where a colour scale of coupling may end.

Few, so that it hardly ever changes: the means of a map stayed below 0.16 in every run looked at, of
2, 8 and 32 maps, over up to 37 epochs.
"""


def line(
    name: str,
    points: list[list[float]],
    colour: int,
    dashed: bool = False,
    dots: bool = False,
    told: list[float] | None = None,
) -> dict[str, Any]:
    """One line of a chart; `told` is the point whose value its name has, if not the last one."""
    drawn = {"name": name, "points": points, "colour": colour, "dashed": dashed, "dots": dots}
    return drawn if told is None else {**drawn, "told": told}


def learning_charts(
    curve: Rows, history: Rows, weight: float, epochs: int, is_live: bool = False
) -> list[Chart]:
    """The charts of one run.

    Args:
        curve: the training figures within the epochs, by `history.read_curve`.
        history: one row an epoch, by `history.read_history`.
        weight: of the reconstruction in the loss.
        epochs: how many there are to be.
        is_live: whether it goes on; else what is told of training is the mean of the last epoch.
    """
    weighted = [{**row, "part": weight * row["reconstruction_error"]} for row in curve]
    last = {} if is_live or not history else history[-1]

    def told(field: str, factor: float = 1.0) -> list[float] | None:
        return [last["epoch"], float(f"{factor * last[field]:.8g}")] if last else None

    losses = [
        line("total", _points(curve, "loss"), 0, told=told("loss")),
        line("margin", _points(curve, "margin_loss"), 1, told=told("margin_loss")),
        line(
            "reconstruction, weighted",
            _points(weighted, "part"),
            2,
            told=told("reconstruction_error", weight),
        ),
        line("validation, total", _points(history, "val_loss"), 3, dots=True),
    ]
    accuracy = [
        line("training", _points(curve, "accuracy"), 0, told=told("accuracy")),
        line("validation", _points(history, "val_accuracy"), 3, dots=True),
    ]
    error = [
        line(
            "training",
            _points(curve, "reconstruction_error"),
            0,
            told=told("reconstruction_error"),
        ),
        line("validation", _points(history, "val_reconstruction_error"), 3, dots=True),
    ]
    rate = [line("learning rate", _points(curve, "learning_rate"), 4)]
    charts = [
        _chart("Loss", losses, epochs, decimals=LOSS, low=0.0),
        _chart("Read right", accuracy, epochs, format="percent", high=1.0),
        _chart(
            "Squared error of a reconstruction, all pixels", error, epochs, decimals=ERROR, low=0.0
        ),
        _chart("Learning rate", rate, epochs, decimals=RATE, low=0.0),
    ]
    return [chart for chart in charts if any(drawn["points"] for drawn in chart["lines"])]


def lasting_colours(every: Sequence[str], compared: Collection[str]) -> dict[str, int]:
    """A colour for each run that is compared, which it keeps while others come and go.

    Only where two have the same, as one of each dozen does, the later one gives way.

    Args:
        every: names of all runs, in an order that new ones do not change.
        compared: some of them, at most COLOURS.
    """
    given: dict[str, int] = {}
    for place, name in enumerate(every):
        if name in compared:
            given[name] = next(
                colour % COLOURS
                for colour in range(place, place + COLOURS)
                if colour % COLOURS not in given.values()
            )
    return given


def comparison_charts(histories: Mapping[str, Rows], colours: Mapping[str, int]) -> list[Chart]:
    """Several runs over one another.

    Args:
        histories: one row an epoch, by the name of the run.
        colours: of the runs, 0 to COLOURS - 1; those of the second half are dashed.
    """
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        "Validation: loss": ("val_loss", {"decimals": LOSS, "low": 0.0}),
        "Validation: read right": ("val_accuracy", {"format": "percent"}),
        "Validation: squared error of a reconstruction": (
            "val_reconstruction_error",
            {"decimals": ERROR, "low": 0.0},
        ),
        "Training: loss, mean over the epoch": ("loss", {"decimals": LOSS, "low": 0.0}),
    }
    longest = max((len(rows) for rows in histories.values()), default=1)
    return [
        _chart(
            title,
            [
                line(
                    name,
                    _points(rows, field),
                    colours[name],
                    dashed=colours[name] >= COLOURS // 2,
                    dots=len(rows) < 12,
                    told=_kept(rows, field),
                )
                for name, rows in histories.items()
            ],
            longest,
            **options,
        )
        for title, (field, options) in wanted.items()
    ]


def far_off(histories: Sequence[Rows]) -> Rows:
    """The first epochs of the first run, of so high a margin loss that the rest would look flat."""
    first = histories[0]
    kept = next((row for row in reversed(first) if row["best"]), first[-1])
    usual = FAR * kept["val_margin_loss"]
    return list(itertools.takewhile(lambda row: row["val_margin_loss"] > usual, first))


def ancestry_charts(histories: Sequence[Rows]) -> list[Chart]:
    """Runs that each began with a network of the one before, one behind the other.

    Args:
        histories: one row an epoch, the first run's first; its `far_off` ones are left out.
    """
    shown = [histories[0][len(far_off(histories)) :], *histories[1:]]
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        "Validation: read right": ("val_accuracy", {"format": "percent"}),
        "Validation: margin loss": ("val_margin_loss", {"decimals": LOSS, "low": 0.0}),
        "Validation: squared error of a reconstruction": (
            "val_reconstruction_error",
            {"decimals": ERROR, "low": 0.0},
        ),
    }
    starts = [0, *itertools.accumulate(len(rows) for rows in histories)]
    return [
        _chart(
            title,
            [
                line(
                    f"run {i + 1}",
                    [[starts[i] + epoch, value] for epoch, value in _points(rows, field)],
                    i % COLOURS,
                    dashed=i % COLOURS >= COLOURS // 2,
                    dots=True,
                    told=_kept(rows, field, starts[i]),
                )
                for i, rows in enumerate(shown)
            ],
            starts[-1],
            **options,
        )
        for title, (field, options) in wanted.items()
    ]


def entropy_chart(snapshots: Sequence[Snapshot], epochs: int) -> Chart:
    """How undecided the primary capsules are, as the network learns."""
    plain = [[page.time, mean_entropy(page)] for page in snapshots]
    weighted = [
        [page.time, float(np.average(coupling.entropy(page.coupling), weights=_weights(page)))]
        for page in snapshots
    ]
    classes = snapshots[0].coupling.shape[1] if snapshots else 10
    equal = math.log(classes)
    lowest = min((point[1] for point in plain + weighted), default=equal)
    return _chart(
        "Entropy of the shares: undecided above, decided below",
        [
            line("mean of all capsules", plain, 0, dots=True),
            line("weighted by their activity", weighted, 1, dashed=True, dots=True),
        ],
        epochs,
        decimals=ENTROPY,
        reference={"value": equal, "name": f"equal shares, ln {classes}"},
        low=min(lowest, equal - LEAST_RANGE),
        high=equal + LEAST_RANGE / 2,
    )


def mean_entropy(page: Snapshot) -> float:
    """Of the primary capsules' coupling coefficients, each capsule counted alike, 0 to ln J."""
    return float(coupling.entropy(page.coupling).mean())


def shares_are_equal(page: Snapshot) -> bool:
    """Whether the primary capsules divide their output all but equally, as before any training."""
    return math.log(page.coupling.shape[1]) - mean_entropy(page) < LEAST_RANGE / 2


def coupling_by_map(page: Snapshot) -> np.ndarray:
    """Mean coupling of each map's capsules to each digit, (maps, J)."""
    return coupling.mean_by_map(page.coupling, page.maps)


def scale_end(snapshots: Sequence[Snapshot], least: float = 0.0) -> float:
    """Where the colour scale of coupling ends for these snapshots.

    Args:
        snapshots: all that are shown.
        least: where it ended before; pictures once shown do not change their colours for less.
    """
    largest = max((float(coupling_by_map(page).max()) for page in snapshots), default=0.0)
    return next((end for end in SCALES if max(largest, least) <= end), 1.0)


def coupling_picture(page: Snapshot, end: float, is_dark: bool) -> np.ndarray:
    """`coupling_by_map` in colours, a row a class and a column a map: (J, maps, 3) uint8.

    Nearest to the page's colour is an equal share or less, so that a network that does not route
    shows nothing and what stands out was gained; furthest from it is `end`.

    Args:
        page: the moment.
        end: where the scale ends.
        is_dark: whether the page is; the same share is light on a dark one, dark on a light one.
    """
    table = _table(is_dark)
    equal = 1 / page.coupling.shape[1]
    level = np.clip((coupling_by_map(page).T - equal) / (end - equal), 0, 1)
    return table[np.rint(level * (len(table) - 1)).astype(int)]


def column(pictures: np.ndarray) -> np.ndarray:
    """Pictures (N, H, W) uint8, one below the other with a gap of paper."""
    padded = np.pad(pictures, ((0, 0), (0, GAP), (0, 0)))
    return padded.reshape(-1, pictures.shape[2])[:-GAP]


def moment(page: Snapshot) -> str:
    """When a snapshot was taken, in few words."""
    if page.step:
        return f"step {page.step}"
    return f"epoch {page.epoch}" if page.epoch else "before"


def _points(rows: Rows, field: str) -> list[list[float]]:
    return [[round(row["epoch"], 4), float(f"{row[field]:.8g}")] for row in rows]


def _kept(rows: Rows, field: str, start: int = 0) -> list[float] | None:
    """The point of the epoch whose network was kept."""
    kept = [row for row in rows if row["best"]]
    return [start + kept[-1]["epoch"], float(f"{kept[-1][field]:.8g}")] if kept else None


@functools.cache
def _table(is_dark: bool) -> np.ndarray:
    return np.array(standing_out(rgb_table(VIRIDIS), is_dark), np.uint8)


def _weights(page: Snapshot) -> np.ndarray:
    activity = np.nan_to_num(page.activity.astype(np.float64))
    return activity if activity.sum() > 0 else np.ones_like(activity)


def _chart(title: str, lines: list[dict[str, Any]], span: float, **options: Any) -> Chart:
    return {"title": title, "lines": lines, "span": span, "across": "epochs", **options}
