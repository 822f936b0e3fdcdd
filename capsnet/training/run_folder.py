"""What a run's folder holds, and how a trainer and its watchers speak through it.

Only files are shared, so that a watcher may come and go, sit in another process or look at the
folder over a network. Nothing here needs TensorFlow.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from capsnet import config_checks
from capsnet.config import CapsNetConfig
from capsnet.errors import UNREADABLE, TrainingError, TrainingInterrupted
from capsnet.storage.atomic_files import ROOM, read_json, replacing, unfinished, write_json
from capsnet.training import run_lock
from capsnet.training.history import HISTORY, read_history
from capsnet.training_config import TrainingConfig

RUN, BEST, LAST, INTERRUPTED = "run.json", "best.keras", "last.weights.h5", "interrupted.keras"
PROGRESS, REQUEST, SNAPSHOTS, LOG = "progress.json", "request", "snapshots", "log.txt"
LOCK = "lock"
"""Held by the trainer at work in the folder."""
QUEUED = "queued"
"""A lock too, held from before a run's turn to its end by a trainer that waits for it."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
"""What a run's folder may be called to be on the Training page and in links."""

State = Literal["waiting", "starting", "running", "paused", "finished", "stopped", "failed"]
LIVE: tuple[State, ...] = ("waiting", "starting", "running", "paused")
"""States that only a live process is in."""

Request = Literal["pause", "stop"]


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        state: what the run does; a killed one never gets to say that it ended, see `live`.
        epoch: the epoch it is in, from 1; 0 before the first.
        epochs: how many there are to be.
        step: batches of this epoch that are done.
        steps: batches of an epoch.
        images_per_second: over the last seconds; 0 while not known.
        seconds_left: until the end of the last epoch; None while not known.
        loss: mean of this epoch so far; the next three likewise.
        margin_loss: its first part.
        reconstruction_error: squared error of an image, summed over its pixels.
        accuracy: share of training images read right.
        learning_rate: of the next step.
        message: one sentence, if there is something to say.
        pid: the process.
        host: its machine.
        updated: when this was written, in seconds since 1970.
        since: when the process entered this state.
        finished: epochs that the run would go on after; None where that was not told, as by
            earlier versions.
    """

    state: State = "waiting"
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    images_per_second: float = 0.0
    seconds_left: float | None = None
    loss: float | None = None
    margin_loss: float | None = None
    reconstruction_error: float | None = None
    accuracy: float | None = None
    learning_rate: float | None = None
    message: str = ""
    pid: int = 0
    host: str = ""
    updated: float = 0.0
    since: float = 0.0
    finished: int | None = None

    def whole(self, rows: int) -> int:
        """Epochs that need not be done again, of a run whose history has so many rows.

        The state is written after the row: killed in between, a run does its last row's epoch anew.
        """
        return rows if self.finished is None else min(rows, self.finished)

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1."""
        if self.state == "finished":
            return 1.0
        if not (self.epochs and self.steps and self.epoch):
            return 0.0
        return min(1.0, (self.epoch - 1 + self.step / self.steps) / self.epochs)


def write_progress(folder: Path, progress: Progress) -> None:
    """Replace a run's progress, as of now and of this process."""
    stamped = dataclasses.replace(
        progress, pid=os.getpid(), host=platform.node(), updated=time.time()
    )
    write_json(folder / PROGRESS, dataclasses.asdict(stamped), durable=False)


def enter(folder: Path, state: State) -> None:
    """Say that a run enters a state; how far it had come before stays to be read."""
    before = read_progress(folder) or Progress()
    told = dataclasses.replace(before, state=state, message="", since=time.time())
    write_progress(folder, dataclasses.replace(told, seconds_left=None))


def tell_finished(folder: Path, epochs: int) -> None:
    """Say how many epochs a run would go on after; whatever else it said stays."""
    if (before := read_progress(folder)) is not None:
        write_progress(folder, dataclasses.replace(before, finished=epochs))


@contextlib.contextmanager
def ended(folder: Path) -> Iterator[None]:
    """Record in a run's progress how it ended, if this process had begun it."""
    try:
        yield
    except BaseException as error:
        stopped = isinstance(error, TrainingInterrupted | KeyboardInterrupt)
        said = str(error).strip() or type(error).__name__
        _end(folder, "stopped" if stopped else "failed", said)
        raise
    _end(folder, "finished", "")


def _end(folder: Path, state: State, message: str) -> None:
    progress = read_progress(folder)
    if progress is None or progress.pid != os.getpid() or progress.state not in LIVE:
        return
    with contextlib.suppress(OSError):  # the disk may be what it failed of
        told = dataclasses.replace(progress, state=state, message=message, since=time.time())
        write_progress(folder, dataclasses.replace(told, seconds_left=None))


