"""A dataset from any file or folder: read, brought to one form, divided, described in one line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from capsnet.data.formats import read_source
from capsnet.data.formats.base import Raw
from capsnet.data.images import Dataset, Images, validation_indices
from capsnet.data.likeness import compare_with_digits
from capsnet.data.prepare import Arrangement, Prepared, prepare
from capsnet.errors import DataError

MOST_TEST = 1000
"""Of a class, at most so many pictures are held out as a test set, where there is none."""

DIGITS = tuple("0123456789")
CHANNEL_WORDS = {1: "grey", 2: "in pairs", 3: "in colour"}
NAMES_LISTED = 6


def open_source(
    place: str | Path, how: Arrangement | None = None, names: Sequence[str] | None = None
) -> Dataset:
    """A dataset from any file or folder that `capsnet.data.formats` can read.

    A test set that is missing is held out from what there is, of all classes alike and the same
    again each time.

    Args:
        place: as for `capsnet.data.formats.read_source`.
        how: what to do with the pictures first.
        names: what its classes are called where it does not say; as many as it has classes.

    Raises:
        DataError: if there is nothing to be read, if it is not fit to be trained on, or has no
            labels; one sentence says what was found.
    """
    how = how or Arrangement()
    raw = read_source(place, how.resize)
    prepared = prepare(raw, how)
    if not prepared.labels:
        said = "".join(f"{note}; " for note in raw.notes)
        raise DataError(
            f"Expected pictures with labels at {place}. Received: none has a label; {said}"
            "`python -m capsnet predict --dataset` says what a network reads in them"
        )
    class_names = None if prepared.class_names == DIGITS else prepared.class_names
    if class_names is None and names and len(names) == len(DIGITS):
        class_names = tuple(names)
    train, validation, test, divided = _divided(prepared)
    dataset = Dataset(train, test, class_names, validation, shuffled=not raw.keras)
    _check_enough(dataset, place)
    said = _in_words(raw, dataset, (*prepared.steps, *divided))
    return Dataset(train, test, class_names, validation, not raw.keras, said)


def _divided(prepared: Prepared) -> tuple[Images, Images | None, Images, list[str]]:
    parts = {split: Images(prepared.images[split], y) for split, y in prepared.labels.items()}
    steps = [
        f"{split} has no labels and is left out"
        for split in prepared.images
        if split not in prepared.labels
    ]
    train = parts.get("train", parts.get("all"))
    validation, test = parts.get("validation"), parts.get("test")
    if train is None:
        known = test if test is not None else validation
        assert known is not None  # something has labels
        return known[:0], None, known, [*steps, "nothing to train on"]
    if test is None:
        held_out = validation_indices(train.labels, True, MOST_TEST)
        test = train[held_out]
        train = train[np.setdiff1d(np.arange(len(train)), held_out)]
        steps.append("a test set is held out, of all classes alike, with a fixed seed")
    return train, validation, test, steps


def _check_enough(dataset: Dataset, place: str | Path) -> None:
    train, test = dataset.train, dataset.test
    is_for_training = len(train) > 0
    if not len(test) or (is_for_training and not len(dataset.split("train"))):
        raise DataError(
            f"Expected two training images of a class and a test image, at least, in {place}. "
            f"Received: {len(train)} and {len(test)}"
        )


def _in_words(raw: Raw, dataset: Dataset, steps: Sequence[str]) -> str:
    """What was found and done, in one line."""
    height, width, channels = dataset.image_shape
    counts = {"training": "train", "validation": "validation", "test": "test"}
    parts = {
        word: len(dataset.split(split))  # type: ignore[arg-type]
        for word, split in counts.items()
        if split == "test" or len(dataset.train)
    }
    listed = ", ".join(f"{n:,} {word}" for word, n in parts.items())
    names = dataset.class_names or DIGITS
    shown = ", ".join(names[:NAMES_LISTED]) + (" …" if len(names) > NAMES_LISTED else "")
    said = (
        f"{raw.format}: {listed} pictures of {height} x {width}, {CHANNEL_WORDS[channels]}; "
        f"{len(names)} classes: {shown}"
    )
    odd = list(steps)
    if dataset.class_names is None and channels == 1:
        looked_at = dataset.train if len(dataset.train) else dataset.test
        if compared := compare_with_digits(looked_at.images, looked_at.labels):
            odd.append(compared)
    return "; ".join([said, *odd])
