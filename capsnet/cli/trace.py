"""Write everything that the network computes for a picture, as arrays in an .npz file."""

from __future__ import annotations

import argparse
import os

from capsnet.cli.arguments import (
    ONE_DIGIT,
    add_checkpoint,
    add_rounds,
    add_whole,
    counted,
    path,
    read_digit,
)
from capsnet.config import check_rounds
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import check_place, replacing
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "write every intermediate for a picture to .npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which picture, how it is routed, and where the arrays go."""
    parser.add_argument("image", metavar="IMAGE", help=ONE_DIGIT)
    parser.add_argument(
        "--out", type=path, required=True, metavar="FILE.npz", help="the file to write"
    )
    add_rounds(parser)
    add_whole(parser)
    add_checkpoint(parser)


def run(arguments: argparse.Namespace) -> None:
    """Write a picture's `CapsNetTrace`."""
    check_place(arguments.out, ".npz")
    names = checkpoints.check(arguments.checkpoint).names
    if arguments.rounds is not None:
        check_rounds(arguments.rounds)
    if not arguments.out.parent.is_dir():
        raise ValueError(f"Expected --out in a folder that is there. Received: {arguments.out}")
    pixels = read_digit(arguments.image, arguments.whole)
    load_tensorflow_quietly()
    traced = checkpoints.load(arguments.checkpoint).trace(pixels, arguments.rounds)
    place = os.path.realpath(arguments.out)  # what a link points to is written, not the link
    with replacing(place) as temporary, temporary.open("wb") as file:
        traced.save(file)
    name = names[traced.predictions[0]]
    print(f"{arguments.image}: {name}, {counted(traced.rounds, 'round')} -> {arguments.out}")
