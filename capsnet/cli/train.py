"""Train a network, or go on with a run that was stopped.

The network of the epoch with the lowest validation loss, or margin loss (`--keep-by`), is in the
run's folder, as best.keras.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import sys
import typing
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from capsnet.capabilities import why_not_shown
from capsnet.cli.arguments import add_arrangement, add_dataset, number, one_of, path, whole_number
from capsnet.cli.presets import default_in_words, table
from capsnet.config import CapsNetConfig
from capsnet.data.datasets import is_path, load
from capsnet.data.formats import tfds
from capsnet.data.images import Dataset
from capsnet.data.prepare import Arrangement
from capsnet.errors import DataError, TrainingError
from capsnet.presets import PRESETS
from capsnet.routing.registry import names
from capsnet.tensorflow_startup import load_tensorflow_quietly
from capsnet.training import disk_room, provenance, run_checks, run_folder, workers
from capsnet.training.memory import keep_freed_memory
from capsnet.training.run_queue import waiting_for_turn
from capsnet.training_config import AUTO, TrainingConfig

HELP = "train a network, or resume a run"

NETWORK_OPTIONS = {
    "routing": "how capsules find their digit",
    "rounds": "routing rounds, 1 to 10",
    "loop": "of the rounds: unrolled, or a loop of the backend",
    "gradient": "rounds that it flows through",
    "reconstruction_weight": "weight of an image's squared error",
}
"""Fields of the network's config that can be set here."""

TRAINING_OPTIONS = {
    "epochs": "passes over the training images",
    "batch_size": "images a step",
    "learning_rate": "of Adam; the peak, if the schedule is cosine",
    "schedule": "of the learning rate",
    "warmup_steps": "steps until the peak (cosine only)",
    "shift": "largest shift of an image, in pixels",
    "rotation": "largest rotation, in degrees",
    "scale": "largest stretch, as a share such as 0.1",
    "shear": "largest slant, in pixels a row",
    "elastic": "standard deviation of the bending, in pixels",
    "thickness": "of strokes, changed by up to a pixel for 1",
    "flourishes": "share of 7s that are barred and 1s that get an upstroke",
    "untouched": "share of images neither shifted nor distorted",
    "two": "share of images overlaid with a second digit",
    "none": "share of images that become pictures of no digit",
    "hands": "share of 1s, 4s, 7s and 9s written in forms of other hands",
    "learns": "weights that change: all, or all but the first convolution's",
    "ema": "momentum of the weights' moving average, which starts at the first weights; 0 for none",
    "keep_by": "what the kept network has least of, on validation",
    "patience": "epochs without progress before an early end, 0 for never",
    "start": "checkpoint with the weights to start from",
    "seed": "of weights, order and distortions",
    "conv_dtype": "type that the convolutions compute in; auto: the faster one here",
}
"""Fields of the training's config that can be set here; `--dataset` is one more."""

ARRANGEMENT = ("transpose", "invert", "resize", "pad")
"""And those that say what to do with the pictures first."""

PRESET = "paper"
"""The preset, unless another is named."""

STRATEGIES = ("single", "mirrored", "multiworker")
"""Those of `capsnet.training.distribution`, which loads TensorFlow."""

