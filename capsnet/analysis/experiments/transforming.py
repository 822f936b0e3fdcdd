"""Experiments in which the images are transformed: accuracy, lengths, and how the pose moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from capsnet.analysis import transformations
from capsnet.analysis.equivariance import common_direction, share_along_first_direction
from capsnet.analysis.experiments.settings import Experiment, Setting, Subject, one_or_all
from capsnet.analysis.streaming import part, stream

Change = Callable[[np.ndarray, float], np.ndarray]

FEWEST_STEPS = 3
"""Of a transformation, to say whether poses move along a line: two are always on one."""


def along(subject: Subject, change: Change, amounts: tuple[float, ...]) -> dict[str, Any]:
    """Accuracy and lengths at each amount of a transformation; the pose's way, from three on.

    Args:
        subject: network and images.
        change: images and an amount -> images.
        amounts: at least one.
    """
    from capsnet.analysis.forward import digit_capsules
    from capsnet.analysis.split_figures import figures

    forward = digit_capsules(subject.model, subject.rounds)
    labels = subject.pictures.labels
    c = subject.model.config
    lengths = np.zeros((len(amounts), len(labels), c.num_classes), np.float32)
    poses = np.zeros((len(amounts), len(labels), c.digit_dim), np.float32)
    for step, amount in enumerate(amounts):

        def changed(images: np.ndarray, amount: float = amount) -> np.ndarray:
            return change(images, amount)

        watch = part(subject.watch, step, len(amounts))
        for place, answer in stream(subject.pictures, forward, changed, watch):
            lengths[step, place] = answer.lengths
            each = np.arange(len(answer.lengths))
            poses[step, place] = answer.digit_capsules[each, labels[place]]
    found: dict[str, Any] = one_or_all(amounts, [figures(one, labels) for one in lengths])
    return found | _way(poses, labels)


def _way(poses: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """How well one direction in pose space explains what a transformation does."""
    if len(poses) < FEWEST_STEPS:
        return {}
    shares = share_along_first_direction(poses)
    classes = np.unique(labels)
    common = {int(c): common_direction(poses[:, labels == c])[1] for c in classes}
    mean = float(np.nanmean(shares)) if np.isfinite(shares).any() else None
    return {
        "share_along_first_direction": mean,
        "share_along_common_direction_by_class": {
            str(c): share if np.isfinite(share) else None for c, share in common.items()
        },
    }


def rotate(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    return along(subject, transformations.rotate, values["degrees"])


def shift(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    whither = values["direction"]
    return along(
        subject, lambda images, px: transformations.shift(images, px, whither), values["pixels"]
    )


def scale(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    return along(subject, transformations.scale, values["factor"])


def shear(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    return along(subject, transformations.shear, values["slant"])


def thicken(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    return along(subject, transformations.thicken, values["amount"])


def erase(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    side = values["side"]
    return along(
        subject, lambda images, share: transformations.erase(images, share, side), values["share"]
    )


def affine(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.split_figures import figures, split_lengths

    rng = np.random.default_rng(values["seed"])
    within = transformations.AffineRange(pixels=values["pixels"])

    def change(images: np.ndarray) -> np.ndarray:
        return transformations.random_affine(images, rng, within)

    lengths = split_lengths(
        subject.model,
        subject.pictures,
        rounds=subject.rounds,
        change=change,
        watch=subject.watch,
    )
    return figures(lengths, subject.pictures.labels)


EXPERIMENTS = (
    Experiment(
        "rotate",
        "Every digit is turned about its centre: how many are still read, and how long the "
        "label's capsule stays.",
        rotate,
        (Setting("degrees", "counter-clockwise", None, least=-360, most=360, many=True),),
    ),
    Experiment(
        "shift",
        "Every digit is moved to one side.",
        shift,
        (
            Setting("pixels", "how far", None, least=-1000, most=1000, many=True),
            Setting(
                "direction", "whither", "right", "word", choices=("right", "left", "up", "down")
            ),
        ),
    ),
    Experiment(
        "scale",
        "Every digit is enlarged about its centre, or made smaller.",
        scale,
        (Setting("factor", "2 is twice as large", None, least=0.05, most=20, many=True),),
    ),
    Experiment(
        "shear",
        "Every digit is slanted.",
        shear,
        (Setting("slant", "columns a row, to the right", None, least=-5, most=5, many=True),),
    ),
    Experiment(
        "thicken",
        "Every digit's strokes are made thicker, or thinner.",
        thicken,
        (Setting("amount", "pixels on each side", None, least=-14, most=14, many=True),),
    ),
    Experiment(
        "erase",
        "A part of every digit's frame is covered with paper.",
        erase,
        (
            Setting("share", "of the frame", None, least=0, most=1, many=True),
            Setting(
                "side",
                "from which side",
                "bottom",
                "word",
                choices=("bottom", "top", "left", "right"),
            ),
        ),
    ),
    Experiment(
        "affine",
        "Every digit is turned, slanted, stretched and moved by chance, as affNIST was made; in "
        "the paper 79 % are read, and 66 % by a network without capsules.",
        affine,
        (
            Setting("pixels", "largest shift along each axis", 4.0, least=0, most=1000),
            Setting("seed", "of the amounts", 0, "whole", least=0),
        ),
    ),
)
"""The experiments of this module."""
