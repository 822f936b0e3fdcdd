"""The attack on a split: how many are still read, and how many of the others are noticed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from capsnet.analysis.experiments.settings import Experiment, Setting, Subject
from capsnet.analysis.streaming import Pictures, Watch, part, stream


def attack(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis import attack as attacks
    from capsnet.analysis.forward import drawn
    from capsnet.analysis.split_figures import figures

    model, pictures = subject.model, subject.pictures
    planned = attacks.Attack(
        epsilon=values["epsilon"],
        kind=values["kind"],
        loss=values["loss"],
        targeted=values["targeted"],
        steps=values["steps"],
    )
    gradient = attacks.loss_gradient(model, planned.loss, subject.rounds)
    forward = drawn(model, subject.rounds)
    wanted = pictures.labels
    if planned.targeted:
        rng = np.random.default_rng(values["seed"])
        wanted = attacks.other_classes(pictures.labels, model.config.num_classes, rng)
    lengths = np.zeros((len(pictures), model.config.num_classes), np.float32)
    distances, moved = np.zeros(len(pictures)), 0
    done = [0]

    def change(images: np.ndarray) -> np.ndarray:
        nonlocal moved
        labels = wanted[done[0] : done[0] + len(images)]
        done[0] += len(images)
        changed = attacks.attacked(images, labels, planned, gradient)
        moved += int((changed != images).any(axis=(1, 2, 3)).sum())
        seen.append(changed)
        return changed

    seen: list[np.ndarray] = []
    for place, found in stream(pictures, forward, change, part(subject.watch, 0, 2)):
        lengths[place] = found.lengths
        distances[place] = attacks.reconstruction_distance(seen.pop(), found.reconstruction)
    untouched = pictures if subject.untouched is None else subject.untouched()
    threshold = _threshold(subject, forward, untouched, part(subject.watch, 1, 2))
    wrong = lengths.argmax(-1) != pictures.labels
    caught = distances > threshold
    result = {
        **figures(lengths, pictures.labels),
        "share_of_images_changed": moved / len(pictures),
        "alarm_threshold": threshold,
        "share_caught": float(caught.mean()),
        "share_of_misread_caught": float(caught[wrong].mean()) if wrong.any() else None,
    }
    if planned.targeted:
        result["share_read_as_target"] = float((lengths.argmax(-1) == wanted).mean())
    return result


def _threshold(subject: Subject, forward: Any, untouched: Pictures, watch: Watch) -> float:
    """The reconstruction's distance that one in twenty untouched images exceeds."""
    from capsnet.analysis import attack as attacks

    distances = np.zeros(len(untouched))
    for place, found in stream(untouched, forward, watch=watch):
        distances[place] = attacks.reconstruction_distance(
            untouched[place].pixels(), found.reconstruction
        )
    return attacks.alarm_threshold(distances)


EXPERIMENTS = (
    Experiment(
        "attack",
        "Every pixel of every digit is changed by at most epsilon, by the gradient of a loss: how "
        "many are still read, and how many attacks the reconstruction exposes.",
        attack,
        (
            Setting("epsilon", "largest change of a pixel", None, least=0, most=1),
            Setting("kind", "one step or several", "fgsm", "word", choices=("fgsm", "iterated")),
            Setting(
                "loss",
                "lengths, or margin, which is 0 with its gradient where both margins hold",
                "lengths",
                "word",
                choices=("lengths", "margin"),
            ),
            Setting("targeted", "towards a class drawn at random", False, "flag"),
            Setting("steps", "of the iterated attack", 10, "whole", least=1, most=1000),
            Setting("seed", "of the classes to be read as", 0, "whole", least=0),
        ),
    ),
)
"""The experiments of this module."""
