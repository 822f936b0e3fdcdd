"""Write everything that the network computes for a picture, as arrays in an .npz file."""

from __future__ import annotations

import argparse
from pathlib import Path

from capsnet import checkpoints
from capsnet.cli.arguments import add_checkpoint, add_whole, read_digit, whole_number
from capsnet.config import check_rounds
from capsnet.files import replacing
from capsnet.quiet import load_tensorflow_quietly

HELP = "write every intermediate for a picture to .npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which picture, how it is routed, and where the arrays go."""
    parser.add_argument("image", metavar="IMAGE", help="PNG or JPEG of one digit")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the .npz file to write"
    )
    parser.add_argument(
        "--rounds",
        type=whole_number,
        metavar="N",
        help="routing rounds, 1 to 10; default: as many as the network was trained with",
    )
    add_whole(parser)
    add_checkpoint(parser)


def run(arguments: argparse.Namespace) -> None:
    """Write a picture's `CapsNetTrace`."""
    checkpoints.check(arguments.checkpoint)
    if arguments.rounds is not None:
        check_rounds(arguments.rounds)
    if not arguments.out.parent.is_dir():
        raise ValueError(f"Expected --out in a folder that is there. Received: {arguments.out}")
    pixels = read_digit(arguments.image, arguments.whole)
    load_tensorflow_quietly()
    traced = checkpoints.load(arguments.checkpoint).trace(pixels, arguments.rounds)
    with replacing(arguments.out) as temporary, temporary.open("wb") as file:
        traced.save(file)
    print(f"{arguments.image}: {traced.predictions[0]}, {traced.rounds} rounds -> {arguments.out}")
