"""Measure a network on a split: accuracy, losses and confusion matrix, or a suite's table."""

from __future__ import annotations

import argparse
import json
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
from capsnet.cli.split_images import split_images, trained_on
from capsnet.config import CapsNetConfig, check_rounds
from capsnet.data.images import Images
from capsnet.storage import checkpoints
from capsnet.tensorflow_startup import load_tensorflow_quietly
from capsnet.training.provenance import bundled_were_in

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
    how = arrangement(arguments)
    digits, description = split_images(arguments, dataset, config, how)
    if description and not arguments.json:
        print(description)
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


def _has_seen(checkpoint: Path | None) -> bool:
    """Whether a checkpoint's run, or one before it, learned from the bundled digits."""
    return checkpoint is not None and bundled_were_in(checkpoint.parent) == "seen"
