"""Bring somebody else's weights into a checkpoint of this project, and say how they read digits.

Sources: a TensorFlow 1 checkpoint of A. Geron's notebook, Keras .h5 weights of CapsNet-Keras, a
PyTorch state dict as .safetensors or .npz. `capsnet.storage.foreign_weights` describes the layouts.
"""

from __future__ import annotations

import argparse

from capsnet.cli.arguments import add_rounds, one_of, path
from capsnet.data.bundled import load_bundled
from capsnet.errors import CheckpointError
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import check_place
from capsnet.storage.foreign_weights import build, read_foreign
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "bring somebody else's weights into a checkpoint"

TRIED = 1000
"""Bundled digits that it is tried on, 100 of each class: enough to see a wrong order."""

CHANCE = 0.2
"""A network of digits that reads fewer than this share was put together in a wrong order."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which weights, where to, and what the layout does not say."""
    parser.add_argument(
        "source",
        type=path,
        metavar="SOURCE",
        help="a TensorFlow 1 checkpoint (its prefix or folder), a Keras .h5 file, or a PyTorch "
        "state dict as .safetensors or .npz",
    )
    parser.add_argument(
        "--out", type=path, required=True, metavar="FILE.keras", help="the checkpoint to write"
    )
    parser.add_argument(
        "--primary-activation",
        type=one_of(("none", "relu")),
        metavar="NAME",
        help="between the primary convolution and the squash: none or relu; default: what the "
        "layout usually means (relu for the notebook, none for the others)",
    )
    add_rounds(parser)


def run(arguments: argparse.Namespace) -> None:
    """Read, build, check on digits, then write: nothing is written before all is well."""
    check_place(arguments.out, ".keras")
    if arguments.out.exists():
        raise CheckpointError(
            f"Expected a new file for the network. Received: {arguments.out}, which exists"
        )
    foreign = read_foreign(arguments.source, arguments.primary_activation, arguments.rounds)
    config = foreign.config
    print(
        f"Layout {foreign.layout}: {config.num_primary_capsules:,} primary capsules, "
        f"{config.num_classes} capsules of {config.digit_dim} dimensions for images of shape "
        f"{config.image_shape}; activation before the squash: "
        f"{config.primary_activation or 'none'}; {config.rounds} rounds"
    )
    load_tensorflow_quietly()
    from capsnet.analysis.evaluation import evaluate

    model = build(foreign)
    if config.image_shape == (28, 28, 1) and config.num_classes == 10:
        figures = evaluate(model, load_bundled()[:TRIED])
        print(f"It reads {figures.accuracy:.2%} of {figures.images:,} bundled digits")
        if figures.accuracy < CHANCE:
            print(
                "That is no better than chance: try the other --primary-activation; or its classes "
                "are no digits, or its implementation orders its capsules in another way"
            )
    else:
        print("Its classes are no ten digits of 28 x 28, so it was not tried on any")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    checkpoints.save(model, arguments.out)
    print(f"Network: {arguments.out}")
