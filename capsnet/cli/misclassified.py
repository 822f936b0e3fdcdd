"""List the bundled digits that a network reads wrongly, in a file beside its checkpoint.

The pages offer them; `publish` writes the list too.
"""

from __future__ import annotations

import argparse

from capsnet.analysis import misclassified as listing
from capsnet.cli.arguments import add_checkpoint, check_reads_digits
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import sha256
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "list the bundled digits a network reads wrongly, beside its checkpoint"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which network."""
    add_checkpoint(parser)


def run(arguments: argparse.Namespace) -> None:
    """Write the list."""
    check_reads_digits(checkpoints.check(arguments.checkpoint))
    digits = load_bundled()
    load_tensorflow_quietly()
    of = sha256(checkpoints.place(arguments.checkpoint))
    found = listing.find(checkpoints.load(arguments.checkpoint), digits)
    written = listing.write(found, arguments.checkpoint, of)
    print(f"{len(found.misclassified)} of {len(digits)} digits read wrongly -> {written}")
