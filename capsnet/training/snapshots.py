"""A run's snapshots: what the network makes of the same ten pictures as it learns."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from capsnet.errors import UNREADABLE
from capsnet.network.trace import CapsNetTrace
from capsnet.storage.atomic_files import replacing
from capsnet.training.run_folder import snapshots_folder

EARLY = (1 / 128, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Shares of the first epoch after which a snapshot is taken: most happens early."""

PAGE = re.compile(r"(\d{4})-(\d{6})\.npz", re.ASCII)
"""What `place` calls a page: the epoch and the step."""

ROUTED = 7
"""Which of the ten digits is the one whose routing is kept, or the last where there are fewer."""


@dataclass(frozen=True)
class Snapshot:
    """The network at one moment of its training.

    Attributes:
        epoch: epochs that are finished.
        step: batches into the next one; 0 at its start.
        steps: batches of an epoch.
        images: the pictures, one of each class, (10, 28, 28) uint8, 255 for ink; with an axis of
            channels behind where there are several.
        reconstructions: what the longest capsule of each draws, likewise.
        lengths: of the ten capsules, for each digit, (10, 10) float16.
        coupling: c_ij of the last round for the digit at `ROUTED`, (I, J) float16.
        activity: the lengths of its primary capsules, (I,) float16.
        maps: maps among the I capsules, which run over (row, column, map).
        labels: the pictures' classes, (10,) int; fewer where a dataset has no picture of one.
    """

    epoch: int
    step: int
    steps: int
    images: np.ndarray
    reconstructions: np.ndarray
    lengths: np.ndarray
    coupling: np.ndarray
    activity: np.ndarray
    maps: int
    labels: np.ndarray

    @property
    def pictures(self) -> np.ndarray:
        """The pictures with their channels, (10, H, W, C) uint8."""
        return self.images if self.images.ndim == 4 else self.images[..., None]

    @property
    def drawings(self) -> np.ndarray:
        """The reconstructions likewise."""
        drawn = self.reconstructions
        return drawn if drawn.ndim == 4 else drawn[..., None]

    @property
    def routed(self) -> int:
        """The class of the digit whose routing is kept."""
        return int(self.labels[_routed(self.labels)])

    @property
    def right(self) -> int:
        """How many of the digits the network reads right."""
        return int((self.reads == self.labels).sum())

    @property
    def time(self) -> float:
        """Epochs since the beginning."""
        return self.epoch + self.step / max(1, self.steps)

    @property
    def reads(self) -> np.ndarray:
        """The class that the network reads in each digit, (10,) int."""
        return self.lengths.argmax(axis=-1)


def early_steps(steps: int) -> set[int]:
    """After which batches of the first epoch to look."""
    return {max(1, round(steps * share)) for share in EARLY} - {steps}


def snapshot(
    trace: CapsNetTrace, labels: np.ndarray, epoch: int, step: int, steps: int
) -> Snapshot:
    """What is kept of the trace of the ten digits, of these classes; all of it numbers."""
    routed = _routed(labels)
    capsules = trace.primary_capsules[routed].astype(np.float32)  # (rows, columns, maps, 8)
    return Snapshot(
        epoch,
        step,
        steps,
        _levels(trace.images),
        _levels(trace.reconstruction),
        trace.lengths[-1].astype(np.float16),
        trace.coupling[-1, routed].astype(np.float16),
        np.linalg.norm(capsules, axis=-1).ravel().astype(np.float16),
        capsules.shape[2],
        labels,
    )


def _routed(labels: np.ndarray) -> int:
    return min(ROUTED, len(labels) - 1)


def _levels(images: np.ndarray) -> np.ndarray:
    levels = np.rint(images * 255).astype(np.uint8)
    return levels[..., 0] if levels.shape[-1] == 1 else levels


def write(folder: Path, kept: Snapshot) -> None:
    """Add a snapshot to those of the run in `folder`, in the place of an earlier try."""
    snapshots_folder(folder).mkdir(exist_ok=True)
    path = place(folder, kept.epoch, kept.step)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **dataclasses.asdict(kept))


def place(folder: Path, epoch: int, step: int) -> Path:
    """The file of the moment so many batches into the epoch after `epoch`."""
    return snapshots_folder(folder) / f"{epoch:04}-{step:06}.npz"


def pages(folder: Path, done: float | None = None) -> list[Path]:
    """The files of a run's snapshots, oldest first.

    Args:
        folder: the run's.
        done: leave out what is later than so many epochs.
    """
    found = []
    for path in sorted(snapshots_folder(folder).glob("*.npz")):
        moment = PAGE.fullmatch(path.name)  # others are copies, or nothing of ours
        if moment and (done is None or tuple(map(int, moment.groups())) <= (done, 0)):
            found.append(path)
    return found


def read(path: Path) -> Snapshot | None:
    """One snapshot; None if it cannot be read, or is of a network that was NaN."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = {f.name for f in dataclasses.fields(Snapshot)} & set(arrays)
            values = {name: arrays[name] for name in names}
            # Pages of earlier versions have none.
            values.setdefault("labels", np.arange(len(values["images"])))
        if not all(np.isfinite(values[name]).all() for name in ("lengths", "coupling", "activity")):
            return None
        numbers = {name: int(values[name]) for name in ("epoch", "step", "steps", "maps")}
        return Snapshot(**{**values, **numbers})
    except UNREADABLE:
        return None
