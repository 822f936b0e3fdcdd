"""Experiments that collect over a split: favourites of maps, poses, lengths, records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from capsnet.analysis.experiments.settings import Experiment, Setting, Subject
from capsnet.analysis.streaming import part, stream


def maps(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis import layer_views

    kept = min(values["count"], len(subject.pictures))
    found = layer_views.favourites(subject.model, subject.pictures, kept, subject.watch)
    return layer_views.to_json(found)


def poses(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.forward import digit_capsules
    from capsnet.analysis.principal_axes import principal_axes

    labels = subject.pictures.labels
    forward = digit_capsules(subject.model, subject.rounds)
    own = np.zeros((len(labels), subject.model.config.digit_dim), np.float32)
    for place, found in stream(subject.pictures, forward, watch=subject.watch):
        own[place] = found.digit_capsules[np.arange(len(found.lengths)), labels[place]]
    classes: dict[str, Any] = {}
    for c in range(subject.model.config.num_classes):
        of_class = np.flatnonzero(labels == c)
        if len(of_class) < 2:
            continue
        axes = principal_axes(own[of_class])
        classes[str(c)] = {
            "images": of_class.tolist(),
            "mean": _rounded(axes.mean),
            "axes": _rounded(axes.axes),
            "deviations": _rounded(axes.deviations),
            "shares": _rounded(axes.shares),
            "poses": _rounded(own[of_class], 4),
        }
    return {"classes": classes}


def lengths(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.split_figures import (
        calibration,
        confusion_matrix,
        figures,
        split_lengths,
    )

    found = split_lengths(
        subject.model, subject.pictures, rounds=subject.rounds, watch=subject.watch
    )
    labels = subject.pictures.labels
    return {
        **figures(found, labels),
        "calibration": calibration(found, labels).to_dict(),
        "confusion": confusion_matrix(found, labels).tolist(),
        "labels": labels.tolist(),
        "lengths": _rounded(found, 4),
    }


def compare(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.comparison import compared
    from capsnet.analysis.split_figures import split_lengths
    from capsnet.storage import checkpoints

    other = checkpoints.load(values["other"])
    if other.config.num_classes != subject.model.config.num_classes:
        raise ValueError(
            f"Expected another network of {subject.model.config.num_classes} classes. "
            f"Received: one of {other.config.num_classes}"
        )
    if other.config.image_shape != subject.model.config.image_shape:
        raise ValueError(
            f"Expected another network for images of {subject.model.config.image_shape}. "
            f"Received: one for {other.config.image_shape}"
        )
    both = [
        split_lengths(
            model, subject.pictures, rounds=subject.rounds, watch=part(subject.watch, index, 2)
        )
        for index, model in enumerate((subject.model, other))
    ]
    return compared(both[0], both[1], subject.pictures.labels)


def record(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.record import AXES, write

    if subject.out is None:
        raise ValueError("Expected a file ending in .npz to write to (--out). Received: none")
    write(subject.out, subject.model, subject.pictures, subject.rounds, subject.watch)
    return {"written": str(subject.out), "arrays": AXES}


def _rounded(array: np.ndarray, digits: int = 6) -> Any:
    return np.round(np.asarray(array, float), digits).tolist()


EXPERIMENTS = (
    Experiment(
        "maps",
        "What each map of primary capsules answers to most: images and places.",
        maps,
        (Setting("count", "images of each map", 9, "whole", least=1, most=1000),),
    ),
    Experiment(
        "poses",
        "The real poses of each class, and the principal axes along which they lie.",
        poses,
    ),
    Experiment(
        "lengths",
        "All capsule lengths, the confusion matrix, and how well length serves as confidence.",
        lengths,
    ),
    Experiment(
        "compare",
        "Two networks on the same images: accuracy, and which images one reads and the other "
        "does not.",
        compare,
        (Setting("other", "the other network's .keras file", None, "file"),),
    ),
    Experiment(
        "record",
        "Coupling coefficients, lengths and poses of all images as arrays in an .npz file (--out).",
        record,
    ),
)
"""The experiments of this module."""
