"""Tell which digits pictures show: the class, and the ten capsule lengths that say so."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from capsnet.analysis.prediction import Reading, are_digits, nothing, read_lengths
from capsnet.cli.arguments import ONE_DIGIT, add_checkpoint, add_json, add_whole, read_digit
from capsnet.data.pictures import PictureError, is_side_by_side
from capsnet.storage import checkpoints
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "class and ten lengths for pictures of digits"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which pictures, and which network reads them."""
    parser.add_argument("images", nargs="+", metavar="IMAGE", help=ONE_DIGIT)
    add_whole(parser)
    add_checkpoint(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print class and lengths of each picture; one that cannot be read does not stop the others.

    Returns:
        1 if any picture could not be read, else 0.
    """
    names = checkpoints.check(arguments.checkpoint).names
    digits = list(_readable(arguments.images, arguments.whole))
    for path, pixels in digits:
        if are_digits(names) and is_side_by_side(pixels[0]):
            print(f"capsnet: {path}: two digits? The network expects one.", file=sys.stderr)
    answers = _answers([pixels for _, pixels in digits], arguments.checkpoint)
    found = [(path, lengths) for (path, _), lengths in zip(digits, answers, strict=True)]
    if arguments.json:
        print(json.dumps([_record(*one, names) for one in found]))
    else:
        for path, lengths in found:
            pairs = zip(names, lengths, strict=True)
            listed = "  ".join(f"{name}: {length:.3f}" for name, length in pairs)
            print(f"{path}: {in_words(read_lengths(lengths), names)}   {listed}")
    return int(len(found) < len(arguments.images))


def _readable(paths: list[str], whole: bool) -> Iterator[tuple[str, np.ndarray]]:
    """The pictures with a digit in them; the others are told on standard error."""
    for path in paths:
        try:
            yield path, read_digit(path, whole)
        except PictureError as error:
            print(f"capsnet: {error}", file=sys.stderr)


def _answers(digits: list[np.ndarray], checkpoint: Path | None) -> list[np.ndarray]:
    """The ten capsule lengths for each digit."""
    if not digits:
        return []
    load_tensorflow_quietly()
    model = checkpoints.load(checkpoint)
    return [model.trace(pixels).lengths[-1, 0] for pixels in digits]


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
