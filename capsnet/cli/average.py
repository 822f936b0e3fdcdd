"""Write the mean of networks' weights: of several that came of one another, as of a run's end."""

from __future__ import annotations

import argparse
from pathlib import Path

from capsnet import checkpoints
from capsnet.quiet import load_tensorflow_quietly

HELP = "write the mean of networks' weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which networks, and where to."""
    parser.add_argument(
        "checkpoints",
        nargs="+",
        type=Path,
        metavar="CHECKPOINT",
        help="at least two `.keras` files, the last of which is the one to go on from",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.keras", help="where to write their mean"
    )


def run(arguments: argparse.Namespace) -> None:
    """Write the mean, its card and the histories behind it."""
    for path in arguments.checkpoints:
        checkpoints.check(path)
    load_tensorflow_quietly()
    from capsnet import card

    mean = card.average(arguments.checkpoints, arguments.out)
    print(f"Mean of {len(arguments.checkpoints)}: {mean}")
