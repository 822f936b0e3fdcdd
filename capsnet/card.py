"""Publish a finished run: its best network, its model card and its history, side by side."""

from __future__ import annotations

import datetime
import importlib
import platform
from pathlib import Path
from typing import Any

import keras

from capsnet import checkpoints, misread, runs
from capsnet.config import OF_DIGITS, PRESETS, CapsNetConfig, TrainingConfig
from capsnet.data import Digits, SplitName, load_bundled
from capsnet.datasets import SOURCES, load_split
from capsnet.evaluation import evaluate
from capsnet.files import sha256, write_json
from capsnet.forecast import cores
from capsnet.history import read_ancestry, write_ancestry

SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")
SPLIT_IN_WORDS = (
    "validation: the first 500 images of each class in the training file (the first tenth where "
    "a class has fewer than 5,000); training: the rest; test: the test file"
)


def publish(
    run: str | Path,
    data: str | Path | None = None,
    folder: str | Path | None = None,
    machine: str | None = None,
) -> Path:
    """Write a run's best network with a card that says what it is and how good.

    The network was chosen by validation loss while it was trained; here it is measured on
    validation, and on test once, for the record.

    Args:
        run: the folder of a run, as `training.train` leaves it.
        data: the dataset's file; None looks where `datasets.load` looks.
        folder: where to write; None for `assets/checkpoints/`.
        machine: what the run was trained on, in words; None describes this machine.

    Returns:
        The checkpoint, `capsnet-DATASET.keras`; beside it lie `.json` (the card), `-history.csv`,
        `-history-1.csv` and so on if the run started from a checkpoint with a history, and, of a
        network of digits, `-misread.json` (the bundled digits that it reads wrongly).

    Raises:
        TrainingError: if `run` holds no run, or one that has not finished an epoch.
        CheckpointError: if its best network cannot be loaded.
        DataError: if there is no data.
    """
    run = Path(run)
    network, training, history = runs.read_finished(run)
    if folder is None and training.dataset != "mnist":
        raise runs.TrainingError(
            "Expected a network trained on MNIST to ship, or another folder to write to. "
            f"Received: one trained on {training.dataset}"
        )
    title = SOURCES[training.dataset].title if training.dataset in SOURCES else training.dataset
    model = checkpoints.load(run / runs.BEST)
    splits: dict[str, Digits] = {name: load_split(name, data, training.dataset) for name in SPLITS}
    figures: dict[str, Any] = {n: evaluate(model, splits[n]).to_dict() for n in SPLITS[1:]}

    dataset = training.dataset if training.dataset in SOURCES else Path(training.dataset).stem
    target = (checkpoints.SHIPPED.parent if folder is None else Path(folder)).joinpath(
        f"capsnet-{dataset}.keras"
    )
    start, before = _started_from(training.start, target)  # which may be replaced now
    target.parent.mkdir(parents=True, exist_ok=True)
    checkpoints.save(model, target)
    write_ancestry(target, [*before, history])
    if training.dataset in OF_DIGITS:
        misread.write(misread.find(model, load_bundled()), target)
    sizes: dict[str, Any] = {name: len(digits) for name, digits in splits.items()}
    card = {
        "name": target.stem,
        "checkpoint": _fingerprint(target),
        "preset": preset_name(network, training),
        "network": network.to_dict(),
        "training": {**training.to_dict(), "start": start and start["file"]},
        "start": start,
        "parameters": model.count_params(),
        "data": {"name": title, "split": SPLIT_IN_WORDS, **sizes},
        "epochs": len(history),
        "best_epoch": int([row["epoch"] for row in history if row["best"]][-1]),
        "seed": training.seed,
        "training_seconds": round(sum(row["seconds"] for row in history), 1),
        "libraries": library_versions(),
        "machine": machine or this_machine(),
        "date": datetime.date.today().isoformat(),
        "history": f"{target.stem}-history.csv",
        **figures,
    }
    write_json(checkpoints.card_path(target), card)
    return target


def preset_name(network: CapsNetConfig, training: TrainingConfig) -> str:
    """The preset that a run's settings are, or `"custom"`."""
    for name, preset in PRESETS.items():
        if (preset.network, preset.training) == (network, training):
            return name
    return "custom"


def _started_from(
    named: str | None, target: Path
) -> tuple[dict[str, Any] | None, list[list[dict[str, float]]]]:
    """The checkpoint that a run started from, with its card and its histories if it has them.

    A copy of what is at `target` has those that lie there.
    """
    if named is None:
        return None, []
    start = Path(named)
    if not start.is_file():
        return {"file": start.name}, []
    of_start = _fingerprint(start)
    if target.is_file() and sha256(target) == of_start["sha256"]:
        start = target
    try:
        card = checkpoints.read_card(start)
    except checkpoints.CheckpointError:
        card = None
    return {**of_start, "card": card}, read_ancestry(start)


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that compute, by name."""
    names = ("keras", keras.backend.backend(), "numpy")
    versions = {name: importlib.import_module(name).__version__ for name in names}
    return {"python": platform.python_version(), **versions}


def this_machine() -> str:
    """The processor's model and the cores this process may use, in words."""
    return f"{_processor()}, {cores()} cores"


def _processor() -> str:
    try:  # Linux tells the model here only
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration, IndexError):
        return platform.processor() or platform.machine()


def _fingerprint(path: Path) -> dict[str, Any]:
    """What tells a checkpoint from another one."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
