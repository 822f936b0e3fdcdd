"""How a network answers to one digit, to two that overlap, and to none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import numpy as np

from capsnet.analysis.prediction import PRESENT
from capsnet.data import no_digit
from capsnet.data.drawings import DRAWINGS
from capsnet.data.images import Digits, to_pixels
from capsnet.data.mixture import overlaid_pairs
from capsnet.network.model import CapsNet

SuiteName = Literal["single", "two", "none"]
SUITES: tuple[SuiteName, ...] = get_args(SuiteName)

SEED = 20171
"""Of the pairs, their shifts and the pictures without a digit: they are the same every time."""

PLAIN_KINDS: Mapping[str, tuple[str, ...]] = {
    "blank": ("blank",),
    "full": ("full",),
    "noise": ("uniform noise", "normal noise"),
    "gradients": ("gradient",),
    "checkerboards": ("checkerboard",),
}
"""Textures whose longest capsule is told, by what they are called in the table."""


@dataclass(frozen=True)
class Single:
    """Of one digit.

    Attributes:
        images: how many.
        accuracy: share whose longest capsule is their class, 0 to 1.
        squared_error: of the longest capsule's drawing, summed over pixels, mean over images.
        not_seen: share with no capsule of at least 0.5.
        two_seen: share with two or more such capsules.
    """

    images: int
    accuracy: float
    squared_error: float
    not_seen: float
    two_seen: float


@dataclass(frozen=True)
class Two:
    """Of two overlaid digits of different classes.

    Attributes:
        images: how many.
        both_found: share whose two longest capsules are the two classes, 0 to 1.
        both_seen: share where these two, and no others, are at least 0.5 long.
        second_length: mean length of the second longest capsule.
        squared_error: of each digit's drawing by its own capsule against that digit alone,
            summed over pixels, mean over both digits of all images.
    """

    images: int
    both_found: float
    both_seen: float
    second_length: float
    squared_error: float


@dataclass(frozen=True)
class Kind:
    """Of one kind of pictures without a digit.

    Attributes:
        images: how many.
        mean_length: of the longest capsule.
        largest_length: of all of them.
        taken_for_digit: share with a capsule of at least 0.5, 0 to 1.
    """

    images: int
    mean_length: float
    largest_length: float
    taken_for_digit: float


def single(model: CapsNet, digits: Digits, batch_size: int = 100) -> Single:
    """Measure a network on digits as they are.

    Args:
        model: the network.
        digits: at least one.
        batch_size: images a step.
    """
    lengths, error = [], 0.0
    for start in range(0, len(digits), batch_size):
        images = digits[start : start + batch_size].pixels()
        outputs = model.predict_on_batch(images)
        lengths.append(outputs["lengths"])
        error += float(np.square(outputs["reconstruction"] - images, dtype=np.float64).sum())
    all_lengths = np.concatenate(lengths)
    seen = (all_lengths >= PRESENT).sum(axis=1)
    return Single(
        images=len(digits),
        accuracy=float((all_lengths.argmax(axis=1) == digits.labels).mean()),
        squared_error=error / len(digits),
        not_seen=float((seen == 0).mean()),
        two_seen=float((seen > 1).mean()),
    )


def two(model: CapsNet, digits: Digits, batch_size: int = 100) -> Two:
    """Measure a network on digits overlaid with others, each moved by up to 4 pixels.

    Args:
        model: the network.
        digits: of at least two classes; each is once the first of a pair.
        batch_size: images a step.
    """
    sheets, alone, classes = overlaid_pairs(digits, np.random.default_rng(SEED))
    keep = np.eye(model.config.num_classes, dtype=np.float32)[classes]  # (N, 2, J)
    lengths, error = [], 0.0
    for start in range(0, len(sheets), batch_size):
        part = slice(start, start + batch_size)
        for one in (0, 1):
            outputs = model.predict_on_batch({"images": sheets[part], "labels": keep[part, one]})
            difference = outputs["reconstruction"] - alone[part, one]
            error += float(np.square(difference, dtype=np.float64).sum())
        lengths.append(outputs["lengths"])
    all_lengths = np.concatenate(lengths)
    longest = np.sort(np.argsort(-all_lengths, axis=1)[:, :2], axis=1)
    return Two(
        images=len(sheets),
        both_found=float((longest == np.sort(classes, axis=1)).all(axis=1).mean()),
        both_seen=float(((all_lengths >= PRESENT) == keep.any(axis=1)).all(axis=1).mean()),
        second_length=float(np.sort(all_lengths, axis=1)[:, -2].mean()),
        squared_error=error / (2 * len(sheets)),
    )


def without_digit(digits: Digits, count: int = 300) -> dict[str, np.ndarray]:
    """Pictures of no digit for measuring, by kind; all but the textures are held out of training.

    Args:
        digits: from which the spoilt ones are made; those of training must not be among them.
        count: pictures of each kind that is drawn by lot.

    Returns:
        For each kind (N, 28, 28, 1) float32 in [0, 1].
    """
    rng = np.random.default_rng(SEED)
    pictures = {
        name: no_digit.textures(1 if name in ("blank", "full") else count, rng, kinds)
        for name, kinds in PLAIN_KINDS.items()
    }
    pictures |= {name: no_digit.drawings(count, rng, "test", name) for name in HELD_OUT_DRAWINGS}
    spoilt = no_digit.spoilt(digits.ink, digits.labels, "test")[:count]
    as_pixels = {
        LETTERS: no_digit.letters("test"),
        KNOWN_LETTERS: no_digit.letters("test", known_letters=True),
        MIRRORED: spoilt,
    }
    return {name: images[..., None] for name, images in pictures.items()} | {
        name: to_pixels(images[..., None]) for name, images in as_pixels.items()
    }


HELD_OUT_DRAWINGS = tuple(DRAWINGS["test"])
LETTERS = "new letters and signs, new fonts"
KNOWN_LETTERS = "known letters and signs, new fonts"
MIRRORED = "mirrored 4s and 7s"
HELD_OUT = (LETTERS, *HELD_OUT_DRAWINGS)
"""The kinds of letters, shapes and scribbles that no training has seen."""


def none(model: CapsNet, digits: Digits, batch_size: int = 100) -> dict[str, Kind]:
    """Measure a network on pictures of no digit.

    Args:
        model: the network.
        digits: from which the spoilt ones are made.
        batch_size: images a step.

    Returns:
        The figures of each kind.
    """
    figures = {}
    for name, images in without_digit(digits).items():
        lengths = model.predict(images, batch_size=batch_size, verbose=0)["lengths"].max(axis=1)
        figures[name] = Kind(
            images=len(images),
            mean_length=float(lengths.mean()),
            largest_length=float(lengths.max()),
            taken_for_digit=float((lengths >= PRESENT).mean()),
        )
    return figures


def held_out_share(figures: Mapping[str, Kind]) -> float:
    """Share of all held-out letters, shapes and scribbles that are taken for a digit."""
    kinds = [figures[name] for name in HELD_OUT]
    taken = sum(kind.taken_for_digit * kind.images for kind in kinds)
    return taken / sum(kind.images for kind in kinds)


def to_dict(figures: Single | Two | dict[str, Kind]) -> dict[str, Any]:
    """A suite's figures as JSON-ready values."""
    if isinstance(figures, dict):
        kinds = {name: asdict(kind) for name, kind in figures.items()}
        return {"kinds": kinds, "held_out_taken_for_digit": held_out_share(figures)}
    return asdict(figures)


