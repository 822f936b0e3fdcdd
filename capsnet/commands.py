"""What each command of `python -m capsnet` takes and does."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from capsnet.config import PRESETS, CapsNetConfig, TrainingConfig
from capsnet.data import DataError
from capsnet.datasets import DATA_VARIABLE, SOURCES, load, load_split
from capsnet.files import replacing
from capsnet.quiet import load_tensorflow_quietly
from capsnet.reading import Reading, read_lengths
from capsnet.runs import TrainingError, TrainingInterrupted
from capsnet.turns import turn
from capsnet.untrusted import CheckpointError

NETWORK_OPTIONS = ("rounds", "loop", "gradient", "reconstruction_weight")
TRAINING_OPTIONS = (
    "dataset",
    "epochs",
    "batch_size",
    "learning_rate",
    "schedule",
    "warmup_steps",
    "shift",
    "rotation",
    "scale",
    "shear",
    "elastic",
    "thickness",
    "flourishes",
    "untouched",
    "ema",
    "patience",
    "start",
    "seed",
    "conv_dtype",
)


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen command; a failure becomes one message and exit status 1.

    Args:
        arguments: what the parser read; `arguments.command` is one of the functions below.

    Returns:
        The process's exit status.
    """
    try:
        with _turn(arguments):
            load_tensorflow_quietly()
            return arguments.command(arguments) or 0
    except TrainingInterrupted as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 130
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except (DataError, CheckpointError, TrainingError, ValueError, OSError) as error:
        print(f"capsnet: {error}", file=sys.stderr)
        return 1


def _turn(arguments: argparse.Namespace) -> contextlib.AbstractContextManager[None]:
    """Wait, before TensorFlow takes its memory, where the command is asked to."""
    if getattr(arguments, "wait", False):
        return turn(_run_folder(arguments))
    return contextlib.nullcontext()


def _run_folder(arguments: argparse.Namespace) -> Path:
    return arguments.out or Path("runs") / arguments.preset


def add_train(subparsers: Any) -> None:
    """`train`: train a network, or go on with a run."""
    parser = subparsers.add_parser("train", help="train a network, or resume a run")
    parser.set_defaults(command=train)
    described = "; ".join(f"{name}: {p.description}" for name, p in PRESETS.items())
    parser.add_argument("--preset", choices=PRESETS, default="paper", help=described)
    _add_dataset(parser)
    parser.add_argument("--out", type=Path, help="the run's folder; default: runs/PRESET")
    parser.add_argument("--resume", action="store_true", help="go on with the run in that folder")
    parser.add_argument(
        "--wait", action="store_true", help="wait until no other run beside that folder trains"
    )
    parser.add_argument(
        "--strategy",
        choices=("single", "mirrored"),
        default="single",
        help="mirrored: divide each batch among all GPUs of this machine",
    )
    parser.add_argument(
        "--tensorboard", action="store_true", help="write its logs too, in the run's folder"
    )
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
    overrides.add_argument("--rotation", type=float, help="largest rotation, in degrees")
    overrides.add_argument("--scale", type=float, help="largest stretch, as a share: 0.1")
    overrides.add_argument("--shear", type=float, help="largest slant, in pixels a row")
    overrides.add_argument("--elastic", type=float, help="mean bending, in pixels")
    overrides.add_argument("--thickness", type=float, help="of strokes: up to a pixel for 1")
    overrides.add_argument("--flourishes", type=float, help="share of barred 7s, upstroked 1s")
    overrides.add_argument("--untouched", type=float, help="share of images left as they are")
    overrides.add_argument("--ema", type=float, help="momentum of the weights' moving average")
    overrides.add_argument("--patience", type=int, help="epochs without progress before the end")
    overrides.add_argument("--start", metavar="CHECKPOINT", help="weights to start from")
    overrides.add_argument("--reconstruction-weight", type=float, help="per image")
    overrides.add_argument("--seed", type=int)
    overrides.add_argument("--conv-dtype", choices=("float32", "bfloat16"))


