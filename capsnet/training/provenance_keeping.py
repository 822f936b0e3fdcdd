"""Where a run comes from: the images it learns from, what it started with, what computes it.

Recorded in the run's folder as it begins. A run goes on with the images that it began with, or not
at all; and its model card names the machine that trained it, not the one that published it.
"""

from __future__ import annotations

import hashlib
import importlib
import platform
from pathlib import Path
from typing import Any

import keras

from capsnet.data.images import Digits
from capsnet.devices import accelerators
from capsnet.errors import TrainingError
from capsnet.storage.atomic_files import sha256, write_json
from capsnet.training.callbacks.monitor import writing
from capsnet.training.forecast import cores
from capsnet.training.provenance import file_of, read


def keep(
    folder: Path,
    train: Digits,
    validation: Digits,
    start: str | None,
    strategy: str = "single",
    data: str | None = None,
) -> None:
    """Record a run's origin in its folder, or check that its images are those it began with.

    How it divides its batches and finds its images is recorded as it is now.

    Args:
        folder: the run's.
        train: the images it learns from.
        validation: those that choose its best epoch.
        start: the checkpoint it starts from; None for none.
        strategy: how its batches are divided among devices, as the command line calls it.
        data: the path that its images were read from; None for where `datasets.load` looks.

    Raises:
        TrainingError: if it began with other images, or its record cannot be read or written.
    """
    images = {"train": _digest(train), "validation": _digest(validation)}
    before = read(folder)
    if not before:
        origin = {
            "images": images,
            "start": sha256(start) if start is not None and Path(start).is_file() else None,
            "libraries": library_versions(),
            "machine": this_machine(),
            "strategy": strategy,
            "data": data,
        }
        with writing(folder, 0):
            write_json(file_of(folder), origin)
    elif before.get("images") != images:
        raise TrainingError(
            f"Expected the images that the run in {folder} began with: "
            f"{_in_words(before.get('images'))}. Received: {_in_words(images)}. Name them with "
            "--data or CAPSNET_DATA, or start a new run in another folder."
        )
    elif (now := {**before, "strategy": strategy, "data": data}) != before:  # it goes on otherwise
        with writing(folder, 0):
            write_json(file_of(folder), now)


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that compute, by name."""
    names = ("keras", keras.backend.backend(), "numpy")
    versions = {name: importlib.import_module(name).__version__ for name in names}
    return {"python": platform.python_version(), **versions}


def this_machine() -> str:
    """The processor's model, the cores this process may use and the accelerators, in words."""
    return ", ".join([_processor(), f"{cores()} cores", *accelerators()])


def _processor() -> str:
    try:  # Linux tells the model here only
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration, IndexError):
        return platform.processor() or platform.machine()


def _digest(digits: Digits) -> dict[str, Any]:
    content = hashlib.sha256(digits.labels.astype("<i8").tobytes())
    content.update(digits.images.tobytes())
    return {"count": len(digits), "sha256": content.hexdigest()}


def _in_words(images: Any) -> str:
    try:
        train, validation = (images[name] for name in ("train", "validation"))
        return (
            f"{train['count']:,} ({train['sha256'][:8]}) and {validation['count']:,} for "
            f"validation ({validation['sha256'][:8]})"
        )
    except (KeyError, TypeError, ValueError):
        return "a damaged record"
