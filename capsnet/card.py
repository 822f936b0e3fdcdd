"""Networks with their model card and history: a finished run's, published, or a mean of several."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from capsnet import checkpoints, misread, origin, record, runs
from capsnet.config import AUTO, OF_DIGITS, PRESETS, CapsNetConfig, TrainingConfig
from capsnet.data import Digits, SplitName, load_bundled
from capsnet.datasets import SOURCES, load_split
from capsnet.evaluation import evaluate
from capsnet.files import sha256, write_json
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

    The network was chosen on validation while it was trained, by its loss or margin loss
    (`keep_by`); here it is measured on validation, and on test once, for the record.

    Args:
        run: the folder of a run, as `training.train` leaves it.
        data: the dataset's file; None looks where `datasets.load` looks.
        folder: where to write; None for `assets/checkpoints/`.
        machine: what the run was trained on, in words; None for what the run has recorded, or
            else this machine.

    Returns:
        The checkpoint, `capsnet-DATASET.keras`; beside it lie `.json` (the card), `-history.csv`,
        `-history-1.csv` and so on if the run started from a checkpoint with a history, and, of a
        network of digits, `-misread.json` (the bundled digits that it reads wrongly).

    Raises:
        TrainingError: if `run` holds no run, a damaged one, one that has not finished an epoch, or
            one that a trainer is at work in.
        CheckpointError: if its best network cannot be loaded.
        DataError: if there is no data.
    """
    run = Path(run)
    _expect_at_rest(run)
    network, training, history = runs.read_finished(run)
    folder = checkpoints.SHIPPED.parent if folder is None else Path(folder)
    ships = folder.resolve() == checkpoints.SHIPPED.parent.resolve()
    if ships and training.dataset != "mnist":
        raise runs.TrainingError(
            "Expected a network trained on MNIST to ship, or another folder to write to. "
            f"Received: one trained on {training.dataset}"
        )
    title = SOURCES[training.dataset].title if training.dataset in SOURCES else training.dataset
    model = checkpoints.load(run / runs.BEST)
    folder.mkdir(parents=True, exist_ok=True)  # before what takes a minute
    splits: dict[str, Digits] = {name: load_split(name, data, training.dataset) for name in SPLITS}
    figures: dict[str, Any] = {n: evaluate(model, splits[n]).to_dict() for n in SPLITS[1:]}

    dataset = training.dataset if training.dataset in SOURCES else Path(training.dataset).stem
    target = folder / f"capsnet-{dataset}.keras"
    origins = record.read(run)
    start, before = _started_from(run, target)
    found = misread.find(model, load_bundled()) if training.dataset in OF_DIGITS else None
    # From here on only what is quick: the run may have started from what lies there, and of a
    # start that was replaced nothing is known if this is interrupted and done again.
    checkpoints.save(model, target)
    write_ancestry(target, [*before, history])
    if found is not None:
        misread.write(found, target, sha256(target))
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
        **_epochs(history),
        "seed": training.seed,
        "libraries": origins.get("libraries") or origin.library_versions(),
        "machine": machine or origins.get("machine") or origin.this_machine(),
        "date": datetime.date.today().isoformat(),
        "history": f"{target.stem}-history.csv",
        **figures,
    }
    write_json(checkpoints.card_path(target), card)
    return target


def average(files: Sequence[str | Path], target: str | Path) -> Path:
    """Write the mean of networks' weights, with a card that says whose.

    Networks that came of one another lie near each other, and their mean often reads better than
    each (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better
    Generalization"). That of networks trained from different first weights reads nothing.

    Args:
        files: at least two checkpoints, the last of which is the one to go on from.
        target: the `.keras` file to write.

    Returns:
        `target`; beside it lie `.json`, its card, and the histories behind the last one.

    Raises:
        ValueError: for fewer than two, a target among them, or one that is not to be written; see
            `checkpoints.check_mean_place`.
        CheckpointError: for one that cannot be loaded, or is of another kind than the last.
        TrainingError: if the run in whose folder one lies cannot be read, or is at work.
    """
    paths, target = [Path(file) for file in files], Path(target)
    if len(paths) < 2 or target.resolve() in {path.resolve() for path in paths}:
        raise ValueError(
            "Expected at least two checkpoints, and another file to write their mean to. "
            f"Received: {', '.join(map(str, paths))}, and {target}"
        )
    checkpoints.check_mean_place(target)
    configs = [checkpoints.check(path) for path in paths]
    for path, config in zip(paths, configs, strict=True):
        _expect_at_rest(path.parent)
        _check_alike(path, config, configs[-1])
    # Before they are loaded: a file replaced meanwhile is not to pass for the one that was read.
    entries = [_behind(path, target, frozenset()) for path in paths]
    models = [checkpoints.load(path) for path in paths]
    model = models[-1]
    weights = [other.get_weights() for other in models]
    model.set_weights([np.mean(same, axis=0) for same in zip(*weights, strict=True)])
    *others, (last, histories) = entries
    target.parent.mkdir(parents=True, exist_ok=True)
    checkpoints.save(model, target)
    write_ancestry(target, histories)
    dataset = checkpoints.dataset_of(last.get("card") or {})
    card = {
        "name": target.stem,
        "checkpoint": _fingerprint(target),
        "network": model.config.to_dict(),
        "start": last,
        "averaged_with": [entry for entry, _ in others],
        **({"training": {"dataset": dataset}} if dataset else {}),
        "epochs": 0,
        "best_epoch": 0,
        "date": datetime.date.today().isoformat(),
    }
    write_json(checkpoints.card_path(target), card)
    return target


