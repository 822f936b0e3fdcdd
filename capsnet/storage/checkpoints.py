"""Save and load a network together with its model card."""

from __future__ import annotations

import contextlib
import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capsnet.assets import ASSETS
from capsnet.config import CapsNetConfig
from capsnet.errors import CheckpointError, first_line, no_file
from capsnet.storage.atomic_files import replacing
from capsnet.storage.checkpoint_safety import inspect
from capsnet.tensorflow_startup import load_tensorflow_quietly

if TYPE_CHECKING:  # TensorFlow is loaded when a network is
    from capsnet.network.model import CapsNet

SHIPPED = ASSETS / "checkpoints" / "capsnet-mnist.keras"
SHIPPED_FOR_SETS = ASSETS / "checkpoints" / "capsnet-mnist-sets.keras"
"""The second network that ships. It learned from none, one and two digits at a time, so it knows
when there is none; it reads and redraws single digits slightly worse."""


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
    load_tensorflow_quietly()
    from capsnet.network.model import CapsNet

    try:
        model = CapsNet(config)
        with _with_todays_names(path) as weights:
            model.load_weights(weights)
    except Exception as error:  # Keras raises many kinds for a damaged file
        raise CheckpointError(
            f"Expected a complete CapsNet checkpoint at {path}. "
            f"Received: a file that Keras cannot load ({first_line(error)})."
        ) from error
    _check_answer(model, path)
    return model


@contextlib.contextmanager
def _with_todays_names(path: Path) -> Iterator[Path]:
    """The file to read weights from: `path`, or a copy in which the decoder's have today's names.

    Between 012efda and 27a34fb a property of the decoder listed its layers, and Keras, which names
    weights by the first attribute that has them, saved them below `dense_layers`.
    """
    import h5py

    earlier = "decoder/dense_layers"
    with zipfile.ZipFile(path) as archive:
        raw = archive.read("model.weights.h5")
    with h5py.File(io.BytesIO(raw), "r") as file:
        is_renamed = earlier in file
    if not is_renamed:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "renamed.weights.h5"
        copy.write_bytes(raw)
        with h5py.File(copy, "r+") as file:
            layers = sorted(file[earlier], key=lambda name: (len(name), name))  # dense, dense_1, …
            file.require_group("decoder/hidden")
            for name in layers[:-1]:
                file.move(f"{earlier}/{name}", f"decoder/hidden/{name}")
            file.move(f"{earlier}/{layers[-1]}", "decoder/pixels")
        yield copy


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

    It takes no TensorFlow, so a wrong file is reported at once.

    Args:
        path: the file; None for the shipped checkpoint.

    Raises:
        CheckpointError: for a missing, truncated or foreign file.
    """
    path = place(path)
    if path.is_dir():
        raise CheckpointError(f"Expected a checkpoint at {path}. Received: {_in_folder(path)}.")
    if not path.is_file():
        hint = "restore assets/checkpoints/ or train one with `python -m capsnet train`"
        found = no_file(path) if path.exists() else f"no such file; {hint}"
        raise CheckpointError(f"Expected a checkpoint at {path}. Received: {found}.")
    return inspect(path)


def _in_folder(path: Path) -> str:
    """A folder, in words: which checkpoints are in it."""
    inside = sorted(file.name for file in path.glob("*.keras"))
    if not inside:
        return "a folder without any .keras file"
    named = "best.keras" if "best.keras" in inside else inside[0]
    return f"a folder; name the file in it, such as {path / named}"


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
