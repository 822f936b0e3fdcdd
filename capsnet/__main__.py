"""Command line: train, evaluate, predict, trace, publish, misread, pose-atlas."""

from __future__ import annotations

import argparse
import sys

from capsnet import commands
from capsnet.atlas_command import add_pose_atlas


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: as after `python -m capsnet`; None for the process's own.

    Returns:
        The exit status: 0, 1 after a failure, 130 after Ctrl-C (a usage error exits with 2).
    """
    parser = argparse.ArgumentParser(
        prog="python -m capsnet", description="A capsule network on MNIST."
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (
        commands.add_train,
        commands.add_evaluate,
        commands.add_predict,
        commands.add_trace,
        commands.add_publish,
        commands.add_misread,
        add_pose_atlas,
    ):
        add(subparsers)
    chosen = parser.parse_args(arguments)
    return commands.run(chosen)


if __name__ == "__main__":
    sys.exit(main())