def train(arguments: argparse.Namespace) -> None:
    """Train as asked; the best network by validation loss is in the run's folder."""
    from capsnet import distribution, training
    from capsnet.progress import ProgressBar

    folder = _run_folder(arguments)
    if arguments.resume:
        network, how = training.read_run(folder)
    else:
        preset = PRESETS[arguments.preset]
        network, how = preset.network, preset.training
    network = _overridden(network, arguments, NETWORK_OPTIONS)
    how = _overridden(how, arguments, TRAINING_OPTIONS)
    dataset = load(how.dataset, arguments.data)
    network = dataclasses.replace(network, class_names=dataset.class_names)
    callbacks: list[Any] = [ProgressBar(how.batch_size)]
    if arguments.tensorboard:
        callbacks.append(distribution.tensorboard(folder / "tensorboard"))
    finished = training.train(
        network,
        how,
        dataset.split("train"),
        dataset.split("validation"),
        folder,
        resume=arguments.resume,
        callbacks=tuple(callbacks),
        strategy=distribution.mirrored() if arguments.strategy == "mirrored" else None,
    )
    print(f"Best network: {finished.best}")


def add_evaluate(subparsers: Any) -> None:
    """`evaluate`: how good a network is on a split."""
    parser = subparsers.add_parser("evaluate", help="measure a network on a split")
    parser.set_defaults(command=evaluate)
    _add_checkpoint(parser)
    parser.add_argument(
        "--split",
        choices=("validation", "test"),
        default="validation",
        help="validation (default; MNIST's needs no data file: its 5,000 are bundled) or test",
    )
    _add_dataset(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def evaluate(arguments: argparse.Namespace) -> None:
    """Print a network's figures on a split."""
    from capsnet import checkpoints, evaluation

    digits = load_split(arguments.split, arguments.data, arguments.dataset or "mnist")
    figures = evaluation.evaluate(checkpoints.load(arguments.checkpoint), digits)
    if arguments.json:
        print(json.dumps({"split": arguments.split, **figures.to_dict()}))
        return
    print(f"{figures.images} images, {arguments.split} split")
    print(f"accuracy             {figures.accuracy:.2%}")
    print(f"margin loss          {figures.margin_loss:.5f}")
    print(f"squared error        {figures.reconstruction_error:.3f} an image, summed over pixels,")
    print("                     decoded from the predicted class")
    print("\nconfusion matrix: a row for each true class, a column for each predicted one")
    print("    " + "".join(f"{c:6}" for c in range(len(figures.confusion))))
    for c, row in enumerate(figures.confusion):
        print(f"{c:4}" + "".join(f"{n:6}" for n in row))


def add_predict(subparsers: Any) -> None:
    """`predict`: which digit pictures show."""
    parser = subparsers.add_parser("predict", help="class and ten lengths for pictures of digits")
    parser.set_defaults(command=predict)
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="PNG or JPEG of one digit")
    _add_checkpoint(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def predict(arguments: argparse.Namespace) -> int:
    """Print class and lengths of each picture; one that cannot be read does not stop the others.

    Returns:
        1 if any picture could not be read, else 0.
    """
    from capsnet import checkpoints
    from capsnet.image import PictureError

    model = checkpoints.load(arguments.checkpoint)
    predictions = []
    for path in arguments.images:
        try:
            pixels = _read_digit(path)
        except PictureError as error:
            print(f"capsnet: {error}", file=sys.stderr)
            continue
        traced = model.trace(pixels)
        reading = read_lengths(traced.lengths[-1, 0])
        lengths = [round(float(length), 4) for length in traced.lengths[-1, 0]]
        found = {"image": path, "class": reading.best, "says": reading.kind, "lengths": lengths}
        predictions.append((found, reading))
    if arguments.json:
        print(json.dumps([found for found, _ in predictions]))
    else:
        for found, reading in predictions:
            listed = "  ".join(f"{c}: {length:.3f}" for c, length in enumerate(found["lengths"]))
            print(f"{found['image']}: {in_words(reading)}   {listed}")
    return int(len(predictions) < len(arguments.images))


def in_words(reading: Reading) -> str:
    """The class, with a caveat where the lengths do not speak of one digit."""
    if reading.kind == "none":
        return f"no digit (nearest: {reading.best})"
    if reading.kind == "two":
        return f"{reading.best} or {reading.second} (two answers)"
    return str(reading.best)


def add_trace(subparsers: Any) -> None:
    """`trace`: everything the network computes for a picture."""
    parser = subparsers.add_parser("trace", help="write every intermediate for a picture to .npz")
    parser.set_defaults(command=trace)
    parser.add_argument("image", metavar="IMAGE", help="PNG or JPEG of one digit")
    parser.add_argument("--out", type=Path, required=True, help="the .npz file to write")
    parser.add_argument("--rounds", type=int, help="routing rounds, 1 to 10")
    _add_checkpoint(parser)


def trace(arguments: argparse.Namespace) -> None:
    """Write a picture's `CapsNetTrace`."""
    from capsnet import checkpoints

    pixels = _read_digit(arguments.image)
    traced = checkpoints.load(arguments.checkpoint).trace(pixels, arguments.rounds)
    with replacing(arguments.out) as temporary, temporary.open("wb") as file:
        traced.save(file)
    print(f"{arguments.image}: {traced.predictions[0]}, {traced.rounds} rounds -> {arguments.out}")


def add_publish(subparsers: Any) -> None:
    """`publish`: make a run's best network the shipped one."""
    parser = subparsers.add_parser(
        "publish", help="measure a run's best network and write it with its model card"
    )
    parser.set_defaults(command=publish)
    parser.add_argument("run", type=Path, metavar="RUN_FOLDER", help="the folder of a run")
    parser.add_argument("--data", type=Path, help="where its dataset is; as for train")
    parser.add_argument("--out", type=Path, help="folder; default: assets/checkpoints")
    parser.add_argument("--machine", help="what it was trained on, in words; default: this machine")


def publish(arguments: argparse.Namespace) -> None:
    """Write checkpoint, card and history of a run."""
    from capsnet import card, checkpoints

    target = card.publish(arguments.run, arguments.data, arguments.out, arguments.machine)
    written = checkpoints.read_card(target)
    for split in ("validation", "test"):
        figures = written[split]
        print(
            f"{split}: accuracy {figures['accuracy']:.2%}, "
            f"squared error {figures['reconstruction_error']:.3f} an image"
        )
    print(f"Published: {target}")


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dataset", help=f"{', '.join(SOURCES)} or the path of an .npz file; default: mnist"
    )
    parser.add_argument(
        "--data",
        type=Path,
        help="where that is: an .npz file, or a folder with NAME.npz; "
        f"default: {DATA_VARIABLE}, Keras's cache, Keras's download",
    )


