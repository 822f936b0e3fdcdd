"""Write everything that the network computes for pictures, as arrays in an .npz file.

The pictures are files, or images of a dataset. Many are traced a batch at a time, so that memory
does not grow with their number; `--arrays` keeps the file small.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np

from capsnet.cli.arguments import (
    ONE_DIGIT,
    add_checkpoint,
    add_dataset,
    add_rounds,
    add_whole,
    counted,
    one_of,
    path,
    read_digit,
)
from capsnet.config import check_rounds
from capsnet.data.datasets import load_split
from capsnet.network.trace import AXES
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import check_place, replacing
from capsnet.storage.trace_files import check_arrays, save_traces
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "write every intermediate for pictures to .npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which pictures, how they are routed, and where the arrays go."""
    parser.add_argument("images", nargs="*", metavar="IMAGE", help=ONE_DIGIT)
    parser.add_argument(
        "--out", type=path, required=True, metavar="FILE.npz", help="the file to write"
    )
    add_dataset(parser, "none; then pictures are named")
    parser.add_argument(
        "--split",
        type=one_of(("validation", "test", "train")),
        default="validation",
        metavar="SPLIT",
        help="of the dataset: validation (default), test or train",
    )
    parser.add_argument(
        "--indices",
        metavar="WHICH",
        help="which images of the split: 0:1000, 5, or 3,14,15; default: all",
    )
    parser.add_argument(
        "--arrays",
        metavar="NAMES",
        default="",
        help=f"which arrays to keep, such as coupling,lengths,digit_capsules; default: all "
        f"({', '.join(AXES)})",
    )
    add_rounds(parser)
    add_whole(parser)
    add_checkpoint(parser)


def run(arguments: argparse.Namespace) -> None:
    """Write the pictures' traces."""
    check_place(arguments.out, ".npz")
    names = checkpoints.check(arguments.checkpoint).names
    if arguments.rounds is not None:
        check_rounds(arguments.rounds)
    if not arguments.out.parent.is_dir():
        raise ValueError(f"Expected --out in a folder that is there. Received: {arguments.out}")
    arrays = check_arrays([name for name in arguments.arrays.split(",") if name])
    pixels = _pixels(arguments)
    load_tensorflow_quietly()
    model = checkpoints.load(arguments.checkpoint)
    place = Path(os.path.realpath(arguments.out))  # what a link points to is written, not the link
    if len(pixels) > 1 or len(arrays) < len(AXES):
        save_traces(model, pixels, place, arguments.rounds, arrays)
        count = "1 image" if len(pixels) == 1 else f"{len(pixels):,} images"
        print(f"{count}, {', '.join(arrays)} -> {arguments.out}")
        return
    traced = model.trace(pixels, arguments.rounds)
    with replacing(place) as temporary, temporary.open("wb") as file:
        traced.save(file)
    said = arguments.images[0] if arguments.images else f"image {arguments.indices}"
    rounds = counted(traced.rounds, "round")
    print(f"{said}: {names[traced.predictions[0]]}, {rounds} -> {arguments.out}")


def _pixels(arguments: argparse.Namespace) -> np.ndarray:
    """The pictures that are named, or a part of a dataset, (N, 28, 28, 1) float32 in [0, 1]."""
    if bool(arguments.images) == bool(arguments.dataset):
        raise ValueError(
            "Expected pictures, or a dataset by --dataset. "
            f"Received: {'both' if arguments.images else 'neither'}"
        )
    if arguments.images:
        return np.concatenate([read_digit(image, arguments.whole) for image in arguments.images])
    split = load_split(arguments.split, arguments.data, arguments.dataset)
    return split[chosen(arguments.indices, len(split))].pixels()


def chosen(written: str | None, count: int) -> np.ndarray:
    """Indices as they are written on the command line.

    Args:
        written: such as `0:1000`, `5` or `3,14,15`; None for all.
        count: how many images there are.

    Raises:
        ValueError: if it is none of these, or beyond what there is.
    """
    try:
        if written is None or ":" in written:
            bounds = [int(n) if n else None for n in (written or ":").split(":")]
            found = np.arange(count)[slice(*bounds)]
        else:
            found = np.array([int(n) for n in written.split(",")])
    except (ValueError, TypeError):
        found = np.zeros(0, int)
    if not len(found) or found.min() < 0 or found.max() >= count:
        raise ValueError(
            f"Expected --indices such as 0:1000 or 3,14,15, of {count:,} images. "
            f"Received: {written}"
        )
    return found
