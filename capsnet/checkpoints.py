"""Save and load a network together with its model card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capsnet.config import CapsNetConfig
from capsnet.errors import first_line
from capsnet.files import replacing
from capsnet.untrusted import CheckpointError as CheckpointError
from capsnet.untrusted import inspect

if TYPE_CHECKING:  # TensorFlow is loaded when a network is
    from capsnet.model import CapsNet

SHIPPED = Path(__file__).parent.parent / "assets" / "checkpoints" / "capsnet-mnist.keras"


def load(path: str | Path | None = None) -> CapsNet:
    """Load a network from a `.keras` file written by this package.

    Nothing that the file names is looked up or executed: a network of ours is built from its
    config, which is plain data, and takes the file's arrays for weights.

    Args:
        path: the file; None for the shipped checkpoint.

    Returns:
        The network, computing in float32, not compiled for training.

    Raises:
        CheckpointError: for a missing, truncated or foreign file.
    """
    path, config = place(path), check(path)
    from capsnet.model import CapsNet

    try:
        model = CapsNet(config)
        model.load_weights(path)
        return model
    except Exception as error:  # Keras raises many kinds for a damaged file
        raise CheckpointError(
            f"Expected a complete CapsNet checkpoint at {path}. "
            f"Received: a file that Keras cannot load ({first_line(error)})."
        ) from error


def check(path: str | Path | None = None) -> CapsNetConfig:
    """The config of the network in a `.keras` file, once the file has passed as one of ours.

    It takes no TensorFlow, so that a wrong file is told at once.

    Args:
        path: the file; None for the shipped checkpoint.

    Raises:
        CheckpointError: for a missing, truncated or foreign file.
    """
    path = place(path)
    if not path.is_file():
        hint = "restore assets/checkpoints/ or train one with `python -m capsnet train`"
        raise CheckpointError(f"Expected a checkpoint at {path}. Received: no such file; {hint}.")
    return inspect(path)


def place(path: str | Path | None = None) -> Path:
    """Where a checkpoint lies: at `path`, or (None) where the shipped one does."""
    return SHIPPED if path is None else Path(path)


def save(model: CapsNet, path: str | Path) -> None:
    """Write a network's config and weights, without optimizer state, to a `.keras` file.

    The file appears whole or not at all: it is written beside its place and renamed.

    Args:
        model: the network, compiled or not.
        path: the file to write, ending in `.keras`.
    """
    bare = type(model)(model.config)
    bare.set_weights(model.get_weights())
    with replacing(path) as temporary:
        bare.save(temporary)


def card_path(path: str | Path | None = None) -> Path:
    """Where the model card of the checkpoint at `path` (None: the shipped one) lies."""
    return place(path).with_suffix(".json")


def read_card(path: str | Path | None = None) -> dict[str, Any]:
    """The model card beside a checkpoint.

    Args:
        path: the checkpoint; None for the shipped one.

    Raises:
        CheckpointError: if there is no card, or it is not JSON.
    """
    card = card_path(path)
    try:
        return json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"Expected a model card at {card}. Received: {error}") from error


def epochs_trained(card: Mapping[str, Any]) -> int:
    """Epochs behind a model card's network, up to the one that was kept of each run.

    Those are its own run's and those of what each run started from; a start without a card counts
    as none.
    """
    start = (card.get("start") or {}).get("card")
    return card["best_epoch"] + (epochs_trained(start) if start else 0)
