"""The command `python -m capsnet pose-atlas`."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import Any

import numpy as np

from capsnet import atlas


def add_pose_atlas(subparsers: Any) -> None:
    """`pose-atlas`: measure what each pose dimension does."""
    parser = subparsers.add_parser(
        "pose-atlas", help="measure what each pose dimension of each digit does to the picture"
    )
    parser.set_defaults(command=pose_atlas)
    parser.add_argument("--checkpoint", type=Path, help="a .keras file; default: the shipped one")
    parser.add_argument(
        "--digits",
        type=int,
        default=atlas.DIGITS,
        help=f"bundled digits of each class to sweep over, up to 500; default: {atlas.DIGITS}",
    )
    parser.add_argument("--force", action="store_true", help="even if there is an atlas already")


def pose_atlas(arguments: argparse.Namespace) -> None:
    """Write the atlas beside the checkpoint, unless it is there."""
    from capsnet import checkpoints
    from capsnet.data import load_bundled

    checkpoint = arguments.checkpoint or checkpoints.SHIPPED
    if not arguments.force:
        with contextlib.suppress(atlas.AtlasError, OSError):
            if atlas.read(checkpoint).digits == arguments.digits:
                print(f"Already there: {atlas.path_beside(checkpoint)} (--force makes it anew)")
                return
    model = checkpoints.load(checkpoint)
    found = atlas.survey(
        model,
        load_bundled(),
        atlas.fingerprint(checkpoint),
        arguments.digits,
        lambda capsule: print(f"{capsule} ", end="", flush=True),
    )
    written = atlas.write(found, checkpoint)
    print("\ndigit  dimension  label")
    for capsule, dimension in np.ndindex(found.r.shape[:2]):
        best = found.meanings(capsule, dimension)
        print(f"{capsule:5}  {dimension:9}  {best[0] if best else 'none'}")
    print(f"Written: {written}")
