"""The model card beside a checkpoint: what the network is, where it comes from, how good it is."""

from __future__ import annotations

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
    """The model card beside a checkpoint.

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
    return values


def is_of(card: Mapping[str, Any], fingerprint: str) -> bool:
    """Whether a model card is that of the checkpoint with this SHA-256."""
    told = card.get("checkpoint")
    return isinstance(told, dict) and told.get("sha256") == fingerprint


def dataset_of(card: Mapping[str, Any]) -> str | None:
    """The dataset that a model card's network was trained on; None if it does not say."""
    training = card.get("training")
    named = training.get("dataset") if isinstance(training, dict) else None
    return named if isinstance(named, str) else None


def epochs_trained(card: Mapping[str, Any]) -> int:
    """Epochs behind a model card's network, up to the one that was kept of each run.

    Those are its own run's and those of what each run started from; a start without a card counts
    as none.
    """
    start = (card.get("start") or {}).get("card")
    return card["best_epoch"] + (epochs_trained(start) if start else 0)
