"""The mean of several networks' weights, with a card that says whose."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from capsnet.config import CapsNetConfig
from capsnet.errors import CheckpointError
from capsnet.storage import checkpoints, model_card
from capsnet.storage.atomic_files import check_place, sha256, write_json
from capsnet.training.ancestry import behind, expect_at_rest, fingerprint
from capsnet.training.history import write_ancestry
from capsnet.training.run_folder import RUN


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
            `check_mean_place`.
        CheckpointError: for one that cannot be loaded, or is of another kind than the last.
        TrainingError: if the run in whose folder one lies cannot be read, or is at work.
    """
    paths, target = [Path(file) for file in files], Path(target)
    if len(paths) < 2 or target.resolve() in {path.resolve() for path in paths}:
        raise ValueError(
            "Expected at least two checkpoints, and another file to write their mean to. "
            f"Received: {', '.join(map(str, paths))}, and {target}"
        )
    check_mean_place(target)
    configs = [checkpoints.check(path) for path in paths]
    for path, config in zip(paths, configs, strict=True):
        expect_at_rest(path.parent)
        _check_alike(path, config, configs[-1])
    # Before they are loaded: a file replaced meanwhile is not to pass for the one that was read.
    entries = [behind(path, target, frozenset()) for path in paths]
    models = [checkpoints.load(path) for path in paths]
    model = models[-1]
    weights = [other.get_weights() for other in models]
    model.set_weights([np.mean(same, axis=0) for same in zip(*weights, strict=True)])
    *others, (last, histories) = entries
    target.parent.mkdir(parents=True, exist_ok=True)
    checkpoints.save(model, target)
    write_ancestry(target, histories)
    dataset = model_card.dataset_of(last.get("card") or {})
    card = {
        "name": target.stem,
        "checkpoint": fingerprint(target),
        "network": model.config.to_dict(),
        "start": last,
        "averaged_with": [entry for entry, _ in others],
        **({"training": {"dataset": dataset}} if dataset else {}),
        "epochs": 0,
        "best_epoch": 0,
        "date": datetime.date.today().isoformat(),
    }
    write_json(model_card.card_path(target), model_card.flattened(card))
    return target


def _check_alike(path: Path, config: CapsNetConfig, wanted: CapsNetConfig) -> None:
    for name in ("weight_shapes", "primary_activation", "routing", "rounds", "class_names"):
        if getattr(config, name) != getattr(wanted, name):
            raise CheckpointError(
                f"Expected {path} to have the last one's {name}, {getattr(wanted, name)}. "
                f"Received: {getattr(config, name)}"
            )


def check_mean_place(path: Path) -> None:
    """Check that a mean of networks may be written at a path, with its card beside it.

    Raises:
        ValueError: if it does not end in `.keras`, it is the shipped network's place (what ships
            is a run's, and measured) or in a run's folder, or anything but a mean is there.
    """
    check_place(path, ".keras")
    if path.resolve() == checkpoints.SHIPPED.resolve():
        raise ValueError(f"Expected another place than the shipped network's. Received: {path}")
    if (path.parent / RUN).exists():
        raise ValueError(f"Expected a place outside of a run's folder. Received: {path}")
    taken = [place for place in (path, model_card.card_path(path)) if place.exists()]
    if taken and not _is_mean(path):
        raise ValueError(
            f"Expected a new file, or a mean to replace. Received: {path}, where "
            f"{taken[0].name} is something else and would be lost"
        )


def _is_mean(path: Path) -> bool:
    """Whether there is a mean of networks, by the card beside it."""
    try:
        card = model_card.read_card(path)
        return "averaged_with" in card and model_card.is_of(card, sha256(path))
    except (CheckpointError, OSError):
        return False
