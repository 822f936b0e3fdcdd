"""Command line: train, evaluate, predict, trace."""

from __future__ import annotations

import argparse
import sys

from capsnet import commands


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0, 2 for a usage error, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m capsnet", description="A capsule network on MNIST."
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (commands.add_train,):
        add(subparsers)
    chosen = parser.parse_args(arguments)
    return commands.run(chosen)


if __name__ == "__main__":
    sys.exit(main())
