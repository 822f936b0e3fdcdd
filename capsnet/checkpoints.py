"""Save and load a network together with its model card."""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from capsnet.model import CapsNet

SHIPPED = Path(__file__).parent.parent / "assets" / "checkpoints" / "capsnet-mnist.keras"


class CheckpointError(Exception):
    """A checkpoint that cannot be used; the message says why and what to do."""


def load(path: str | Path | None = None) -> CapsNet:
    """Load a network from a `.keras` file written by this package.

    Nothing in the file is executed (Keras's safe mode); only this package's layers are built.

    Args:
        path: the file; None for the shipped checkpoint.

    Returns:
        The network, computing in float32, not compiled for training.

    Raises:
        CheckpointError: for a missing, truncated or foreign file.
    """
    path = SHIPPED if path is None else Path(path)
    if not path.is_file():
        hint = "restore assets/checkpoints/ or train one with `python -m capsnet train`"
        raise CheckpointError(f"Expected a checkpoint at {path}. Received: no such file; {hint}.")
    _check_is_capsnet(path)
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises many kinds for a damaged file
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else "no reason"
        raise CheckpointError(
            f"Expected a complete CapsNet checkpoint at {path}. "
            f"Received: a file that Keras cannot load ({reason})."
        ) from error


def save(model: CapsNet, path: str | Path) -> None:
    """Write a network's config and weights, without optimizer state, to a `.keras` file.

    The file appears whole or not at all: it is written beside its place and renamed.

    Args:
        model: the network, compiled or not.
        path: the file to write, ending in `.keras`.
    """
    bare = CapsNet(model.config)
    bare.set_weights(model.get_weights())
    with replacing(path) as temporary:
        bare.save(temporary)


def card_path(path: str | Path | None = None) -> Path:
    """Where the model card of the checkpoint at `path` (None: the shipped one) lies."""
    return (SHIPPED if path is None else Path(path)).with_suffix(".json")


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


def write_json(path: str | Path, values: dict[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


@contextlib.contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a path beside `path`; on success the file written there takes its place."""
    path = Path(path)
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _check_is_capsnet(path: Path) -> None:
    expected = f"Expected a CapsNet checkpoint (.keras) at {path}."
    try:
        with zipfile.ZipFile(path) as archive:
            config = json.loads(archive.read("config.json"))
            kind = config.get("registered_name") or config.get("class_name")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, AttributeError) as error:
        raise CheckpointError(
            f"{expected} Received: a truncated file, or one of another kind ({error})."
        ) from error
    if kind != "capsnet>CapsNet":
        raise CheckpointError(f"{expected} Received: a Keras model of the kind {kind!r}.")
