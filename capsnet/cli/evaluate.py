"""Measure a network on a split: accuracy, losses and confusion matrix, or a suite's table."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from capsnet.cli.arguments import (
    add_arrangement,
    add_checkpoint,
    add_dataset,
    add_json,
    add_rounds,
    add_split,
    arrangement,
    check_reads_digits,
    counted,
    one_of,
)
from capsnet.config import CapsNetConfig, check_rounds
from capsnet.data.datasets import load, load_split
from capsnet.data.images import Images
from capsnet.errors import CheckpointError, DataError
from capsnet.storage import checkpoints, model_card
from capsnet.tensorflow_startup import load_tensorflow_quietly
from capsnet.training import run_folder
from capsnet.training.provenance import bundled_were_in

LISTED = 10
"""Names of classes that a sentence lists."""

HELP = "measure a network on a split"

SUITES = ("single", "two", "none")
"""Those of `capsnet.analysis.suites`, which loads TensorFlow."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which network, and on what."""
    add_checkpoint(parser)
    add_split(parser, "train (MNIST's other 55,000)")
    parser.add_argument(
        "--suite",
        type=one_of(SUITES),
        metavar="SUITE",
        help="single: one digit; two: each overlaid with another, moved by up to 4 pixels; none: "
        "pictures of no digit, of kinds that no training has seen but for textures",
    )
    add_rounds(parser)
    add_dataset(parser, "what the network was trained on, or mnist if that is not known")
    add_arrangement(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    """Print a network's figures on a split."""
    config = checkpoints.check(arguments.checkpoint)
    rounds = check_rounds(config.rounds if arguments.rounds is None else arguments.rounds)
    dataset = arguments.dataset or trained_on(arguments.checkpoint)
    if arguments.suite is not None:
        _check_suite(arguments, config)
    digits = _images(arguments, dataset, config.names)
    load_tensorflow_quietly()
    from capsnet.analysis import evaluation

    network = checkpoints.load(arguments.checkpoint)
    if arguments.suite is not None:
        _print_suite(arguments, network, digits, dataset)
        return
    figures = evaluation.evaluate(network, digits, rounds=arguments.rounds)
    if arguments.json:
        said = {"split": arguments.split, "dataset": dataset, "rounds": rounds}
        print(json.dumps({**said, **figures.to_dict()}))
        return
    routed = "" if arguments.rounds is None else f", {counted(rounds, 'round')}"
    print(f"{figures.images} images, {arguments.split} split of {dataset}{routed}")
    if arguments.split == "train":
        print("A network of this dataset has learned from these images.")
    if (dataset, arguments.split) == ("mnist", "validation") and _has_seen(arguments.checkpoint):
        print("The network, or one it started from, was trained on most of these images.")
    print(f"accuracy             {figures.accuracy:.2%}")
    print(f"margin loss          {figures.margin_loss:.5f}")
    print(f"squared error        {figures.reconstruction_error:.3f} an image, summed over pixels,")
    print("                     decoded from the predicted class")
    print(f"                     95 % of the images have at most {figures.usual_error:.3f}")
    print("\nconfusion matrix: a row for each true class, a column for each predicted one")
    print("    " + "".join(f"{c:6}" for c in range(len(figures.confusion))))
    for c, row in enumerate(figures.confusion):
        name = "" if config.names[c] == str(c) else f"  {config.names[c]}"
        print(f"{c:4}" + "".join(f"{n:6}" for n in row) + name)


def _check_suite(arguments: argparse.Namespace, config: CapsNetConfig) -> None:
    """Check that a suite can be measured.

    Raises:
        ValueError: for rounds, which a suite leaves as they are; or for a network of no digits.
    """
    if arguments.rounds is not None:
        raise ValueError(
            f"Expected --suite or --rounds, not both. Received: --rounds {arguments.rounds}"
        )
    if arguments.suite == "none":
        check_reads_digits(config)


def _print_suite(arguments: argparse.Namespace, network: Any, digits: Images, dataset: str) -> None:
    from capsnet.analysis import suites

    figures = getattr(suites, arguments.suite)(network, digits)
    said = {"suite": arguments.suite, "split": arguments.split, "dataset": dataset}
    if arguments.json:
        print(json.dumps({**said, **suites.to_dict(figures)}))
        return
    print(f"suite {arguments.suite}, {arguments.split} split of {dataset}, {len(digits)} digits")
    print("\n".join(suites.in_words(figures)))


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


def _images(arguments: argparse.Namespace, dataset: str, names: Sequence[str]) -> Images:
    """The split, its classes numbered as the network's; prints what was found in a file."""
    how = arrangement(arguments)
    if (arguments.split, dataset, arguments.data) == ("validation", "mnist", None):
        _tell_other_classes(tuple(map(str, range(10))), names, arguments.checkpoint)
        return load_split("validation", None, dataset, how)
    found = load(dataset, arguments.data, how)
    if found.description and not arguments.json:
        print(found.description)
    own = found.class_names or tuple(map(str, range(10)))
    _tell_other_classes(own, names, arguments.checkpoint)
    images = found.as_classes(names).split(arguments.split)
    if not len(images):
        raise DataError(
            f"Expected images in the {arguments.split} split of {dataset}. "
            f"Received: none; {found.description}"
        )
    return images


def _has_seen(checkpoint: Path | None) -> bool:
    """Whether a checkpoint's run, or one before it, learned from the bundled digits."""
    return checkpoint is not None and bundled_were_in(checkpoint.parent) == "seen"
