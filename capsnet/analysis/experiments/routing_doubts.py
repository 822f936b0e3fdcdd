"""Experiments about routing: other couplings on the same weights, parse trees, the negative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from capsnet.analysis.experiments.settings import Experiment, Setting, Subject, one_or_all
from capsnet.analysis.streaming import part, stream
from capsnet.config import MAX_ROUNDS

COUPLINGS = ("agreement", "uniform", "random", "shuffled")


def rounds(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.split_figures import figures, split_lengths

    wanted = values["rounds"]
    found = []
    for index, count in enumerate(wanted):
        lengths = split_lengths(
            subject.model,
            subject.pictures,
            rounds=count,
            watch=part(subject.watch, index, len(wanted)),
        )
        found.append(figures(lengths, subject.pictures.labels))
    return one_or_all(wanted, found)


def coupling(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.split_figures import figures, split_lengths

    kinds = values["kind"]
    found = []
    for index, kind in enumerate(kinds):
        lengths = split_lengths(
            subject.model,
            subject.pictures,
            rounds=subject.rounds,
            routing=_routing(kind, subject, values["seed"]),
            watch=part(subject.watch, index, len(kinds)),
        )
        found.append(figures(lengths, subject.pictures.labels))
    return one_or_all(kinds, found)


def _routing(kind: str, subject: Subject, seed: int) -> Any:
    from capsnet.routing.agreement import RoutingByAgreement
    from capsnet.routing.broken import mistaken
    from capsnet.routing.controls import RandomCoupling, ShuffledCoupling

    own = subject.model.digit_capsules.routing
    if not isinstance(own, RoutingByAgreement):
        raise ValueError(
            "Expected a network that routes by agreement, whose couplings can be exchanged. "
            f"Received: one with {type(own).__name__}"
        )
    if kind == "agreement":
        return own
    if kind == "uniform":
        return mistaken("uniform", own)
    other = RandomCoupling if kind == "random" else ShuffledCoupling
    return other(loop=own.loop, gradient=own.gradient, seed=seed)


def parents(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.parse_tree import parse_trees

    counted = parse_trees(subject.model, subject.pictures, subject.rounds, subject.watch)
    return counted.figures(subject.model.config.primary_maps)


def negative(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """See `EXPERIMENTS`."""
    from capsnet.analysis.forward import negated
    from capsnet.analysis.split_figures import figures, split_lengths

    labels = subject.pictures.labels
    watches = [part(subject.watch, index, 2) for index in range(2)]
    farthest = 0.0
    both = negated(subject.model, subject.rounds)
    for _, (upright, turned) in stream(subject.pictures, both, watch=watches[0]):
        farthest = max(farthest, float(np.abs(upright - turned).max()))
    photographic = split_lengths(
        subject.model,
        subject.pictures,
        rounds=subject.rounds,
        change=lambda images: 1 - images,
        watch=watches[1],
    )
    return {
        "largest_difference_of_lengths": farthest,
        "photographic_negative": figures(photographic, labels),
    }


EXPERIMENTS = (
    Experiment(
        "rounds",
        "The same weights with other numbers of routing rounds.",
        rounds,
        (
            Setting(
                "rounds",
                "how often to route",
                (1, 3, 5, 10),
                "whole",
                least=1,
                most=MAX_ROUNDS,
                many=True,
            ),
        ),
        own_rounds=True,
    ),
    Experiment(
        "coupling",
        "The same weights with couplings that no agreement chose: uniform, random, or routing's "
        "own in another order.",
        coupling,
        (
            Setting("kind", "which couplings", COUPLINGS, "word", choices=COUPLINGS, many=True),
            Setting("seed", "of chance", 0, "whole", least=0),
        ),
    ),
    Experiment(
        "parents",
        "Which digit capsule each primary capsule prefers, how stable the parse tree is, and which "
        "capsules are silent.",
        parents,
    ),
    Experiment(
        "negative",
        "All primary capsules are reversed, u to -u: no length may change. And the "
        "photographic negative, 1 - x.",
        negative,
    ),
)
"""The experiments of this module."""
