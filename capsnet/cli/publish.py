"""Make a run's best network the shipped one: measure it, and write it with its model card."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path

from capsnet.analysis import misclassified, pose_atlas
from capsnet.cli.arguments import add_data, path
from capsnet.data.datasets import find_file
from capsnet.storage import checkpoints, model_card
from capsnet.tensorflow_startup import load_tensorflow_quietly
from capsnet.training import run_folder

HELP = "measure a run's best network and write it with its model card"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which run, and where to."""
    parser.add_argument("run_folder", type=path, metavar="RUN_FOLDER", help="the folder of a run")
    add_data(parser)
    parser.add_argument(
        "--out", type=path, metavar="FOLDER", help="where to write; default: assets/checkpoints"
    )
    parser.add_argument(
        "--name",
        type=plain_name,
        metavar="NAME",
        help="what the files are called; default: capsnet-DATASET",
    )
    parser.add_argument(
        "--machine",
        metavar="WORDS",
        help="what it was trained on, in words; default: what the run recorded, or else this "
        "machine",
    )


def plain_name(text: str) -> str:
    """A file's name without a folder or an ending.

    Raises:
        argparse.ArgumentTypeError: for anything else.
    """
    if not run_folder.NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"Expected a name of letters, digits, dots and dashes. Received: {text!r}"
        )
    return text


def run(arguments: argparse.Namespace) -> None:
    """Write checkpoint, card and history of a run."""
    _, training, _ = run_folder.read_finished(arguments.run_folder)
    checkpoints.check(arguments.run_folder / run_folder.BEST)
    find_file(training.dataset, arguments.data)
    load_tensorflow_quietly()

    from capsnet.training import publishing

    target = publishing.publish(
        arguments.run_folder,
        arguments.data,
        arguments.out,
        arguments.machine,
        arguments.name,
    )
    written = model_card.read_card(target)
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
        pose_atlas.read(checkpoint)
    except pose_atlas.AtlasError:
        yield "pose-atlas"
    if misclassified.read(checkpoint) is None:
        yield "misread"