LOGS = "tensorboard"
"""TensorBoard's logs, in a run's folder."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The preset, the run's folder, and what to change of the preset."""
    parser.usage = "%(prog)s [--preset NAME] [--out FOLDER] [--resume] [options]"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = table()
    parser.add_argument(
        "--preset",
        type=one_of(PRESETS),
        metavar="NAME",
        help=f"{', '.join(PRESETS)} (see below); default: {PRESET}",
    )
    add_dataset(parser, "mnist, or with --resume the run's")
    parser.add_argument(
        "--out", type=path, metavar="FOLDER", help="the run's folder; default: runs/PRESET"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run in that folder")
    parser.add_argument(
        "--wait", action="store_true", help="wait until no other run beside that folder trains"
    )
    parser.add_argument(
        "--strategy",
        type=one_of(STRATEGIES),
        metavar="NAME",
        help="single (default, or with --resume the run's); mirrored: divide each batch among all "
        "GPUs of this machine; multiworker: among the machines that TF_CONFIG names, all started "
        "with this command",
    )
    parser.add_argument(
        "--tensorboard",
        action="store_true",
        help="write its logs too, in the run's folder; a run that has some goes on with them",
    )
    add_arrangement(parser)
    changes = parser.add_argument_group("in place of the preset's values")
    _add_fields(changes, CapsNetConfig, NETWORK_OPTIONS)
    _add_fields(changes, TrainingConfig, TRAINING_OPTIONS)


def run(arguments: argparse.Namespace) -> None:
    """Train as asked."""
    if arguments.resume and arguments.out and arguments.preset:
        raise TrainingError(
            "Expected --preset for a new run, or in place of --out. Received: both, and --resume: "
            "a run goes on with its own settings."
        )
    folder = arguments.out or Path("runs") / (arguments.preset or PRESET)
    _go_on_as_begun(arguments, folder)
    if arguments.strategy == "multiworker":
        folder = workers.own_folder(folder)
    network, training = _settings(arguments, folder)
    if arguments.strategy == "multiworker" and training.conv_dtype == AUTO:
        raise TrainingError(
            "Expected --conv-dtype float32 or bfloat16 for several workers, each of which would "
            f"choose for itself. Received: {AUTO}"
        )
    run_checks.check_may_begin(folder, network, training, arguments.resume)
    done = len(run_folder.history_of(folder)) if arguments.resume else 0
    disk_room.check_room(folder, network, training, done)
    name = folder.resolve().name
    if not (arguments.resume or run_folder.NAME.fullmatch(name)):
        print(
            "The Training page will not show this run: it expects a folder's name of at most 61 "
            f"of A-Z, a-z, 0-9, '.', '_' and '-', a letter or digit first, not {name!r}.",
            file=sys.stderr,
        )
    if not arguments.resume and (why := why_not_shown(network)):
        print(f"The pages will not show this run's network. {why}", file=sys.stderr)
    if arguments.wait and not arguments.resume:
        network = _fitted(network, load_as(training, arguments.data))
        run_folder.lockable(folder, run_folder.LOCK)  # no sooner: what is refused leaves nothing
        run_folder.write_run(folder, network, training)  # others who wait look for it
        arguments.resume = True
    # A run that waits for its turn must not take TensorFlow's memory meanwhile.
    with waiting_for_turn(folder) if arguments.wait else contextlib.nullcontext():
        keep_freed_memory()  # before TensorFlow, which `load` may need for a download
        dataset = load_as(training, arguments.data)
        if dataset.description:
            print(dataset.description)
        load_tensorflow_quietly()
        network = _fitted(network, dataset)
        best = _train(arguments, network, training, dataset, folder)
    print(f"Best network: {best}")


def load_as(training: TrainingConfig, data: Path | None) -> Dataset:
    """A run's images.

    Raises:
        DataError: if there is nothing to train on.
    """
    dataset = load(training.dataset, data, Arrangement.of(training))
    if not len(dataset.train):
        raise DataError(
            f"Expected training images in {training.dataset}. Received: {dataset.description}"
        )
    return dataset


def _fitted(network: CapsNetConfig, dataset: Dataset) -> CapsNetConfig:
    """The network for the images' size, channels and classes."""
    return network.fitted(dataset.image_shape, dataset.class_names)


def _go_on_as_begun(arguments: argparse.Namespace, folder: Path) -> None:
    """Fill in what is not given: where a run's images are, and what divides its batches."""
    begun = {}
    if arguments.resume:
        is_reported = bool(os.environ.get(workers.VARIABLE))  # which of several workers this is
        begun = provenance.read(folder) or (
            provenance.read(workers.own_folder(folder)) if is_reported else {}
        )
    if arguments.strategy is None:
        before = begun.get("strategy")
        arguments.strategy = before if before in STRATEGIES else "single"
    data = begun.get("data")
    if arguments.data is None and isinstance(data, str) and Path(data).exists():
        arguments.data = Path(data)


def _settings(arguments: argparse.Namespace, folder: Path) -> tuple[CapsNetConfig, TrainingConfig]:
    """The run's or the preset's, with what is to be in place of them."""
    if arguments.resume:
        network, training = run_folder.read_run(folder)
    else:
        preset = PRESETS[arguments.preset or PRESET]
        network, training = preset.network, preset.training
    given = _given(arguments, ("dataset", *ARRANGEMENT, *TRAINING_OPTIONS))
    return (
        dataclasses.replace(network, **_given(arguments, NETWORK_OPTIONS)),
        dataclasses.replace(training, **_paths_made_whole(given)),
    )


def _paths_made_whole(given: dict[str, Any]) -> dict[str, Any]:
    """What is given by path stays where it is, whichever folder the run goes on from."""
    return {
        name: os.path.abspath(os.path.expanduser(value))  # no such user is no such file
        if name == "start" or (name == "dataset" and is_path(value) and not tfds.is_named(value))
        else value
        for name, value in given.items()
    }


def _given(arguments: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    return {n: getattr(arguments, n) for n in names if getattr(arguments, n) is not None}


def _train(
    arguments: argparse.Namespace,
    network: CapsNetConfig,
    training: TrainingConfig,
    dataset: Dataset,
    folder: Path,
) -> Path:
    from capsnet.training import distribution
    from capsnet.training.callbacks.progress import ProgressBar
    from capsnet.training.train import train

    # Before anything is computed: workers have to find each other first.
    strategy = distribution.STRATEGIES[arguments.strategy]()
    callbacks: list[Any] = [ProgressBar(training.batch_size)]
    if arguments.tensorboard or (arguments.resume and (folder / LOGS).is_dir()):
        callbacks.append(distribution.tensorboard(folder / LOGS))
    finished = train(
        network,
        training,
        dataset.split("train"),
        dataset.split("validation"),
        folder,
        resume=arguments.resume,
        callbacks=tuple(callbacks),
        strategy=strategy,
        data=arguments.data and os.path.abspath(arguments.data.expanduser()),
    )
    return finished.best


def _add_fields(group: Any, config: type, described: dict[str, str]) -> None:
    """An option for each of a config's fields, of the field's type."""
    hints = typing.get_type_hints(config)
    for name, words in described.items():
        kind, metavar = _kind(hints[name])
        if name == "routing":
            kind, metavar = one_of(names()), f"{{{','.join(names())}}}"
        group.add_argument(
            f"--{name.replace('_', '-')}",
            type=kind,
            metavar=metavar,
            help=f"{words}; default: {default_in_words(name)}",
        )


def _kind(hint: Any) -> tuple[Callable[[str], Any], str]:
    """How an argument for a field of this type is read, and what stands for it in the help."""
    if typing.get_origin(hint) is typing.Literal:
        choices = typing.get_args(hint)
        return one_of(choices), f"{{{','.join(choices)}}}"
    if hint is int:
        return whole_number, "N"
    return (number, "X") if hint is float else (str, "CHECKPOINT")
