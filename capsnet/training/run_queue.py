"""One run at a time: a trainer waits for its turn among the runs beside its own folder.

There is no keeper of a queue who could fail: each waiting process holds a lock in its run's
folder and looks at the others'. A process that is killed leaves the queue with its lock.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from capsnet.errors import TrainingError, TrainingInterrupted
from capsnet.training import run_folder, run_lock

LOOK = 0.5
"""Seconds between two looks at the other runs."""

TURN = ".turn"
"""The lock, beside the runs' folders, of the one that has its turn."""


@contextlib.contextmanager
def waiting_for_turn(folder: Path, report: Callable[[str], None] = print) -> Iterator[None]:
    """Wait until no other run beside `folder` trains, and keep the turn.

    Raises:
        TrainingError: if the folder cannot be written, or another trainer waits in it already.
        TrainingInterrupted: if the run is asked to stop before its turn has come.
    """
    with run_lock.held(run_folder.lockable(folder, run_folder.QUEUED)) as ours:
        if not ours:
            raise TrainingError(
                "Expected a folder that no other trainer is using. "
                f"Received: {folder}, where one is at work or waits for its turn."
            )
        run_folder.forget_old_request(folder)
        run_folder.enter(folder, "waiting")
        with run_folder.ended(folder), _turn(folder, report):
            run_folder.enter(folder, "starting")
            yield


@contextlib.contextmanager
def _turn(folder: Path, report: Callable[[str], None]) -> Iterator[None]:
    told = ""
    while True:
        if run_folder.read_request(folder) == "stop":
            raise TrainingInterrupted("Stopped before its turn had come.")
        before = None if run_folder.read_request(folder) == "pause" else ahead(folder)
        if before is None and run_folder.read_request(folder) is None:
            with run_lock.held(folder.parent / TURN, patience=0) as free:
                if free:
                    yield
                    return
        if before is not None and told != before.name:
            told = before.name
            with contextlib.suppress(OSError):  # a log on a full disk is no reason to give up
                report(f"Waiting for {told}.")
        time.sleep(LOOK)


def ahead(folder: Path) -> Path | None:
    """The run that a waiting one waits for: the one that trains, else the first in the queue."""
    return next(iter(all_ahead(folder)), None)


def all_ahead(folder: Path) -> list[Path]:
    """The runs before a waiting one: what trains, then the queue in its order."""
    mine = _since(folder)
    at_work, waiting = [], []
    for other in filter(run_folder.live, others_beside(folder)):
        progress = run_folder.read_progress(other)
        if run_folder.at_work(other) or (progress and progress.state != "waiting"):
            at_work.append(other)
        elif (_since(other), other.name) < (mine, folder.name):
            waiting.append((_since(other), other))
    return [*at_work, *(other for _, other in sorted(waiting))]


def others_beside(folder: Path) -> list[Path]:
    """The other folders beside a run's that hold a run."""
    beside = folder.resolve().parent.glob(f"*/{run_folder.RUN}")
    return [path.parent for path in beside if path.parent != folder.resolve()]


def _since(folder: Path) -> float:
    progress = run_folder.read_progress(folder)
    return progress.since if progress else 0.0
