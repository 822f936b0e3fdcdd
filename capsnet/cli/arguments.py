"""Arguments that several commands share, and the message for a wrong one."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import numpy as np

from capsnet.config import LARGEST_SIDE, MAX_ROUNDS, SMALLEST_SIDE, CapsNetConfig
from capsnet.data import normalisation, pictures
from capsnet.data.datasets import DATA_VARIABLE, SOURCES
from capsnet.data.prepare import Arrangement
from capsnet.errors import PictureError

ONE_DIGIT = f"{', '.join(pictures.FORMATS[:-1])} or {pictures.FORMATS[-1]} of one digit"
"""What a picture may be, in words."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors say what was expected and what came, as all errors here."""

    def error(self, message: str) -> NoReturn:
        """Exit with status 2 and a sentence: what was expected, and what was received."""
        if "Expected" not in message:
            message = f"Expected arguments as `{self.prog} --help` lists them. Received: {message}"
        self.print_usage(sys.stderr)
        self.exit(2, f"capsnet: {message}\n")


def path(text: str) -> Path:
    """An argument such as runs/mine."""
    if not text:  # as of a variable that is not set: it would be the current folder
        raise argparse.ArgumentTypeError("Expected a path. Received: ''")
    return Path(text)


def whole_number(text: str) -> int:
    """An argument such as 3."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"Expected a whole number. Received: {text!r}") from None


def number(text: str) -> float:
    """An argument such as 0.5 or 1e-3."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"Expected a number. Received: {text!r}")
    return value


def one_of(choices: Iterable[str]) -> Callable[[str], str]:
    """The type of an argument that is one of a few words."""
    known = tuple(choices)

    def chosen(text: str) -> str:
        if text not in known:
            raise argparse.ArgumentTypeError(
                f"Expected one of {', '.join(known)}. Received: {text!r}"
            )
        return text

    return chosen


def add_dataset(parser: argparse.ArgumentParser, default: str) -> None:
    """Which dataset, and where it is; `default` in words."""
    parser.add_argument(
        "--dataset",
        metavar="NAME",
        help=f"{', '.join(SOURCES)}, the path of a file or folder, or tfds:NAME of TensorFlow "
        f"Datasets; default: {default}",
    )
    add_data(parser)


def add_split(parser: argparse.ArgumentParser, others: str) -> None:
    """Which split; `others` says in words what the help says after "test or"."""
    parser.add_argument(
        "--split",
        type=one_of(("validation", "test", "train")),
        default="validation",
        metavar="SPLIT",
        help="validation (default; MNIST's needs no data file: its 5,000 are bundled), test or "
        + others,
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """Where the dataset is."""
    parser.add_argument(
        "--data",
        type=path,
        metavar="PATH",
        help="where a dataset that has a name is: a file or folder of any format, or a folder "
        "with NAME.npz; "
        f"default: {DATA_VARIABLE}, Keras's cache, Keras's download",
    )


def add_arrangement(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """What to do with the pictures of a file or folder before anything else."""
    parser.add_argument(
        "--transpose",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="exchange the pictures' rows and columns; default: where their format says so",
    )
    parser.add_argument(
        "--invert", action="store_true", default=None, help="exchange dark and light"
    )
    for name, what in (("resize", "bring pictures to N x N"), ("pad", "fill them up to N x N")):
        parser.add_argument(f"--{name}", type=whole_number, metavar="N", help=what)


def arrangement(arguments: argparse.Namespace) -> Arrangement:
    """The same, as given."""
    for name in ("resize", "pad"):
        side = getattr(arguments, name) or 0
        if side and not SMALLEST_SIDE <= side <= LARGEST_SIDE:
            raise ValueError(
                f"Expected --{name} from {SMALLEST_SIDE} to {LARGEST_SIDE}. Received: {side}"
            )
    return Arrangement(
        arguments.transpose, bool(arguments.invert), arguments.resize or 0, arguments.pad or 0
    )


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    """Which network."""
    parser.add_argument(
        "--checkpoint", type=path, metavar="FILE", help="a .keras file; default: the shipped one"
    )


def check_reads_digits(config: CapsNetConfig) -> None:
    """Check that a network's classes are the digits 0 to 9, which the bundled pictures show.

    Raises:
        ValueError: if they have names, or are not ten.
    """
    if config.class_names is not None or config.num_classes != 10:
        raise ValueError(
            "Expected a network of the ten digits, because the bundled pictures are digits. "
            f"Received: one of {', '.join(config.names)}"
        )


def add_rounds(parser: argparse.ArgumentParser) -> None:
    """How often the network routes."""
    parser.add_argument(
        "--rounds",
        type=whole_number,
        metavar="N",
        help=f"routing rounds, 1 to {MAX_ROUNDS}; default: as many as the network was trained with",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Whether a program reads the answer."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_whole(parser: argparse.ArgumentParser) -> None:
    """Whether pictures are brought to MNIST's size and place."""
    parser.add_argument(
        "--whole",
        action="store_true",
        help="take the whole picture, not cropped, scaled to a digit's size or centred: for one "
        "that is like MNIST's, such as a PNG of 28 x 28 from the page Draw",
    )


def read_digit(path: str, whole: bool = False) -> np.ndarray:
    """The picture at `path` as the network takes it, (1, 28, 28, 1) float32 in [0, 1].

    Args:
        path: of a picture.
        whole: as `normalisation.shrink` makes it, not `normalise`.

    Raises:
        PictureError: if there is no digit to be had from it; the message names the file.
    """
    try:
        ink = pictures.read_picture(path)
        digit = normalisation.shrink(ink) if whole else normalisation.normalise(ink)
        normalisation.check_ink(digit)
        return digit[None]
    except PictureError as error:
        raise PictureError(f"{path}: {error}") from error


def counted(count: int, what: str) -> str:
    """So many of a thing, in words: "1 round", "3 rounds"."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