def add_misread(subparsers: Any) -> None:
    """`misread`: list the bundled digits that a network reads wrongly."""
    parser = subparsers.add_parser(
        "misread", help="list the bundled digits a network reads wrongly, beside its checkpoint"
    )
    parser.set_defaults(command=misread)
    _add_checkpoint(parser)


def misread(arguments: argparse.Namespace) -> None:
    """Write the list that the pages offer; `publish` writes it too."""
    from capsnet import checkpoints
    from capsnet import misread as listing

    digits = load_split("validation")
    found = listing.find(checkpoints.load(arguments.checkpoint), digits)
    written = listing.write(found, arguments.checkpoint)
    print(f"{len(found)} of {len(digits)} digits read wrongly -> {written}")


def _add_checkpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", type=Path, help="a .keras file; default: the shipped one")


def _read_digit(path: str) -> np.ndarray:
    """The picture at `path` as the network takes it, (1, 28, 28, 1) float32 in [0, 1]."""
    from capsnet import image

    try:
        return image.normalise(image.read_picture(path))[None]
    except image.PictureError as error:
        raise image.PictureError(f"{path}: {error}") from error


def _overridden(
    config: CapsNetConfig | TrainingConfig, arguments: argparse.Namespace, names: tuple[str, ...]
) -> Any:
    given = {n: getattr(arguments, n) for n in names if getattr(arguments, n) is not None}
    return dataclasses.replace(config, **given)
