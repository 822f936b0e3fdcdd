"""Make an experiment: its figures, and what they are of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from capsnet.analysis.experiments.settings import Experiment, Subject
from capsnet.analysis.streaming import BATCH, Pictures


def measure(experiment: Experiment, subject: Subject, given: Mapping[str, Any]) -> dict[str, Any]:
    """Make an experiment.

    Args:
        experiment: which.
        subject: on what.
        given: settings by name; the others have their defaults.

    Returns:
        JSON-ready values: `experiment`, `settings`, `images`, `rounds`, and its figures.

    Raises:
        ValueError: for settings that cannot be, or images that the network does not take.
    """
    values = experiment.values(given)
    check_pictures(subject)
    if experiment.own_rounds and subject.rounds is not None:
        raise ValueError(
            f"Expected no other rounds than {experiment.name}'s own. Received: {subject.rounds}"
        )
    found = experiment.run(subject, values)
    own = subject.model.digit_capsules.rounds if subject.rounds is None else subject.rounds
    return {
        "experiment": experiment.name,
        "settings": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        },
        "images": len(subject.pictures),
        "rounds": list(values["rounds"]) if experiment.own_rounds else own,
        **found,
    }


def check_pictures(subject: Subject) -> None:
    """Check that the network takes the images and knows their classes.

    Raises:
        ValueError: if it does not, or there is none.
    """
    pictures, config = subject.pictures, subject.model.config
    if not len(pictures):
        raise ValueError("Expected at least one image. Received: none")
    if (shape := pictures[:1].pixels().shape[1:]) != tuple(config.image_shape):
        raise ValueError(
            f"Expected images of the network's shape, {tuple(config.image_shape)}. "
            f"Received: {shape}"
        )
    if (highest := int(pictures.labels.max())) >= config.num_classes:
        raise ValueError(
            f"Expected images of the network's {config.num_classes} classes. "
            f"Received: one of class {highest}"
        )


def fingerprint(pictures: Pictures) -> str:
    """The SHA-256 of images and labels, by which a result says what it is of."""
    digest = hashlib.sha256()
    for start in range(0, len(pictures), 20 * BATCH):
        batch = pictures[start : start + 20 * BATCH]
        digest.update(batch.pixels().tobytes())
        digest.update(batch.labels.astype("<i8").tobytes())
    return digest.hexdigest()
