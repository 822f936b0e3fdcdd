"""The room that a run will take on its disk, known before it begins."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

from capsnet.config import CapsNetConfig
from capsnet.errors import TrainingError
from capsnet.training import validation_pictures
from capsnet.training.run_folder import BEST, INTERRUPTED, LAST, RUN, snapshots_folder
from capsnet.training_config import TrainingConfig

SMALL = 2_000_000
"""Bytes for tables, settings and what HDF5 adds."""

EARLY_SNAPSHOTS = 9
"""Before the first epoch and in it."""

MEGABYTE = 1_000_000


def bytes_needed(network: CapsNetConfig, training: TrainingConfig) -> int:
    """Bytes that a run takes at most: networks, the state it goes on from, snapshots, pictures.

    The state is written beside the one of the epoch before, which it then replaces.

    Args:
        network: of the run.
        training: how it is trained; Adam keeps two numbers a weight, the moving average a third.
    """
    weights = 4 * sum(map(math.prod, network.weight_shapes))
    state = weights * (4 if training.ema else 3)
    states = state if training.epochs == 1 else 2 * state
    snapshots = (training.epochs + EARLY_SNAPSHOTS) * _snapshot(network)
    pictures = validation_pictures.count(network, training) * math.prod(network.image_shape)
    networks = 2 * weights  # the best one, and one that was stopped
    return networks + states + snapshots + pictures + SMALL


def _snapshot(network: CapsNetConfig) -> int:
    """Bytes of a snapshot at most, as if nothing of it could be compressed."""
    pictures = 2 * network.num_classes * math.prod(network.image_shape)  # shown and drawn
    routing = 2 * network.num_primary_capsules * (network.num_classes + 1)
    return pictures + routing + 2 * network.num_classes**2 + 4_000


def check_room(
    folder: Path, network: CapsNetConfig, training: TrainingConfig, done: int = 0
) -> None:
    """Check that the disk has room for a run, or for what is left of one.

    Args:
        folder: the run's; it need not be there.
        network: of the run.
        training: how it is trained.
        done: its epochs that are finished.

    Raises:
        TrainingError: if there is not; it says how much is needed and how much is free.
    """
    if done >= training.epochs:
        return
    needed = bytes_needed(network, training) - _taken(folder)
    beside = next(place for place in (folder, *folder.resolve().parents) if place.is_dir())
    try:
        free = shutil.disk_usage(beside).free
    except OSError:  # a disk that does not tell
        return
    if free >= needed:
        return
    advice = (
        "The run is kept: make room, then --resume."
        if (folder / RUN).is_file()
        else "Nothing was begun: make room, or choose a folder on another disk."
    )
    raise TrainingError(
        f"Expected room for {needed / MEGABYTE:,.0f} MB in {folder}: the run's networks, the state "
        f"to go on from and its snapshots. Received: {free / MEGABYTE:,.0f} MB free. {advice}"
    )


def _taken(folder: Path) -> int:
    """Bytes of what a run has written, which it will replace or need not write again."""
    written = [folder / name for name in (BEST, LAST, INTERRUPTED)]
    return sum(
        p.stat().st_size for p in (*written, *snapshots_folder(folder).glob("*")) if p.is_file()
    )
