"""Tell which digits pictures show: the class, and the ten capsule lengths that say so."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from capsnet.analysis.prediction import Reading, are_digits, nothing, read_lengths
from capsnet.cli.arguments import (
    ONE_DIGIT,
    add_arrangement,
    add_checkpoint,
    add_json,
    add_rounds,
    add_whole,
    arrangement,
    path,
    read_digit,
)
from capsnet.config import check_rounds
from capsnet.data.formats import read_source
from capsnet.data.images import to_pixels
from capsnet.data.pictures import PictureError, is_side_by_side
from capsnet.data.prepare import prepare
from capsnet.errors import DataError
from capsnet.storage import checkpoints
from capsnet.tensorflow_startup import load_tensorflow_quietly

BATCH = 50
"""Pictures that are read at a time."""

HELP = "class and ten lengths for pictures of digits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which pictures, and which network reads them."""
    parser.add_argument("images", nargs="*", metavar="IMAGE", help=ONE_DIGIT)
    parser.add_argument(
        "--dataset",
        type=path,
        metavar="PATH",
        help="the pictures of a file or folder, as they are: with labels or without",
    )
    add_arrangement(parser)
    add_rounds(parser)
    add_whole(parser)
    add_checkpoint(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print class and lengths of each picture; one that cannot be read does not stop the others.

    Returns:
        1 if any picture could not be read, else 0.
    """
    if bool(arguments.images) == bool(arguments.dataset):
        raise ValueError(
            "Expected pictures, or a dataset by --dataset. "
            f"Received: {'both' if arguments.images else 'neither'}"
        )
    names = checkpoints.check(arguments.checkpoint).names
    if arguments.rounds is not None:
        check_rounds(arguments.rounds)
    digits = list(
        _of_dataset(arguments)
        if arguments.dataset
        else _readable(arguments.images, arguments.whole)
    )
    for name, pixels in digits if arguments.images else []:
        if are_digits(names) and is_side_by_side(pixels[0]):
            print(f"capsnet: {name}: two digits? The network expects one.", file=sys.stderr)
    answers = _answers([p for _, p in digits], arguments.checkpoint, arguments.rounds)
    found = [(name, lengths) for (name, _), lengths in zip(digits, answers, strict=True)]
    if arguments.json:
        print(json.dumps([_record(*one, names) for one in found]))
    else:
        for name, lengths in found:
            pairs = zip(names, lengths, strict=True)
            listed = "  ".join(f"{label}: {length:.3f}" for label, length in pairs)
            print(f"{name}: {in_words(read_lengths(lengths), names)}   {listed}")
    return int(len(found) < len(arguments.images))


def _of_dataset(arguments: argparse.Namespace) -> Iterator[tuple[str, np.ndarray]]:
    """All pictures of a dataset by split and number, (1, H, W, C) float32 in [0, 1]."""
    how = arrangement(arguments)
    prepared = prepare(read_source(arguments.dataset, how.resize), how)
    shape = checkpoints.check(arguments.checkpoint).image_shape
    for split, images in prepared.images.items():
        if images.shape[1:] != shape:
            raise DataError(
                f"Expected pictures of the network's shape, {shape}, in {arguments.dataset}. "
                f"Received: {images.shape[1:]}; --resize and --pad change it"
            )
        for n in range(len(images)):
            yield f"{split} {n}", to_pixels(images[n : n + 1])


def _readable(paths: list[str], whole: bool) -> Iterator[tuple[str, np.ndarray]]:
    """The pictures with a digit in them; the others are told on standard error."""
    for picture in paths:
        try:
            yield picture, read_digit(picture, whole)
        except PictureError as error:
            print(f"capsnet: {error}", file=sys.stderr)


def _answers(
    digits: list[np.ndarray], checkpoint: Path | None, rounds: int | None
) -> list[np.ndarray]:
    """The ten capsule lengths for each digit, after so many rounds."""
    if not digits:
        return []
    load_tensorflow_quietly()
    model = checkpoints.load(checkpoint)
    lengths = []
    for start in range(0, len(digits), BATCH):
        pixels = np.concatenate(digits[start : start + BATCH])
        lengths.extend(model.trace(pixels, rounds).lengths[-1])
    return lengths


def _record(path: str, lengths: np.ndarray, names: Sequence[str]) -> dict[str, object]:
    reading = read_lengths(lengths)
    rounded = [round(float(length), 4) for length in lengths]
    answer = in_words(reading, names)
    return {
        "image": path,
        "class": reading.best,
        "name": names[reading.best],
        "answer": answer,
        "lengths": rounded,
    }


def in_words(reading: Reading, names: Sequence[str]) -> str:
    """The class, with a caveat where the lengths do not speak of one digit."""
    if reading.kind == "none":
        return f"{nothing(names)} (nearest: {names[reading.best]})"
    if reading.kind == "two":
        count = "two" if reading.present <= 2 else reading.present
        return f"{names[reading.best]} or {names[reading.second]} ({count} answers)"
    return f"{names[reading.best]} (a weak answer)" if reading.is_weak else names[reading.best]
