"""The command line, `python -m capsnet`: a module for each command.

    arguments       arguments of several commands, and the message for a wrong one
    presets         what the presets set, for `train --help`
    stopping        signals that end a command as Ctrl-C does; a reader that has seen enough
    explore         start the explorer's pages
    train           train a network, or go on with a run
    data            what a file or folder with pictures holds
    split_images    the labelled images that a network is measured on
    evaluate        how good a network is on a split
    experiment      measure what capsules promise, on a split
    predict         which digits pictures show
    trace           everything the network computes for a picture
    import_weights  bring somebody else's weights into a checkpoint (`import`)
    export          the network as a file for other runtimes, and for browsers
    figure          lengths, coupling, flow, votes, ... as HTML, SVG, PNG or PDF
    worksheet       shares, dimensions and maps of a digit for a class to work out, with the key
    average         the mean of networks' weights
    publish         make a run's best network the shipped one
    misclassified   which bundled digits a network reads wrongly
    pose_atlas      what each pose dimension does to the picture

A command's module has `HELP`, `add_arguments(parser)` and `run(arguments)`. TensorFlow takes
seconds to load, so `run` first checks what can be checked without it: help and error
messages come at once.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Mapping
from types import ModuleType

from capsnet.cli import (
    average,
    data,
    evaluate,
    experiment,
    explore,
    export,
    figure,
    import_weights,
    misclassified,
    pose_atlas,
    predict,
    publish,
    stopping,
    trace,
    train,
    worksheet,
)
from capsnet.cli.arguments import Parser
from capsnet.errors import (
    CheckpointError,
    DataError,
    ExportError,
    TrainingError,
    TrainingInterrupted,
    first_line,
)

COMMANDS: Mapping[str, ModuleType] = {
    "explore": explore,
    "train": train,
    "data": data,
    "evaluate": evaluate,
    "experiment": experiment,
    "predict": predict,
    "trace": trace,
    "export": export,
    "import": import_weights,
    "figure": figure,
    "worksheet": worksheet,
    "average": average,
    "publish": publish,
    "misclassified": misclassified,
    "pose-atlas": pose_atlas,
}

ALIASES = {"misclassified": ["misread"]}
"""Names that commands had before."""

BACKENDS = ("tensorflow", "jax", "torch")
"""Packages that Keras may compute with."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a failure becomes one message.

    Args:
        arguments: as after `python -m capsnet`; None for the process's own.

    Returns:
        The exit status: 0; 1 after a failure; 128 and the signal's number after Ctrl-C (130),
        SIGTERM (143), SIGHUP (129) or where nobody reads the output any more (141). A usage error
        exits with 2.
    """
    try:
        chosen = parser().parse_args(arguments)
    except SystemExit:  # after --help, or a mistake
        stopping.flush()
        raise
    if isinstance(sys.stdout, io.TextIOWrapper):  # on Windows a file or pipe knows no "−"
        sys.stdout.reconfigure(errors="backslashreplace")
    with stopping.as_ctrl_c() as stop:
        try:
            return _run(chosen)
        except TrainingInterrupted as interrupted:
            stopping.tell(f"\n{interrupted}")
        except KeyboardInterrupt:
            stopping.tell("\nStopped.")
        return stop.status


def _run(chosen: argparse.Namespace) -> int:
    try:
        status = chosen.run(chosen) or 0
        return status if stopping.flush() else stopping.CLOSED_PIPE
    except BrokenPipeError:
        return stopping.reader_is_gone()
    except ImportError as error:
        if error.name not in BACKENDS:
            raise
        stopping.tell(
            "capsnet: Expected a backend of Keras that is installed, by KERAS_BACKEND or "
            f"requirements.txt. Received: {first_line(error)}"
        )
    except OSError as error:
        stopping.tell(f"capsnet: {_in_words(error)}")
    except (DataError, CheckpointError, ExportError, TrainingError, ValueError) as error:
        stopping.tell(f"capsnet: {error}")
    return 1


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; what it returns has the chosen one's function as `run`."""
    whole = Parser(prog="python -m capsnet", description="A capsule network on MNIST.")
    subparsers = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        one = subparsers.add_parser(
            name, aliases=ALIASES.get(name, []), help=module.HELP, description=module.__doc__
        )
        one.set_defaults(run=module.run)
        module.add_arguments(one)
    return whole


def _in_words(error: OSError) -> str:
    if error.filename is None or error.strerror is None:
        return str(error)
    return (
        f"Expected a file or folder that can be used. Received: {error.filename} ({error.strerror})"
    )
