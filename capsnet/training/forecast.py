"""How long a run will take on this machine, and where that is known from."""

from __future__ import annotations

import dataclasses
import itertools
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from capsnet.config import CapsNetConfig
from capsnet.errors import TrainingError
from capsnet.training import run_folder
from capsnet.training.history import HISTORY, read_history
from capsnet.training_config import AUTO, TrainingConfig

SHARE = 0.4
"""Of the speed of a bare float32 matrix product, what training reaches, roughly.

Measured: 0.40 (`explorer`, float32), 0.27 (`compact`, float32), 0.83 (`explorer`, bfloat16) and
0.37 (`compact`, bfloat16), so that a guess is right within a factor of about two.
"""

STARTUP = 12.0
"""Seconds until TensorFlow is there and has prepared itself for a network."""

PREPARATION = 15.0
"""Seconds that the first epoch takes longer: TensorFlow prepares the steps of training and of
validation, and early pictures are kept. With few images that is most of the time."""

KEEPING = 1.5
"""Seconds at each epoch's end, whatever its images: the networks, the state, a snapshot."""

SIDE = 384
MEASURED_OVER = 0.25
"""Seconds."""

LEAST_PRODUCTS = 20

NO_MATTER: dict[str, Any] = {
    "reconstruction_weight": 0,
    "margin_positive": 0,
    "margin_negative": 0,
    "margin_down_weight": 0,
    "W_stddev": 1,
    "class_names": None,
}
"""Fields of the network that change what it learns but not its work."""


@dataclass(frozen=True)
class Forecast:
    """The time of a run.

    Attributes:
        seconds: until it has finished.
        run: the earlier run whose speed was taken; None if it is a guess from a measurement.
    """

    seconds: float
    run: str | None


def seconds_of(images: int, validation: int, epochs: int, images_per_second: float) -> float:
    """Time of a run of known speed, with its start.

    Looking at a validation image costs a third of learning from one.
    """
    epoch = KEEPING + (images + validation / 3) / images_per_second
    return STARTUP + PREPARATION + epochs * epoch


def from_past_runs(
    folders: list[Path],
    host: str,
    network: CapsNetConfig,
    training: TrainingConfig,
    images: int,
    validation: int,
) -> Forecast | None:
    """The forecast from the latest run on this machine that did the same work an image.

    Args:
        folders: of the runs, the latest first.
        host: this machine, as `platform.node` names it.
        network: of the run to come.
        training: of the run to come.
        images: its training images.
        validation: its validation images.

    Returns:
        None if there was no such run.
    """
    for folder in folders:
        progress = run_folder.read_progress(folder)
        if not (progress and progress.host == host):
            continue
        try:
            past_network, past_training = run_folder.read_run(folder)
            epochs = [row["seconds"] for row in read_history(folder / HISTORY)]
        except (TrainingError, ValueError, OSError):
            continue
        same = (
            _work(network) == _work(past_network)
            and training.batch_size == past_training.batch_size
        )
        if not (same and training.conv_dtype in (AUTO, past_training.conv_dtype)):
            continue
        if epochs and progress.steps:
            share = images / (progress.steps * past_training.batch_size)
            if training.dataset == past_training.dataset:
                share = 1.0  # the last batch of an epoch may be small
            return Forecast(_like(epochs, training.epochs, share), folder.name)
        if speed := progress.images_per_second:  # of its first epoch, under way
            return Forecast(seconds_of(images, validation, training.epochs, speed), folder.name)
    return None


def _like(seconds: list[float], epochs: int, share: float) -> float:
    """Time of a run whose epochs have a share of the images of one that took `seconds` each.

    In the first epoch TensorFlow prepares itself, and more pictures are kept of it.
    """
    later = (
        sorted(seconds[1:])[(len(seconds) - 1) // 2]
        if len(seconds) > 1
        else min(seconds[0], max(KEEPING, seconds[0] - PREPARATION))
    )
    keeping = min(KEEPING, later)
    epoch = keeping + share * (later - keeping)
    return STARTUP + epochs * epoch + max(0.0, seconds[0] - later)


def guess(
    network: CapsNetConfig,
    training: TrainingConfig,
    images: int,
    validation: int,
    products_per_second: float,
) -> Forecast:
    """The forecast from the machine's speed at multiplying matrices.

    Args:
        network: of the run to come.
        training: of the run to come.
        images: its training images.
        validation: its validation images.
        products_per_second: as `measure` found.
    """
    # The way back is twice the work of the way there.
    speed = SHARE * products_per_second / (3 * multiply_adds(network))
    return Forecast(seconds_of(images, validation, training.epochs, speed), None)


def multiply_adds(network: CapsNetConfig) -> int:
    """Products that one image takes on its way through the network."""
    n = network
    channels = n.primary_maps * n.primary_dim
    pose = n.num_classes * n.digit_dim
    layers = (pose, *n.decoder_units, math.prod(n.image_shape))
    first = math.prod(n.conv_grid) * n.conv_filters * n.conv_kernel**2 * n.image_shape[2]
    second = math.prod(n.primary_grid) * channels * n.primary_kernel**2 * n.conv_filters
    votes = n.num_primary_capsules * pose * n.primary_dim
    routing = (2 * n.rounds - 1) * n.num_primary_capsules * pose
    decoder = sum(a * b for a, b in zip(layers, layers[1:], strict=False))
    return first + second + votes + routing + decoder


def measure() -> float:
    """Products a second of this machine, if nothing else ran, in a large float32 matrix product.

    Processor time is counted, of all cores, so that a busy machine does not look like a slow one.
    """
    one = np.ones((SIDE, SIDE), np.float32)
    one @ one
    marks, end = [time.process_time()], time.perf_counter() + MEASURED_OVER
    while len(marks) <= LEAST_PRODUCTS or time.perf_counter() < end:
        one @ one
        marks.append(time.process_time())
    fastest = min(after - before for before, after in itertools.pairwise(marks))
    mean = (marks[-1] - marks[0]) / (len(marks) - 1)
    # Where that clock is coarse, only the mean means anything.
    return SIDE**3 * cores() / max(fastest or mean, 1e-6)


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _work(network: CapsNetConfig) -> CapsNetConfig:
    return dataclasses.replace(network, **NO_MATTER)
