"""Draw a figure of a picture's trace, or of a network, as a page or a picture for print.

HTML is interactive and asks the internet for nothing; SVG, PNG and PDF need the package kaleido and
a Chrome.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from capsnet.analysis.pose import tweak
from capsnet.cli.arguments import (
    ONE_DIGIT,
    add_checkpoint,
    add_rounds,
    add_whole,
    check_reads_digits,
    one_of,
    path,
    read_digit,
    whole_number,
)
from capsnet.config import check_rounds
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints
from capsnet.tensorflow_startup import load_tensorflow_quietly

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from capsnet.network.model import CapsNet

HELP = "draw lengths, coupling, flow, votes, ... as HTML, SVG, PNG or PDF"

OF_A_TRACE = ("lengths", "coupling", "flow", "votes", "entropy", "logit-changes")
POSE_GRID, CONFUSION = "pose-grid", "confusion"
KINDS = (*OF_A_TRACE, POSE_GRID, CONFUSION)

REACH = 0.25
"""Of the grid's shifts, as in the paper's figure 4."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which figure, of what, and where it goes."""
    parser.add_argument("kind", metavar="FIGURE", type=one_of(KINDS), help=", ".join(KINDS))
    parser.add_argument("image", metavar="IMAGE", nargs="?", help=ONE_DIGIT)
    parser.add_argument(
        "--digit", type=whole_number, metavar="N", help="number N of the bundled digits, from 0"
    )
    parser.add_argument(
        "--out", type=path, required=True, metavar="FILE", help="ends in .html, .svg, .png or .pdf"
    )
    parser.add_argument(
        "--of-class",
        type=whole_number,
        metavar="J",
        help="the class that stands out, or whose votes are drawn; default: the longest capsule's",
    )
    parser.add_argument(
        "--scheme",
        type=one_of(("light", "dark")),
        default="light",
        metavar="NAME",
        help="light (default) or dark",
    )
    parser.add_argument(
        "--plotly-js",
        type=one_of(("inside", "beside")),
        default="inside",
        metavar="WHERE",
        help="where HTML has Plotly's script: inside (default), or beside it in plotly.min.js",
    )
    parser.add_argument("--space", action="store_true", help="votes in three dimensions")
    add_rounds(parser)
    add_whole(parser)
    add_checkpoint(parser)


def run(arguments: argparse.Namespace) -> None:
    """Draw the figure and write it."""
    from capsnet import figures
    from capsnet.figures.files import check as check_ending

    place = check_ending(arguments.out)
    if not place.parent.is_dir():
        raise ValueError(f"Expected --out in a folder that is there. Received: {place}")
    config = checkpoints.check(arguments.checkpoint)
    if arguments.rounds is not None:
        check_rounds(arguments.rounds)
    chosen = arguments.of_class
    if chosen is not None and not 0 <= chosen < config.num_classes:
        raise ValueError(
            f"Expected --of-class from 0 to {config.num_classes - 1}. Received: {chosen}"
        )
    if arguments.kind == CONFUSION:
        check_reads_digits(config)
        drawn = _confusion(arguments)
    else:
        drawn = _of_a_picture(arguments, _pixels(arguments), config.names)
    figures.write(figures.themed(drawn, arguments.scheme), place, arguments.plotly_js)
    print(f"{arguments.kind} -> {place}")


def _pixels(arguments: argparse.Namespace) -> np.ndarray:
    """The one picture that is meant, (1, 28, 28, 1)."""
    if (arguments.image is None) == (arguments.digit is None):
        received = "neither" if arguments.image is None else "both"
        raise ValueError(f"Expected either IMAGE or --digit N. Received: {received}")
    if arguments.image is not None:
        return read_digit(arguments.image, arguments.whole)
    digits = load_bundled()
    if not 0 <= arguments.digit < len(digits):
        raise ValueError(
            f"Expected --digit from 0 to {len(digits) - 1}. Received: {arguments.digit}"
        )
    return digits[arguments.digit : arguments.digit + 1].pixels()


def _of_a_picture(arguments: argparse.Namespace, pixels: np.ndarray, names: Any) -> go.Figure:
    from capsnet import figures

    load_tensorflow_quietly()
    model = checkpoints.load(arguments.checkpoint)
    trace = model.trace(pixels, arguments.rounds)
    chosen = int(trace.predictions[0]) if arguments.of_class is None else arguments.of_class
    if arguments.kind == POSE_GRID:
        return _pose_grid(model, trace.digit_capsules[-1], chosen, names[chosen])
    draw: dict[str, Callable[[], go.Figure]] = {
        "lengths": lambda: figures.lengths(trace, digit=chosen, names=names),
        "coupling": lambda: figures.coupling(trace, names=names),
        "flow": lambda: figures.flow(trace, digit=chosen, names=names),
        "votes": lambda: figures.votes(
            trace, digit=chosen, dimensions=3 if arguments.space else 2, names=names
        ),
        "entropy": lambda: figures.entropy(trace),
        "logit-changes": lambda: figures.logit_changes(trace),
    }
    return draw[arguments.kind]()


def _pose_grid(model: CapsNet, capsules: np.ndarray, chosen: int, name: str) -> go.Figure:
    from capsnet import figures

    bent = tweak(capsules, -REACH, REACH)  # (D, S, 1, J, D)
    steps = bent.shape[:2]
    flat = bent.reshape(-1, *bent.shape[3:])  # (D * S, J, D)
    pictures = model.decode(flat, np.full(len(flat), chosen))
    return figures.pose_grid(pictures.reshape(*steps, *pictures.shape[1:]), REACH, name)


def _confusion(arguments: argparse.Namespace) -> go.Figure:
    """Of the bundled digits, which no network here learns from."""
    from capsnet import figures

    load_tensorflow_quietly()
    from capsnet.analysis.evaluation import evaluate

    model = checkpoints.load(arguments.checkpoint)
    found = evaluate(model, load_bundled(), rounds=arguments.rounds)
    drawn = figures.confusion(found.confusion, model.config.names)
    drawn.update_layout(title={"text": f"Confusion matrix, {found.images} bundled digits"})
    return drawn
