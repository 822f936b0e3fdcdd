"""All experiments by name."""

from __future__ import annotations

from collections.abc import Mapping

from capsnet.analysis.experiments import (
    attacking,
    looking,
    overlapping,
    routing_doubts,
    transforming,
)
from capsnet.analysis.experiments.settings import Experiment

EXPERIMENTS: Mapping[str, Experiment] = {
    one.name: one
    for module in (transforming, routing_doubts, attacking, overlapping, looking)
    for one in module.EXPERIMENTS
}
"""The experiments by name, in the order in which the command line lists them."""


def find(name: str) -> Experiment:
    """The experiment of a name.

    Raises:
        ValueError: if there is none.
    """
    if name not in EXPERIMENTS:
        raise ValueError(f"Expected an experiment: {', '.join(EXPERIMENTS)}. Received: {name!r}")
    return EXPERIMENTS[name]
