"""What each command of `python -m capsnet` takes and does."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any

from capsnet.config import PRESETS, CapsNetConfig, TrainingConfig
from capsnet.data import DATA_VARIABLE, DataError, load_split
from capsnet.quiet import load_tensorflow_quietly

NETWORK_OPTIONS = ("rounds", "loop", "gradient", "reconstruction_weight")
TRAINING_OPTIONS = (
    "epochs",
    "batch_size",
    "learning_rate",
    "schedule",
    "warmup_steps",
    "shift",
    "seed",
    "conv_dtype",
)


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen command; a failure becomes one message and exit status 1."""
    load_tensorflow_quietly()
    from capsnet.checkpoints import CheckpointError
    from capsnet.training import TrainingError, TrainingInterrupted

    try:
        arguments.command(arguments)
    except TrainingInterrupted as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 130
    except (DataError, CheckpointError, TrainingError, ValueError, OSError) as error:
        print(f"capsnet: {error}", file=sys.stderr)
        return 1
    return 0


def add_train(subparsers: Any) -> None:
    """`train`: train a network, or go on with a run."""
    parser = subparsers.add_parser("train", help="train a network, or resume a run")
    parser.set_defaults(command=train)
    described = "; ".join(f"{name}: {p.description}" for name, p in PRESETS.items())
    parser.add_argument("--preset", choices=PRESETS, default="paper", help=described)
    parser.add_argument(
        "--data", type=Path, help=f"mnist.npz; default: {DATA_VARIABLE}, Keras's cache, download"
    )
    parser.add_argument("--out", type=Path, help="the run's folder; default: runs/PRESET")
    parser.add_argument("--resume", action="store_true", help="go on with the run in that folder")
    overrides = parser.add_argument_group("in place of the preset's values")
    overrides.add_argument("--epochs", type=int)
    overrides.add_argument("--batch-size", type=int)
    overrides.add_argument("--rounds", type=int, help="routing rounds, 1 to 10")
    overrides.add_argument("--loop", choices=("static", "dynamic"))
    overrides.add_argument("--gradient", choices=("all", "last"), help="rounds it flows through")
    overrides.add_argument("--learning-rate", type=float)
    overrides.add_argument("--schedule", choices=("constant", "cosine"))
    overrides.add_argument("--warmup-steps", type=int)
    overrides.add_argument("--shift", type=int, help="largest shift of an image, in pixels")
    overrides.add_argument("--reconstruction-weight", type=float, help="per image")
    overrides.add_argument("--seed", type=int)
    overrides.add_argument("--conv-dtype", choices=("float32", "bfloat16"))


def train(arguments: argparse.Namespace) -> None:
    """Train as asked; the best network by validation loss is in the run's folder."""
    from capsnet import training
    from capsnet.progress import ProgressBar

    folder = arguments.out or Path("runs") / arguments.preset
    if arguments.resume:
        network, how = training.read_run(folder)
    else:
        preset = PRESETS[arguments.preset]
        network, how = preset.network, preset.training
    network = _overridden(network, arguments, NETWORK_OPTIONS)
    how = _overridden(how, arguments, TRAINING_OPTIONS)
    finished = training.train(
        network,
        how,
        load_split("train", arguments.data),
        load_split("validation", arguments.data),
        folder,
        resume=arguments.resume,
        callbacks=(ProgressBar(how.batch_size),),
    )
    print(f"Best network: {finished.best}")


def _overridden(
    config: CapsNetConfig | TrainingConfig, arguments: argparse.Namespace, names: tuple[str, ...]
) -> Any:
    given = {n: getattr(arguments, n) for n in names if getattr(arguments, n) is not None}
    return dataclasses.replace(config, **given)