def read_progress(folder: Path) -> Progress | None:
    """A run's progress; None if it never had any, or the file is damaged: no number is negative."""
    try:
        values = read_json(folder / PROGRESS)
        known = {f.name for f in dataclasses.fields(Progress)}
        told = {name: value for name, value in values.items() if name in known}
    except (OSError, ValueError, AttributeError):
        return None
    numbers = [value for value in told.values() if isinstance(value, int | float)]
    sound = config_checks.fit(told, Progress) and all(0 <= n <= sys.float_info.max for n in numbers)
    return Progress(**told) if sound else None


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other trainers out of a run's folder, which is created if need be.

    Raises:
        TrainingError: if another trainer is at work in it, or it cannot be written.
    """
    with run_lock.held(lockable(folder, LOCK)) as ours:
        if not ours:
            progress = read_progress(folder)
            who = f", process {progress.pid} on {progress.host}" if progress else ""
            raise TrainingError(
                "Expected a folder that no other trainer is using. "
                f"Received: {folder}, where one is at work{who}."
            )
        _remove_torn(folder)
        if not run_lock.is_held(folder / QUEUED):  # else a request may have come while it waited
            request(folder, None)
        yield


def _remove_torn(folder: Path) -> None:
    """Remove what a trainer left that was killed while it wrote a network or its state."""
    for name in (BEST, LAST, INTERRUPTED, ROOM):
        for torn in unfinished(folder / name):
            torn.unlink(missing_ok=True)


def lockable(folder: Path, name: str) -> Path:
    """A file to lock in a run's folder; both are created if need be.

    Raises:
        TrainingError: if the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    except OSError as error:
        raise TrainingError(
            f"Expected a folder that can be written. Received: {folder} ({error.strerror})"
        ) from error
    return folder / name


def live(folder: Path) -> bool:
    """Whether a trainer is at work in a folder, or waits to be."""
    return at_work(folder) or run_lock.is_held(folder / QUEUED)


def at_work(folder: Path) -> bool:
    """Whether a trainer is at work in a folder."""
    return run_lock.is_held(folder / LOCK)


def snapshots_folder(folder: Path) -> Path:
    """Where a run's snapshots lie: in `diary`, if an earlier version began the run."""
    earlier = folder / "diary"
    return earlier if earlier.is_dir() else folder / SNAPSHOTS


def request(folder: Path, what: Request | None) -> None:
    """Ask a run's trainer to pause, to stop, or (None) to go on.

    A file rather than a signal: it reaches a trainer on another machine and never a stranger who
    has inherited the process's number, and a pause needs nobody to remember it.
    """
    if what is None:
        (folder / REQUEST).unlink(missing_ok=True)
        return
    with replacing(folder / REQUEST) as temporary:
        temporary.write_text(what, encoding="utf-8")


def forget_old_request(folder: Path) -> None:
    """Drop what was asked of an earlier trainer, but not since this one was said to start.

    A page that launches a trainer writes that it starts. One begun in a terminal finds the last
    state of the trainer before it, which may have been killed before it read a request.
    """
    progress = read_progress(folder)
    launched = progress.updated if progress and progress.state == "starting" else math.inf
    with contextlib.suppress(OSError):
        if (folder / REQUEST).stat().st_mtime <= launched:
            request(folder, None)


def read_request(folder: Path) -> Request | None:
    """What a run's trainer was asked for."""
    try:
        text = (folder / REQUEST).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # none, or as PowerShell's echo writes it
        return None
    return text if text in get_args(Request) else None  # type: ignore[return-value]


def read_run(folder: str | Path) -> tuple[CapsNetConfig, TrainingConfig]:
    """The settings that a run was started with.

    Raises:
        TrainingError: if `folder` holds no run.
    """
    path = Path(folder) / RUN
    if not path.is_file():
        received = f"a folder without {RUN}" if path.parent.is_dir() else "no such folder"
        raise TrainingError(f"Expected a run in {folder}. Received: {received}.")
    try:
        values = read_json(path)
        network = CapsNetConfig.from_dict(values["network"])
        return network, TrainingConfig.from_dict(values["training"])
    except UNREADABLE as error:
        raise TrainingError(f"Expected a run's settings in {path}. Received: {error}") from error


def read_finished(
    folder: str | Path,
) -> tuple[CapsNetConfig, TrainingConfig, list[dict[str, float]]]:
    """The settings and the history of a run that has a network to use.

    Raises:
        TrainingError: if `folder` holds no run, a damaged one, or one that has not finished an
            epoch.
    """
    network, training = read_run(folder)
    history = history_of(Path(folder))
    if not any(row["best"] for row in history):
        received = "no best one among the rows" if history else "no rows"
        raise TrainingError(
            f"Expected a run with at least one finished epoch in {folder}. "
            f"Received: {received} in {HISTORY}"
        )
    return network, training, history


def history_of(folder: Path) -> list[dict[str, float]]:
    """The rows of a run's history.

    Raises:
        TrainingError: if they cannot be read.
    """
    try:
        return read_history(folder / HISTORY)
    except ValueError as error:
        raise TrainingError(str(error)) from error


def write_run(folder: Path, network: CapsNetConfig, training: TrainingConfig) -> None:
    """Record a new run's settings in its folder, which is created if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {"network": network.to_dict(), "training": training.to_dict()}
    write_json(folder / RUN, settings)