def _expect_at_rest(run: Path) -> None:
    if runs.at_work(run):
        raise runs.TrainingError(
            f"Expected a run that is not at work. Received: {run}, which a trainer is in; stop it."
        )


def _check_alike(path: Path, config: CapsNetConfig, wanted: CapsNetConfig) -> None:
    for name in ("weight_shapes", "primary_activation", "rounds", "class_names"):
        if getattr(config, name) != getattr(wanted, name):
            raise checkpoints.CheckpointError(
                f"Expected {path} to have the last one's {name}, {getattr(wanted, name)}. "
                f"Received: {getattr(config, name)}"
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


def _started_from(
    run: Path, target: Path, after: frozenset[Path] = frozenset()
) -> tuple[dict[str, Any] | None, list[list[dict[str, float]]]]:
    """The checkpoint that a run started from, as `_behind` tells it.

    Of a file that is gone, or has been replaced since, its name is all there is to say, unless
    what has replaced it at `target` began from it too: the same run, published once more.
    """
    named = runs.read_run(run)[1].start
    if named is None:
        return None, []
    start, at_first = Path(named), record.read(run).get("start")
    if not start.is_file() or (at_first is not None and sha256(start) != at_first):
        gone = {"file": start.name, **({"sha256": at_first} if at_first else {})}
        return _told_at(target, at_first) or (gone, [])
    return _behind(start, target, after | {run.resolve()})


def _told_at(
    target: Path, digest: str | None
) -> tuple[dict[str, Any], list[list[dict[str, float]]]] | None:
    """The start of the network at `target`, and what is behind it; None if it began elsewhere."""
    try:
        card = checkpoints.read_card(target)
    except checkpoints.CheckpointError:
        return None
    start = card.get("start")
    if digest is None or not isinstance(start, dict) or start.get("sha256") != digest:
        return None
    is_its_card = target.is_file() and checkpoints.is_of(card, sha256(target))
    return (start, read_ancestry(target)[:-1]) if is_its_card else None


def _behind(
    start: Path, target: Path, after: frozenset[Path]
) -> tuple[dict[str, Any], list[list[dict[str, float]]]]:
    """A checkpoint with its record and the histories behind it.

    Its record is the model card beside it, or what the run says in whose folder it lies. A copy
    of what is at `target` has those that lie there.
    """
    of_start = _fingerprint(start)
    if target.is_file() and sha256(target) == of_start["sha256"]:
        start = target
    elif (start.parent / runs.RUN).is_file() and (start.name == runs.BEST or _is_end(start)):
        if start.parent.resolve() in after:  # written anew since, from what came of it
            return of_start, []
        record, histories = _record(start.parent, target, after)
        if start.name == runs.INTERRUPTED:
            record["best_epoch"] = record["epochs"]  # not the best epoch's network, but the last's
        return {**of_start, "card": record}, histories
    try:
        card = checkpoints.read_card(start)
    except checkpoints.CheckpointError:
        card = None
    if card is not None and not checkpoints.is_of(card, of_start["sha256"]):
        return {**of_start, "card": None}, []  # of what lay there before
    return {**of_start, "card": card}, read_ancestry(start)


def _is_end(path: Path) -> bool:
    """Whether a file is what a run was stopped with, after at least one epoch and not gone on."""
    last = path.with_name(runs.LAST)
    stopped = path.name == runs.INTERRUPTED and last.is_file()
    return stopped and path.stat().st_mtime_ns >= last.stat().st_mtime_ns


def _record(
    run: Path, target: Path, after: frozenset[Path]
) -> tuple[dict[str, Any], list[list[dict[str, float]]]]:
    """What a model card tells of a run that was not published, and all histories up to its own."""
    network, training, history = runs.read_finished(run)
    start, before = _started_from(run, target, after)
    record = {
        "preset": preset_name(network, training),
        "training": {**training.to_dict(), "start": start and start["file"]},
        "start": start,
        **_epochs(history),
        "seed": training.seed,
    }
    return record, [*before, history]


def _epochs(history: list[dict[str, float]]) -> dict[str, Any]:
    return {
        "epochs": len(history),
        "best_epoch": int([row["epoch"] for row in history if row["best"]][-1]),
        "training_seconds": round(sum(row["seconds"] for row in history), 1),
    }


def _fingerprint(path: Path) -> dict[str, Any]:
    """What tells a checkpoint from another one."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
