"""The model card beside a checkpoint: what the network is, where it comes from, how good it is."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from capsnet.errors import CheckpointError
from capsnet.storage.atomic_files import read_json
from capsnet.storage.checkpoints import place


def card_path(path: str | Path | None = None) -> Path:
    """Where the model card of the checkpoint at `path` (None: the shipped one) lies."""
    return place(path).with_suffix(".json")


def read_card(path: str | Path | None = None) -> dict[str, Any]:
    """The model card beside a checkpoint, its ancestry flat (see `flattened`).

    Args:
        path: the checkpoint; None for the shipped one.

    Raises:
        CheckpointError: if there is no card, or it is no JSON object.
    """
    card = card_path(path)
    try:
        values = read_json(card)
        if not isinstance(values, dict):
            raise ValueError(f"no JSON object but {str(values)[:40]}")
    except (OSError, ValueError) as error:
        raise CheckpointError(f"Expected a model card at {card}. Received: {error}") from error
    return flattened(values)


def is_of(card: Mapping[str, Any], fingerprint: str) -> bool:
    """Whether a model card is that of the checkpoint with this SHA-256."""
    told = card.get("checkpoint")
    return isinstance(told, dict) and told.get("sha256") == fingerprint


def dataset_of(card: Mapping[str, Any]) -> str | None:
    """The dataset that a model card's network was trained on; None if it does not say."""
    training = card.get("training")
    named = training.get("dataset") if isinstance(training, dict) else None
    return named if isinstance(named, str) else None


def usual_error(card: Mapping[str, Any]) -> float | None:
    """The squared error that 95 % of a network's validation images stay below.

    Returns:
        None where the card does not tell, as those of earlier versions.
    """
    told = card.get("validation")
    usual = told.get("usual_error") if isinstance(told, Mapping) else None
    return usual if isinstance(usual, float) else None


def flattened(card: Mapping[str, Any]) -> dict[str, Any]:
    """A card whose ancestry is a flat list.

    Networks come of one another in a graph: a mean has several parents, and parents have
    ancestors in common. So `start` and `averaged_with` name a checkpoint by its SHA-256, and
    `ancestors` holds each one's card once, the nearest first. Cards of earlier versions had them
    one within the other.

    Args:
        card: as it is written, or with cards within the entries of `start` and `averaged_with`.
    """
    ancestors: dict[str, dict[str, Any]] = {}

    def kept(entry: Any) -> Any:
        """An entry without its card, which goes to the list."""
        if not (isinstance(entry, Mapping) and isinstance(entry.get("sha256"), str)):
            return entry
        bare = {name: value for name, value in entry.items() if name != "card"}
        inner, digest = entry.get("card"), entry["sha256"]
        if isinstance(inner, Mapping) and digest not in ancestors:
            ancestors[digest] = {}  # its place is before those that come of it, and once
            ancestors[digest] = {**bare, "card": alone(inner)}
        return bare

    def alone(one: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in one.items() if name != "ancestors"}
        if "start" in told:
            told["start"] = kept(told["start"])
        if isinstance(told.get("averaged_with"), list):
            told["averaged_with"] = [kept(entry) for entry in told["averaged_with"]]
        for entry in one.get("ancestors") or []:
            kept(entry)
        return told

    flat = alone(card)
    return {**flat, "ancestors": list(ancestors.values())} if ancestors else flat


def start_of(card: Mapping[str, Any]) -> dict[str, Any] | None:
    """The card of the network that a card's own started from; None if it is not told.

    Returns:
        A card with the ancestors that are left, so that one can go on from it.
    """
    start = card.get("start")
    if not isinstance(start, Mapping):
        return None
    if isinstance(start.get("card"), Mapping):
        return dict(start["card"])
    ancestors = [one for one in card.get("ancestors") or [] if isinstance(one, Mapping)]
    for one in ancestors:
        if one.get("sha256") == start.get("sha256") and isinstance(one.get("card"), Mapping):
            return {**one["card"], "ancestors": [other for other in ancestors if other is not one]}
    return None


def epochs_trained(card: Mapping[str, Any]) -> int:
    """Epochs behind a model card's network, up to the one that was kept of each run.

    Those are its own run's and those of what each run started from; a start without a card counts
    as none.
    """
    start = start_of(card)
    return card["best_epoch"] + (epochs_trained(start) if start else 0)


LONGEST_FACT = 80
"""Characters of a fact: a card may be anybody's."""

FACTS = {
    "preset": ("preset",),
    "trained on": ("data", "name"),
    "weights": ("parameters",),
    "seed": ("seed",),
    "date": ("date",),
    "Keras": ("libraries", "keras"),
    "validation: share read rightly": ("validation", "accuracy"),
    "validation: squared error": ("validation", "reconstruction_error"),
    "validation: squared error of 95 %": ("validation", "usual_error"),
    "test: share read rightly": ("test", "accuracy"),
    "test: squared error": ("test", "reconstruction_error"),
}
"""Where a card says what is asked of it first."""


def facts(card: Mapping[str, Any]) -> dict[str, str]:
    """What a card says of a network, in a few words each; what it does not say is left out."""
    found: dict[str, str] = {}
    for words, path in FACTS.items():
        value: Any = card
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if isinstance(value, float):
            found[words] = f"{value:.4g}"
        elif isinstance(value, (int, str)):
            found[words] = str(value)[:LONGEST_FACT]
    with contextlib.suppress(LookupError, TypeError):
        found["epochs in all"] = str(epochs_trained(card))
    return found
