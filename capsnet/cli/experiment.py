"""Measure what capsules promise, on a split: `python -m capsnet experiment NAME`.

The result is printed, and kept in a folder beside the checkpoint, where the pages find it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from capsnet.analysis.experiments.measure import fingerprint, measure
from capsnet.analysis.experiments.registry import EXPERIMENTS
from capsnet.analysis.experiments.settings import Experiment, Setting, Subject
from capsnet.cli.arguments import (
    add_checkpoint,
    add_dataset,
    add_json,
    add_rounds,
    add_split,
    counted,
    path,
    whole_number,
)
from capsnet.cli.split_images import split_images, trained_on
from capsnet.config import check_rounds
from capsnet.data.bundled import load_bundled
from capsnet.data.images import Digits
from capsnet.storage import checkpoints, experiment_results
from capsnet.storage.atomic_files import check_place, replacing, sha256
from capsnet.tensorflow_startup import load_tensorflow_quietly

HELP = "measure what capsules promise, on a split"

NOT_KEPT = ("record",)
"""Experiments whose result is a file of its own."""

SHOWN_VALUES = 12
"""Longer lists are only counted where a person reads."""

LINE_EVERY = 0.2
"""Seconds between two lines of progress."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which experiment, with what settings, on what."""
    names = parser.add_subparsers(required=True, metavar="NAME", dest="experiment")
    for name, experiment in EXPERIMENTS.items():
        words = experiment.words.replace("%", "%%")
        one = names.add_parser(name, help=words, description=words)
        for setting in experiment.settings:
            _add_setting(one, setting)
        if not experiment.own_rounds:
            add_rounds(one)
        add_checkpoint(one)
        _add_images(one)
        add_json(one)
        one.add_argument(
            "--out",
            type=path,
            metavar="FILE",
            help="write the result there, as JSON (record: .npz)",
        )
        one.add_argument(
            "--kept", action="store_true", help="print the result kept of the last time, if any"
        )


def run(arguments: argparse.Namespace) -> None:
    """Measure, print and keep the result."""
    experiment = EXPERIMENTS[arguments.experiment]
    values = experiment.values(_given(arguments, experiment))
    rounds = None if experiment.own_rounds else arguments.rounds
    if rounds is not None:
        check_rounds(rounds)
    _check_out(arguments, experiment)
    checkpoint = arguments.checkpoint
    network = checkpoints.check(checkpoint)
    if "other" in values:
        checkpoints.check(values["other"])
    dataset = arguments.dataset or trained_on(checkpoint)
    digits, description = split_images(arguments, dataset, network)
    if description and not arguments.json:
        print(description)
    digits = _in_order(digits) if arguments.split == "validation" else digits
    digits = digits[: arguments.first] if arguments.first else digits
    asked = {"settings": values, "rounds": rounds, "images": fingerprint(digits)}
    if "other" in values:
        asked["other"] = sha256(values["other"])
    result = None
    if arguments.kept:
        result = experiment_results.read(checkpoint, experiment.name, asked)
    if result is None:
        of = sha256(checkpoints.place(checkpoint))  # before it is loaded: a run may replace it
        found = _measured(experiment, values, rounds, digits, arguments)
        result = {"split": arguments.split, "dataset": dataset, **found}
        if experiment.name not in NOT_KEPT:
            _keep(checkpoint, experiment.name, asked, result, of)
    _tell(result, arguments, experiment)


def _in_order(digits: Digits) -> Digits:
    """The bundled digits in their own order, where the images are these digits.

    MNIST's file has the same digits in another order. The pages look for a result of theirs, and
    the first N of a split are not to depend on where the digits come from.
    """
    bundled = load_bundled()
    same_size = len(digits) == len(bundled) and digits.shape == bundled.shape
    return bundled if same_size and _contents(digits) == _contents(bundled) else digits


def _contents(digits: Digits) -> Counter[tuple[bytes, int]]:
    labels = digits.labels.tolist()
    return Counter(zip(map(np.ndarray.tobytes, digits.images), labels, strict=True))


def _add_setting(parser: argparse.ArgumentParser, setting: Setting) -> None:
    if setting.kind == "flag":
        parser.add_argument(f"--{setting.name}", action="store_true", help=setting.words)
        return

    def parsed(text: str) -> Any:
        try:
            return setting.parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    default = setting.default
    said = ",".join(map(str, default)) if isinstance(default, tuple) else default
    parser.add_argument(
        f"--{setting.name}",
        type=parsed,
        default=default,
        required=default is None,
        metavar="N,N,..." if setting.many else "N" if setting.kind != "word" else "WORD",
        help=setting.words + ("" if default is None else f"; default: {said}"),
    )


