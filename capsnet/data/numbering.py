"""Labels of any kind, numbered from 0 and named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capsnet.config import LONGEST_NAME
from capsnet.data.formats.base import Raw, SplitName
from capsnet.errors import DataError

LEAST_CLASSES, MOST_CLASSES = 2, 100


@dataclass(frozen=True)
class Numbered:
    """Labels 0 to J - 1 for each split that has any, the classes' names, and what was done."""

    labels: dict[SplitName, np.ndarray]
    class_names: tuple[str, ...]
    steps: tuple[str, ...]


def number_labels(raw: Raw, counts: dict[SplitName, int]) -> Numbered:
    """Number a source's labels, in all its splits alike.

    Whole numbers keep their order, text that of the alphabet. A class is called by its label,
    unless the source names it.

    Args:
        raw: the source.
        counts: how many pictures each split has.

    Raises:
        DataError: for labels that do not match the pictures, are not whole, or are of too many
            or too few classes; and for a test set with a class that training has not.
    """
    plain: dict[SplitName, np.ndarray] = {}
    steps: list[str] = []
    for split, part in raw.parts.items():
        if part.labels is not None:
            where = part.labels_where or part.where
            plain[split], said = _plain(part.labels, counts[split], where)
            steps += said
    if not plain:
        return Numbered({}, (), ("no labels: it can be predicted, not trained on",))
    _check_one_kind(raw, plain)
    seen = {split: np.unique(y) for split, y in plain.items()}
    values = np.unique(np.concatenate(list(seen.values())))
    where = next(iter(raw.parts.values())).where
    _check_known(seen, where)
    if not LEAST_CLASSES <= len(values) <= MOST_CLASSES:
        raise DataError(
            f"Expected {LEAST_CLASSES} to {MOST_CLASSES} classes in {where}. "
            f"Received: {len(values)}, {', '.join(map(str, values[:5]))} …"
        )
    if values.dtype.kind in "iu" and raw.format.startswith("MATLAB"):
        if values.tolist() == list(range(1, 11)):  # MATLAB counts from 1, so that 10 stands for 0
            steps.append("label 10 is 0, as MATLAB's sets of digits have it")
            plain = {split: np.where(y == 10, 0, y) for split, y in plain.items()}
            values = np.arange(10)
    if raw.keras and values.dtype.kind in "iu" and 0 <= values[0] <= values[-1] <= 9:
        values = np.arange(10)  # as in every version, whichever of the ten a file has
    names = _names(values, raw.class_names, where)
    labels = {split: np.searchsorted(values, y).astype(np.int64) for split, y in plain.items()}
    if values.dtype.kind in "iu" and values.tolist() != list(range(len(values))):
        steps.append(f"labels {values[0]} to {values[-1]} counted from 0")
    return Numbered(labels, names, tuple(steps))


def _plain(labels: np.ndarray, count: int, where: str) -> tuple[np.ndarray, list[str]]:
    """Labels as (N,), whole numbers or text."""
    steps: list[str] = []
    if labels.ndim == 2 and 1 in labels.shape:
        labels = labels.ravel()
    elif labels.ndim == 2:
        if labels.shape[0] != count and labels.shape[1] == count:
            labels = labels.T
        if labels.dtype.kind not in "buif" or not _is_one_hot(labels):
            raise DataError(
                f"Expected one label a picture, or one column a class with a single 1 in each row, "
                f"for {where}. Received: shape {labels.shape}"
            )
        labels = labels.argmax(1)
        steps.append("one-hot labels counted")
    if labels.ndim != 1 or len(labels) != count:
        raise DataError(
            f"Expected {count:,} labels, one for each picture, in {where}. "
            f"Received: {len(labels):,}"
        )
    if labels.dtype.kind in "SO":
        labels = np.array(
            [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in labels]
        )
    if labels.dtype.kind == "U":
        return _numbers_in(labels), steps
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise DataError(f"Expected a label for each picture in {where}. Received: NaN")
        if not np.array_equal(labels, np.rint(labels)):
            first = labels[labels % 1 != 0][0]
            raise DataError(f"Expected whole numbers as labels in {where}. Received: {first}")
    return labels.astype(np.int64), steps


def _is_one_hot(rows: np.ndarray) -> bool:
    return bool(np.isin(rows, (0, 1)).all() and (rows.sum(1) == 1).all())


def _numbers_in(labels: np.ndarray) -> np.ndarray:
    """Text that is nothing but whole numbers as numbers: folders named 0 to 9."""
    try:
        return (
            labels.astype(np.int64)
            if all(v.strip().isdigit() for v in np.unique(labels))
            else labels
        )
    except ValueError:
        return labels


def _check_one_kind(raw: Raw, plain: dict[SplitName, np.ndarray]) -> None:
    if len({y.dtype.kind for y in plain.values()}) > 1:
        raise DataError(
            "Expected labels of one kind, numbers or text, in all splits of "
            f"{next(iter(raw.parts.values())).where}. Received: both"
        )


def _check_known(seen: dict[SplitName, np.ndarray], where: str) -> None:
    if "train" not in seen:
        return
    for split, values in seen.items():
        if len(strange := np.setdiff1d(values, seen["train"])):
            raise DataError(
                f"Expected in {split} only classes that training has, in {where}. "
                f"Received: {', '.join(map(str, strange[:5]))}"
            )


def _names(values: np.ndarray, given: tuple[str, ...] | None, where: str) -> tuple[str, ...]:
    """A name for each class: the source's own, where it has one for each label."""
    names = [str(value) for value in values.tolist()]
    if given and values.dtype.kind in "iu" and 0 <= values[0]:
        if values[-1] < len(given) and all(given[v] for v in values):
            names = [given[v] for v in values]
        else:
            names = list(given)
    fine = all(name.isprintable() and 0 < len(name) <= LONGEST_NAME for name in names)
    if not fine or len(set(names)) < len(names) or len(names) != len(values):
        raise DataError(
            f"Expected class_names as {len(values)} different strings of up to {LONGEST_NAME} "
            f"printable characters in {where}. Received: {str(names)[:200]}"
        )
    return tuple(names)