def in_words(figures: Single | Two | dict[str, Kind]) -> list[str]:
    """A suite's figures as lines of a table."""
    if isinstance(figures, Single):
        return [
            f"accuracy                         {figures.accuracy:8.2%}",
            f"squared error                    {figures.squared_error:8.2f}",
            f"no capsule of 0.5 or more        {figures.not_seen:8.2%}",
            f"two or more of 0.5 or more       {figures.two_seen:8.2%}",
        ]
    if isinstance(figures, Two):
        return [
            f"both are the two longest         {figures.both_found:8.2%}",
            f"both, and no other, 0.5 or more  {figures.both_seen:8.2%}",
            f"mean length of the second        {figures.second_length:8.2f}",
            f"squared error of each            {figures.squared_error:8.2f}",
        ]
    title = f"{'kind':<36}{'images':>7}{'mean':>7}{'largest':>9}{'>= 0.5':>9}"
    rows = [
        f"{name:<36}{kind.images:7}{kind.mean_length:7.2f}{kind.largest_length:9.2f}"
        f"{kind.taken_for_digit:9.1%}"
        for name, kind in figures.items()
    ]
    share = f"of all new letters, signs, shapes and scribbles {held_out_share(figures):.1%} are 0.5"
    return ["longest capsule, of pictures of no digit", title, *rows, share + " or more"]
