"""Two digits on one sheet, over a split: are both found?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from capsnet.analysis import overlap
from capsnet.analysis.experiments.settings import Experiment, Setting, Subject
from capsnet.analysis.streaming import BATCH


def pairs(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.forward import digit_capsules

    pictures, labels = subject.pictures, subject.pictures.labels
    chosen = overlap.draw_pairs(labels, values["pixels"], np.random.default_rng(values["seed"]))
    forward = digit_capsules(subject.model, subject.rounds)
    lengths = np.zeros((len(pictures), subject.model.config.num_classes), np.float32)
    for start in range(0, len(pictures), BATCH):
        place = np.arange(start, min(start + BATCH, len(pictures)))
        layers = [pictures[place].pixels(), pictures[chosen.second[place]].pixels()]
        moved = [
            np.stack(
                [
                    overlap.move(image, *chosen.shifts[at, layer])
                    for at, image in zip(place, images, strict=True)
                ]
            )
            for layer, images in enumerate(layers)
        ]
        sheets = overlap.laid_over(*moved)
        lengths[place] = forward(sheets).lengths
        subject.watch(int(place[-1]) + 1, len(pictures))
    second = labels[chosen.second]
    each = np.arange(len(labels))
    longest = lengths.argmax(-1)
    return {
        "share_both_found": float(overlap.both_found(lengths, labels, second).mean()),
        "share_longest_is_one_of_them": float(((longest == labels) | (longest == second)).mean()),
        "mean_length_of_both": float((lengths[each, labels] + lengths[each, second]).mean() / 2),
        "share_both_above_half": float(
            ((lengths[each, labels] > 0.5) & (lengths[each, second] > 0.5)).mean()
        ),
    }


EXPERIMENTS = (
    Experiment(
        "two-digits",
        "Every digit has one of another class laid over it, both moved by chance: are the two "
        "longest capsules theirs? (The paper's network, trained on such pairs, errs on 5 %.)",
        pairs,
        (
            Setting("pixels", "largest shift along each axis", 4, "whole", least=0, most=1000),
            Setting("seed", "of the pairs and shifts", 0, "whole", least=0),
        ),
    ),
)
"""The experiments of this module."""
