"""The labelled images that a network is measured on, numbered as its own classes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from capsnet.config import CapsNetConfig
from capsnet.data.datasets import load, load_split
from capsnet.data.images import Images, SplitName
from capsnet.data.prepare import Arrangement
from capsnet.errors import CheckpointError, DataError
from capsnet.storage import model_card
from capsnet.training import run_folder

LISTED = 10
"""Names of classes that a sentence lists."""

DIGITS = tuple(map(str, range(10)))


def split_images(
    arguments: argparse.Namespace,
    dataset: str,
    network: CapsNetConfig,
    how: Arrangement | None = None,
    more: SplitName | None = None,
) -> tuple[Images, str]:
    """The split, its classes numbered as the network's, and what was found in a file.

    Where the images are of classes that the network does not know, it says so, and what the
    network was trained on.

    Args:
        arguments: with `split`, `data` and `checkpoint`.
        dataset: its name or path.
        network: that is measured.
        how: what to do with the pictures of a file or folder; None for what its format says.
        more: a further split of the same dataset, in place of the arguments'; nothing more is
            said of it.

    Raises:
        DataError: if there is no data, it cannot be read, or the split is empty.
    """
    split = more or arguments.split
    is_bundled = (split, dataset, arguments.data) == ("validation", "mnist", None)
    found = None if is_bundled else load(dataset, arguments.data, how)
    own = (found.class_names if found else None) or DIGITS
    if more is None:
        _tell_other_classes(own, network.names, arguments.checkpoint)
    if found is None:
        return load_split("validation", None, dataset, how), ""
    images = found.as_classes(network.names).split(split)
    if not len(images):
        raise DataError(
            f"Expected images in the {split} split of {dataset}. Received: none; "
            f"{found.description}"
        )
    return images, found.description


def trained_on(checkpoint: Path | None) -> str:
    """The dataset, by the checkpoint's run or its model card; MNIST if neither says."""
    return _recorded(checkpoint) or "mnist"


def _recorded(checkpoint: Path | None) -> str | None:
    """The dataset, by the checkpoint's run or its model card; None if neither says."""
    if checkpoint is None:
        return "mnist"
    if (checkpoint.parent / run_folder.RUN).is_file():
        return run_folder.read_run(checkpoint.parent)[1].dataset
    try:
        return model_card.dataset_of(model_card.read_card(checkpoint))
    except CheckpointError:
        return None


def _tell_other_classes(own: Sequence[str], names: Sequence[str], checkpoint: Path | None) -> None:
    """Say what a network was trained on, where images are of classes that it does not know."""
    if not set(own) <= set(names):
        dataset = _recorded(checkpoint) or "what is not recorded"
        print(
            f"capsnet: The network was trained on {dataset}, with the classes {_listed(names)}. "
            f"These images are of others: {_listed(own)}.",
            file=sys.stderr,
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
