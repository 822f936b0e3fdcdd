"""Networks with their model card and history: a finished run's, published, or a mean of several."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from capsnet.analysis import misclassified
from capsnet.analysis.evaluation import evaluate
from capsnet.data.bundled import load_bundled
from capsnet.data.datasets import SOURCES, load_split
from capsnet.data.images import Digits, SplitName
from capsnet.errors import TrainingError
from capsnet.storage import checkpoints, model_card
from capsnet.storage.atomic_files import sha256, write_json
from capsnet.training import provenance, provenance_keeping, run_folder
from capsnet.training.ancestry import epochs, expect_at_rest, fingerprint, preset_name, started_from
from capsnet.training.history import write_ancestry
from capsnet.training_config import OF_DIGITS

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
    name: str | None = None,
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
        name: what the file is called; None for `capsnet-DATASET`.

    Returns:
        The checkpoint, `NAME.keras`; beside it lie `.json` (the card), `-history.csv`,
        `-history-1.csv` and so on if the run started from a checkpoint with a history, and, of a
        network of digits, `-misread.json` (the bundled digits that it reads wrongly).

    Raises:
        TrainingError: if `run` holds no run, a damaged one, one that has not finished an epoch, or
            one that a trainer is at work in.
        CheckpointError: if its best network cannot be loaded.
        DataError: if there is no data.
    """
    run = Path(run)
    expect_at_rest(run)
    network, training, history = run_folder.read_finished(run)
    folder = checkpoints.SHIPPED.parent if folder is None else Path(folder)
    ships = folder.resolve() == checkpoints.SHIPPED.parent.resolve()
    if ships and training.dataset != "mnist":
        raise TrainingError(
            "Expected a network trained on MNIST to ship, or another folder to write to. "
            f"Received: one trained on {training.dataset}"
        )
    title = SOURCES[training.dataset].title if training.dataset in SOURCES else training.dataset
    model = checkpoints.load(run / run_folder.BEST)
    folder.mkdir(parents=True, exist_ok=True)  # before what takes a minute
    splits: dict[str, Digits] = {name: load_split(name, data, training.dataset) for name in SPLITS}
    figures: dict[str, Any] = {n: evaluate(model, splits[n]).to_dict() for n in SPLITS[1:]}

    dataset = training.dataset if training.dataset in SOURCES else Path(training.dataset).stem
    target = folder / f"{name or f'capsnet-{dataset}'}.keras"
    origins = provenance.read(run)
    start, before = started_from(run, target)
    found = misclassified.find(model, load_bundled()) if training.dataset in OF_DIGITS else None
    # From here on only what is quick: the run may have started from what lies there, and of a
    # start that was replaced nothing is known if this is interrupted and done again.
    checkpoints.save(model, target)
    write_ancestry(target, [*before, history])
    if found is not None:
        misclassified.write(found, target, sha256(target))
    sizes: dict[str, Any] = {name: len(digits) for name, digits in splits.items()}
    card = {
        "name": target.stem,
        "checkpoint": fingerprint(target),
        "preset": preset_name(network, training),
        "network": network.to_dict(),
        "training": {**training.to_dict(), "start": start and start["file"]},
        "start": start,
        "parameters": model.count_params(),
        "data": {"name": title, "split": SPLIT_IN_WORDS, **sizes},
        **epochs(history),
        "seed": training.seed,
        "libraries": origins.get("libraries") or provenance_keeping.library_versions(),
        "machine": machine or origins.get("machine") or provenance_keeping.this_machine(),
        "date": datetime.date.today().isoformat(),
        "history": f"{target.stem}-history.csv",
        **figures,
    }
    write_json(model_card.card_path(target), model_card.flattened(card))
    return target
