"""Make a run's best network the shipped one: measure it, and write it with its model card."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path

from capsnet import atlas, checkpoints, misread, runs
from capsnet.cli.arguments import add_data, path
from capsnet.datasets import find_file
from capsnet.quiet import load_tensorflow_quietly

HELP = "measure a run's best network and write it with its model card"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which run, and where to."""
    parser.add_argument("run_folder", type=path, metavar="RUN_FOLDER", help="the folder of a run")
    add_data(parser)
    parser.add_argument(
        "--out", type=path, metavar="FOLDER", help="where to write; default: assets/checkpoints"
    )
    parser.add_argument(
        "--machine",
        metavar="WORDS",
        help="what it was trained on, in words; default: what the run recorded, or else this "
        "machine",
    )


def run(arguments: argparse.Namespace) -> None:
    """Write checkpoint, card and history of a run."""
    _, training, _ = runs.read_finished(arguments.run_folder)
    checkpoints.check(arguments.run_folder / runs.BEST)
    find_file(training.dataset, arguments.data)
    load_tensorflow_quietly()
    from capsnet import card

    target = card.publish(arguments.run_folder, arguments.data, arguments.out, arguments.machine)
    written = checkpoints.read_card(target)
    for split in ("validation", "test"):
        figures = written[split]
        print(
            f"{split}: accuracy {figures['accuracy']:.2%}, "
            f"squared error {figures['reconstruction_error']:.3f} an image"
        )
    print(f"Published: {target}")
    for command in _to_be_measured(target):
        print(f"Next: python -m capsnet {command} --checkpoint {shlex.quote(str(target))}")


def _to_be_measured(checkpoint: Path) -> Iterator[str]:
    """The commands that write what the pages show of a network of digits and does not lie there."""
    if checkpoints.check(checkpoint).class_names is not None:
        return
    try:
        atlas.read(checkpoint)
    except atlas.AtlasError:
        yield "pose-atlas"
    if misread.read(checkpoint) is None:
        yield "misread"
