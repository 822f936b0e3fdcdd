"""Save and load a network together with its model card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from capsnet.config import CapsNetConfig
from capsnet.errors import first_line
from capsnet.files import check_place, read_json, replacing, sha256
from capsnet.runs import RUN
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
        CheckpointError: for a missing, truncated or foreign file, or a network whose answers are
            no numbers.
    """
    path, config = place(path), check(path)
    from capsnet.model import CapsNet

    try:
        model = CapsNet(config)
        model.load_weights(path)
    except Exception as error:  # Keras raises many kinds for a damaged file
        raise CheckpointError(
            f"Expected a complete CapsNet checkpoint at {path}. "
            f"Received: a file that Keras cannot load ({first_line(error)})."
        ) from error
    _check_answer(model, path)
    return model


def _check_answer(model: CapsNet, path: Path) -> None:
    """Check that a network answers with numbers: finite weights may be too large to compute with.

    Raises:
        CheckpointError: if it does not.
    """
    grey = np.full((1, *model.config.image_shape), 0.5, np.float32)
    traced = model.trace(grey)
    if not (np.isfinite(traced.lengths).all() and np.isfinite(traced.reconstruction).all()):
        raise CheckpointError(
            f"Expected a CapsNet checkpoint at {path} that answers with numbers. "
            "Received: one whose answer to a grey picture is not finite: its weights are too large."
        )


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


def check_mean_place(path: Path) -> None:
    """Check that a mean of networks may be written at a path, with its card beside it.

    Raises:
        ValueError: if it does not end in `.keras`, it is the shipped network's place (what ships
            is a run's, and measured) or in a run's folder, or anything but a mean is there.
    """
    check_place(path, ".keras")
    if path.resolve() == SHIPPED.resolve():
        raise ValueError(f"Expected another place than the shipped network's. Received: {path}")
    if (path.parent / RUN).exists():
        raise ValueError(f"Expected a place outside of a run's folder. Received: {path}")
    taken = [place for place in (path, card_path(path)) if place.exists()]
    if taken and not _is_mean(path):
        raise ValueError(
            f"Expected a new file, or a mean to replace. Received: {path}, where "
            f"{taken[0].name} is something else and would be lost"
        )


def _is_mean(path: Path) -> bool:
    """Whether there is a mean of networks, by the card beside it."""
    try:
        card = read_card(path)
        return "averaged_with" in card and is_of(card, sha256(path))
    except (CheckpointError, OSError):
        return False


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
