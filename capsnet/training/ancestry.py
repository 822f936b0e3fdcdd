"""What a network came of: the runs and checkpoints before it, and their histories."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from capsnet.config import CapsNetConfig
from capsnet.errors import CheckpointError, TrainingError
from capsnet.presets import PRESETS
from capsnet.storage import model_card
from capsnet.storage.atomic_files import sha256
from capsnet.training import provenance, run_folder
from capsnet.training.history import read_ancestry
from capsnet.training_config import AUTO, TrainingConfig


def expect_at_rest(run: Path) -> None:
    """Check that no trainer is at work in a run's folder.

    Raises:
        TrainingError: if one is.
    """
    if run_folder.at_work(run):
        raise TrainingError(
            f"Expected a run that is not at work. Received: {run}, which a trainer is in; stop it."
        )


def preset_name(network: CapsNetConfig, training: TrainingConfig) -> str:
    """The preset that a run's settings are, or `"custom"`.

    A dataset's own names for its classes make no other preset, nor the type of the convolutions
    that a machine has chosen where the preset leaves it to the machine.
    """
    network = dataclasses.replace(network, class_names=None)
    for name, preset in PRESETS.items():
        chosen = training
        if preset.training.conv_dtype == AUTO:
            chosen = dataclasses.replace(training, conv_dtype=AUTO)
        if (preset.network, preset.training) == (network, chosen):
            return name
    return "custom"


def started_from(
    run: Path, target: Path, after: frozenset[Path] = frozenset()
) -> tuple[dict[str, Any] | None, list[list[dict[str, float]]]]:
    """The checkpoint that a run started from, as `behind` tells it.

    Of a file that is gone, or has been replaced since, its name is all there is to say, unless
    what has replaced it at `target` began from it too: the same run, published once more.
    """
    named = run_folder.read_run(run)[1].start
    if named is None:
        return None, []
    start, at_first = Path(named), provenance.read(run).get("start")
    if not start.is_file() or (at_first is not None and sha256(start) != at_first):
        gone = {"file": start.name, **({"sha256": at_first} if at_first else {})}
        return _told_at(target, at_first) or (gone, [])
    return behind(start, target, after | {run.resolve()})


def _told_at(
    target: Path, digest: str | None
) -> tuple[dict[str, Any], list[list[dict[str, float]]]] | None:
    """The start of the network at `target`, and what is behind it; None if it began elsewhere."""
    try:
        card = model_card.read_card(target)
    except CheckpointError:
        return None
    start = card.get("start")
    if digest is None or not isinstance(start, dict) or start.get("sha256") != digest:
        return None
    is_its_card = target.is_file() and model_card.is_of(card, sha256(target))
    told = {**start, "card": model_card.start_of(card)}
    return (told, read_ancestry(target)[:-1]) if is_its_card else None


def behind(
    start: Path, target: Path, after: frozenset[Path]
) -> tuple[dict[str, Any], list[list[dict[str, float]]]]:
    """A checkpoint with its record and the histories behind it.

    Its record is the model card beside it, or what the run says in whose folder it lies. A copy
    of what is at `target` has those that lie there.
    """
    of_start = fingerprint(start)
    if target.is_file() and sha256(target) == of_start["sha256"]:
        start = target
    elif (start.parent / run_folder.RUN).is_file() and (
        start.name == run_folder.BEST or _is_end(start)
    ):
        if start.parent.resolve() in after:  # written anew since, from what came of it
            return of_start, []
        record, histories = _record(start.parent, target, after)
        if start.name == run_folder.INTERRUPTED:
            record["best_epoch"] = record["epochs"]  # not the best epoch's network, but the last's
        return {**of_start, "card": record}, histories
    try:
        card = model_card.read_card(start)
    except CheckpointError:
        card = None
    if card is not None and not model_card.is_of(card, of_start["sha256"]):
        return {**of_start, "card": None}, []  # of what lay there before
    return {**of_start, "card": card}, read_ancestry(start)


def _is_end(path: Path) -> bool:
    """Whether a file is what a run was stopped with, after at least one epoch and not gone on."""
    last = path.with_name(run_folder.LAST)
    stopped = path.name == run_folder.INTERRUPTED and last.is_file()
    return stopped and path.stat().st_mtime_ns >= last.stat().st_mtime_ns


def _record(
    run: Path, target: Path, after: frozenset[Path]
) -> tuple[dict[str, Any], list[list[dict[str, float]]]]:
    """What a model card tells of a run that was not published, and all histories up to its own."""
    network, training, history = run_folder.read_finished(run)
    start, before = started_from(run, target, after)
    record = {
        "preset": preset_name(network, training),
        "training": {**training.to_dict(), "start": start and start["file"]},
        "start": start,
        **epochs(history),
        "seed": training.seed,
    }
    return record, [*before, history]


def epochs(history: list[dict[str, float]]) -> dict[str, Any]:
    """How many epochs a history has, which one was kept, and the seconds they took."""
    return {
        "epochs": len(history),
        "best_epoch": int([row["epoch"] for row in history if row["best"]][-1]),
        "training_seconds": round(sum(row["seconds"] for row in history), 1),
    }


def fingerprint(path: Path) -> dict[str, Any]:
    """What tells a checkpoint from another one."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
