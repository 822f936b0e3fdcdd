"""Write the mean of networks' weights: of several that came of one another, as of a run's end."""

from __future__ import annotations

import argparse

from capsnet.cli.arguments import path
from capsnet.storage import checkpoints
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "write the mean of networks' weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which networks, and where to."""
    parser.add_argument(
        "checkpoints",
        nargs="+",
        type=path,
        metavar="CHECKPOINT",
        help="at least two `.keras` files, the last of which is the one to go on from",
    )
    parser.add_argument(
        "--out", type=path, required=True, metavar="FILE.keras", help="where to write their mean"
    )


def run(arguments: argparse.Namespace) -> None:
    """Write the mean, its card and the histories behind it."""
    from capsnet.training import averaging

    averaging.check_mean_place(arguments.out)
    for checkpoint in arguments.checkpoints:
        checkpoints.check(checkpoint)
    load_tensorflow_quietly()

    mean = averaging.average(arguments.checkpoints, arguments.out)
    print(f"Mean of {len(arguments.checkpoints)}: {mean}")