def _add_images(parser: argparse.ArgumentParser) -> None:
    add_split(parser, "train; test is for final figures only")
    parser.add_argument(
        "--first", type=whole_number, metavar="N", help="only the split's first N images"
    )
    add_dataset(parser, "what the network was trained on, or mnist if that is not known")


def _given(arguments: argparse.Namespace, experiment: Experiment) -> dict[str, Any]:
    if arguments.first is not None and arguments.first < 1:
        raise ValueError(f"Expected --first of at least 1. Received: {arguments.first}")
    return {setting.name: getattr(arguments, setting.name) for setting in experiment.settings}


def _check_out(arguments: argparse.Namespace, experiment: Experiment) -> None:
    if arguments.out is None:
        if experiment.name in NOT_KEPT:
            raise ValueError("Expected --out, a file ending in .npz. Received: none")
        return
    check_place(arguments.out, ".npz" if experiment.name in NOT_KEPT else ".json")
    if not arguments.out.absolute().parent.is_dir():
        raise ValueError(f"Expected --out in a folder that is there. Received: {arguments.out}")


def _measured(
    experiment: Experiment,
    values: Mapping[str, Any],
    rounds: int | None,
    digits: Digits,
    arguments: argparse.Namespace,
) -> dict[str, Any]:
    load_tensorflow_quietly()
    model = checkpoints.load(arguments.checkpoint)
    untouched: Callable[[], Digits] | None = None
    if arguments.split != "validation":  # by which a threshold is chosen
        dataset = arguments.dataset or trained_on(arguments.checkpoint)

        def untouched() -> Digits:
            return split_images(arguments, dataset, model.config, more="validation")[0]

    watch = _Progress()
    out = arguments.out if experiment.name in NOT_KEPT else None
    subject = Subject(model, digits, rounds, watch, untouched, out)
    try:
        return measure(experiment, subject, values)
    finally:
        watch.end()


def _keep(
    checkpoint: Path | None,
    name: str,
    asked: Mapping[str, Any],
    result: Mapping[str, Any],
    of: str,
) -> None:
    """Keep the result beside the checkpoint; that it cannot be kept is no failure."""
    try:
        experiment_results.write(checkpoint, name, asked, result, of)
    except OSError as error:
        print(f"capsnet: The result is not kept: {error}", file=sys.stderr)


def _tell(result: Mapping[str, Any], arguments: argparse.Namespace, experiment: Experiment) -> None:
    if arguments.out is not None and experiment.name not in NOT_KEPT:
        place = os.path.realpath(arguments.out)
        with replacing(place) as temporary:
            temporary.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if arguments.json:
        print(json.dumps(result))
        return
    rounds = "" if experiment.own_rounds else f", {counted(result['rounds'], 'round')}"
    print(f"{result['images']} images, {result['split']} split of {result['dataset']}{rounds}")
    known = {"experiment", "settings", "images", "rounds", "split", "dataset"}
    for line in _lines({k: v for k, v in result.items() if k not in known}):
        print(line)
    if arguments.out is not None:
        print(f"-> {arguments.out}")


def _lines(values: Mapping[str, Any], indent: str = "") -> list[str]:
    """Figures as lines for a person."""
    lines = []
    for name, value in values.items():
        label = indent + name.replace("_", " ")
        if isinstance(value, Mapping):
            lines += [label, *_lines(value, indent + "  ")]
        elif isinstance(value, list) and len(value) > SHOWN_VALUES:
            lines.append(f"{label}: {len(value)} values")
        elif isinstance(value, list) and all(isinstance(v, int | float) for v in value):
            lines.append(f"{label}: " + ", ".join(f"{v:.4g}" for v in value))
        elif isinstance(value, float):
            lines.append(f"{label}: {value:.4f}")
        else:
            lines.append(f"{label}: {value}")
    return lines


class _Progress:
    """A line on standard error that says how far it is and how long it may take; in a terminal."""

    def __init__(self) -> None:
        self._start = self._told = time.monotonic()
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if not self._shown or now - self._told < LINE_EVERY:
            return
        self._told = now
        left = (now - self._start) * (of - done) / max(1, done)
        print(f"\r{done} of {of} images, {left:.0f} s left   ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave an empty line."""
        if self._shown:
            print("\r" + " " * 50 + "\r", end="", file=sys.stderr, flush=True)
