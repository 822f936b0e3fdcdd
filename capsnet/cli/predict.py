"""Tell which digits pictures show: the class, and the ten capsule lengths that say so."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from capsnet.analysis.prediction import Reading, are_digits, nothing, read_lengths, verdict
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
from capsnet.data.many_digits import Found, find_digits
from capsnet.data.normalisation import is_side_by_side, normalise
from capsnet.data.prepare import prepare
from capsnet.errors import CheckpointError, DataError, PictureError
from capsnet.storage import checkpoints, model_card
from capsnet.storage.atomic_files import sha256
from capsnet.tensorflow_startup import load_tensorflow_quietly

BATCH = 50
"""Pictures that are read at a time."""


@dataclass(frozen=True)
class Answer:
    """What the network makes of one picture.

    Attributes:
        lengths: of its capsules, (J,).
        squared_error: of the longest capsule's reconstruction, summed over the pixels.
        usual_error: what it is at most for 95 % of the validation images; None if not known.
    """

    lengths: np.ndarray
    squared_error: float
    usual_error: float | None

    @property
    def is_poor(self) -> bool:
        """Whether the picture is redrawn worse than nearly all validation images."""
        return self.usual_error is not None and self.squared_error > self.usual_error


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
    parser.add_argument(
        "--all",
        action="store_true",
        help="find each digit of a photo of many, such as a page of a class's handwriting",
    )
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
    if arguments.all:
        return _read_pages(arguments, names)
    digits = list(
        _of_dataset(arguments)
        if arguments.dataset
        else _readable(arguments.images, arguments.whole)
    )
    for name, pixels in digits if arguments.images else []:
        if are_digits(names) and is_side_by_side(pixels[0]):
            print(f"capsnet: {name}: two digits? The network expects one.", file=sys.stderr)
    answers = _answers([p for _, p in digits], arguments.checkpoint, arguments.rounds)
    found = [(name, answer) for (name, _), answer in zip(digits, answers, strict=True)]
    if arguments.json:
        print(json.dumps([_record(*one, names) for one in found]))
    else:
        for name, answer in found:
            pairs = zip(names, answer.lengths, strict=True)
            listed = "  ".join(f"{label}: {length:.3f}" for label, length in pairs)
            said = in_words(read_lengths(answer.lengths), names)
            print(f"{name}: {said}{_redrawn(answer)}   {listed}")
    return int(len(found) < len(arguments.images))


def _read_pages(arguments: argparse.Namespace, names: Sequence[str]) -> int:
    """Print every digit of each page; one that cannot be read does not stop the others."""
    if arguments.whole or arguments.dataset:
        other = "--whole" if arguments.whole else "--dataset"
        raise ValueError(f"Expected --all with pictures alone. Received: {other} too")
    pages: list[tuple[str, list[Found]]] = []
    for name in arguments.images:
        try:
            pages.append((name, find_digits(name)))
        except PictureError as error:
            print(f"capsnet: {name}: {error}", file=sys.stderr)
    pixels = [normalise(found.ink)[None] for _, digits in pages for found in digits]
    answers = iter(_answers(pixels, arguments.checkpoint, arguments.rounds))
    told = [
        {"image": name, "digits": [_place(one, next(answers), names) for one in digits]}
        for name, digits in pages
    ]
    if arguments.json:
        print(json.dumps(told))
    else:
        for page in told:
            print("\n".join(_page_in_words(page)))
    return int(len(pages) < len(arguments.images))


def _redrawn(answer: Answer) -> str:
    """A caveat where the reconstruction is poor."""
    if not answer.is_poor:
        return ""
    return (
        f" (redrawn poorly: squared error {answer.squared_error:.1f}; 95 % of the validation "
        f"images have at most {answer.usual_error:.1f})"
    )


def _place(found: Found, answer: Answer, names: Sequence[str]) -> dict[str, Any]:
    """A digit of a page: where it is, whether it seems to be two that touch, and what it is."""
    box = [round(side, 4) for side in found.box]
    record = _record("", answer, names)
    del record["image"]
    return {"box": box, "touching": found.touching, **record}


def _page_in_words(page: dict[str, Any]) -> Iterator[str]:
    digits = page["digits"]
    yield f"{page['image']}: {len(digits)} digit{'s' * (len(digits) != 1)}"
    for digit in digits:
        left, top = digit["box"][:2]
        touch = "   two that touch?" if digit["touching"] else ""
        yield f"  {left:4.0%} from the left, {top:4.0%} from the top: {digit['answer']}{touch}"


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
    """The pictures with a digit in them; the others are reported on standard error."""
    for picture in paths:
        try:
            yield picture, read_digit(picture, whole)
        except PictureError as error:
            print(f"capsnet: {error}", file=sys.stderr)


def _answers(digits: list[np.ndarray], checkpoint: Path | None, rounds: int | None) -> list[Answer]:
    """What the network makes of each digit after so many rounds."""
    if not digits:
        return []
    load_tensorflow_quietly()
    model, usual = checkpoints.load(checkpoint), _usual_error(checkpoint)
    answers: list[Answer] = []
    for start in range(0, len(digits), BATCH):
        pixels = np.concatenate(digits[start : start + BATCH])
        trace = model.trace(pixels, rounds)
        errors = np.square(trace.reconstruction - pixels).sum(axis=(1, 2, 3))
        for lengths, error in zip(trace.lengths[-1], errors, strict=True):
            answers.append(Answer(lengths, float(error), usual))
    return answers


def _usual_error(checkpoint: Path | None) -> float | None:
    """What the network's model card says, if it has one."""
    try:
        card = model_card.read_card(checkpoint)
    except CheckpointError:
        return None
    is_own = model_card.is_of(card, sha256(checkpoints.place(checkpoint)))
    return model_card.usual_error(card) if is_own else None


def _record(path: str, found: Answer, names: Sequence[str]) -> dict[str, Any]:
    reading = read_lengths(found.lengths)
    rounded = [round(float(length), 4) for length in found.lengths]
    answer = in_words(reading, names)
    return {
        "image": path,
        "class": reading.best,
        "name": names[reading.best],
        "answer": answer,
        "lengths": rounded,
        "squared_error": round(found.squared_error, 3),
        "redrawn_poorly": found.is_poor,
    }


def in_words(reading: Reading, names: Sequence[str]) -> str:
    """What is there, the nearest class if nothing is, and a caveat where it is short."""
    if reading.kind == "none":
        return f"{nothing(names)} (nearest: {names[reading.best]})"
    said = verdict(reading, names)
    return f"{said} (a weak answer)" if reading.is_weak else said
