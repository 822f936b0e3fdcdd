"""A run's figures as tables: one row an epoch, and the curve within the epochs."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from capsnet.storage.atomic_files import replacing

HISTORY, CURVE = "history.csv", "curve.csv"
HISTORY_FIELDS = (
    "epoch",
    "learning_rate",
    "loss",
    "margin_loss",
    "reconstruction_error",
    "accuracy",
    "val_loss",
    "val_margin_loss",
    "val_reconstruction_error",
    "val_accuracy",
    "seconds",
    "best",
)
CURVE_FIELDS = (
    "epoch",
    "loss",
    "margin_loss",
    "reconstruction_error",
    "accuracy",
    "learning_rate",
)


def read_history(path: Path) -> list[dict[str, float]]:
    """The rows that `write_history` wrote, one an epoch; none if there is no file.

    Raises:
        ValueError: if it is no such history.
    """
    try:
        rows = _rows(path, whole=("epoch", "best"))
    except (ValueError, TypeError, csv.Error) as error:
        raise ValueError(f"Expected a run's history in {path}. Received: {error}") from error
    if any(set(row) != set(HISTORY_FIELDS) for row in rows):
        raise ValueError(
            f"Expected the columns {', '.join(HISTORY_FIELDS)} in {path}. "
            f"Received: {', '.join(map(str, rows[0]))}"
        )
    return rows


def read_ancestry(checkpoint: Path) -> list[list[dict[str, float]]]:
    """The histories beside a published checkpoint, of all runs that led to it, the first one first.

    Those of the runs before the last are NAME-history-1.csv, -2.csv and so on.
    """
    path = checkpoint.with_name(f"{checkpoint.stem}-history.csv")
    before: list[list[dict[str, float]]] = []
    while earlier := read_history(path.with_stem(f"{path.stem}-{len(before) + 1}")):
        before.append(earlier)
    last = read_history(path)
    return [*before, last] if last else before


def write_ancestry(checkpoint: Path, histories: Sequence[Sequence[Mapping[str, float]]]) -> None:
    """Write the histories of the runs that led to a checkpoint, as `read_ancestry` finds them.

    Those of an earlier checkpoint in the same place go, even if there are none now; but not before
    the new ones are written.
    """
    path = checkpoint.with_name(f"{checkpoint.stem}-history.csv")
    earlier = [path.with_stem(f"{path.stem}-{i}") for i in range(1, len(histories))]
    places = [*earlier, path] if histories else []
    for place, rows in zip(places, histories, strict=True):
        write_history(place, rows)
    for stale in {path, *path.parent.glob(f"{path.stem}-*.csv")} - set(places):
        stale.unlink(missing_ok=True)


def write_history(path: Path, history: Sequence[Mapping[str, float]]) -> None:
    """Write a run's history, one row an epoch; whole or not at all."""
    _write(path, HISTORY_FIELDS, history)


def read_curve(folder: Path) -> list[dict[str, float]]:
    """The training figures within the epochs that `write_curve` left in a run's folder.

    No rows if they cannot be read: a run does well without.
    """
    try:
        rows = _rows(folder / CURVE)
    except (OSError, ValueError, TypeError, csv.Error):
        return []
    return rows if all(set(row) == set(CURVE_FIELDS) for row in rows) else []


def write_curve(folder: Path, curve: Sequence[Mapping[str, float]]) -> None:
    """Write the training figures within the epochs, to six digits; whole or not at all."""
    rounded = [{name: f"{value:.6g}" for name, value in row.items()} for row in curve]
    _write(folder / CURVE, CURVE_FIELDS, rounded, durable=False)


def _rows(path: Path, whole: tuple[str, ...] = ()) -> list[dict[str, float]]:
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        return [
            {name: int(v) if name in whole else float(v) for name, v in row.items()}
            for row in csv.DictReader(file)
        ]


def _write(
    path: Path,
    fields: Sequence[str],
    rows: Sequence[Mapping[str, object]],
    durable: bool = True,
) -> None:
    with replacing(path, durable) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)
