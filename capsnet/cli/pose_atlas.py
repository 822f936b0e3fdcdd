"""Measure what each pose dimension of each digit does; see `capsnet.analysis.pose_atlas`."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

import numpy as np

from capsnet.analysis import pose_atlas
from capsnet.cli.arguments import add_checkpoint, check_reads_digits, whole_number
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import sha256
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "measure what each pose dimension of each digit does to the picture"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which network, and how thoroughly."""
    add_checkpoint(parser)
    parser.add_argument(
        "--digits",
        type=whole_number,
        default=pose_atlas.DIGITS,
        metavar="N",
        help=f"bundled digits of each class to sweep over, up to 500; default: {pose_atlas.DIGITS}",
    )
    parser.add_argument("--force", action="store_true", help="even if there is an atlas already")


def run(arguments: argparse.Namespace) -> None:
    """Write the atlas beside the checkpoint, unless it is there."""
    checkpoint = arguments.checkpoint or checkpoints.SHIPPED
    config = checkpoints.check(checkpoint)
    check_reads_digits(config)
    if not arguments.force and _is_there(checkpoint, arguments.digits):
        print(f"Already there: {pose_atlas.path_beside(checkpoint)} (--force makes it anew)")
        return
    digits = load_bundled()
    pose_atlas.check_enough(digits, arguments.digits, config.num_classes)
    load_tensorflow_quietly()
    of = sha256(checkpoint)  # before it is loaded: a run at work may replace it
    found = pose_atlas.survey(
        checkpoints.load(checkpoint),
        digits,
        of,
        arguments.digits,
        lambda capsule: print(f"{capsule} ", end="", flush=True),
    )
    written = pose_atlas.write(found, checkpoint)
    _print_labels(found)
    print(f"Written: {written}")


def _is_there(checkpoint: Path, digits: int) -> bool:
    with contextlib.suppress(pose_atlas.AtlasError, OSError):
        return pose_atlas.read(checkpoint).digits == digits
    return False


def _print_labels(found: pose_atlas.PoseAtlas) -> None:
    print("\ndigit  dimension  label")
    for capsule, dimension in np.ndindex(found.r.shape[:2]):
        best = found.meanings(capsule, dimension)
        print(f"{capsule:5}  {dimension:9}  {best[0] if best else 'none'}")
