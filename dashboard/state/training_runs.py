"""The training runs on this machine, as they lie in their folders.

A run is a folder and, while it trains, a process of its own. Nothing is remembered here: all that
the pages know they read from the folder, so that they may be closed or restarted at any time.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from capsnet.config import CapsNetConfig
from capsnet.errors import TrainingError
from capsnet.training import run_folder, run_queue
from capsnet.training.history import HISTORY, read_history
from capsnet.training.run_folder import Progress
from capsnet.training_config import TrainingConfig

ROOT = Path(__file__).resolve().parents[2]
FOLDER_VARIABLE = "CAPSNET_RUNS"

NAME = run_folder.NAME
"""What a run may be called."""

STARTUP = 30.0
"""Seconds that a process may take before it speaks."""

LOG_SHOWN = 4000

Standing = Literal[
    "waiting", "starting", "running", "paused", "finished", "stopped", "failed", "broken off"
]


@dataclass(frozen=True)
class Run:
    """A run as it lies in its folder at one moment.

    Attributes:
        folder: where.
        network: its settings.
        training: its settings, too.
        progress: what it last said of itself.
        history: one row an epoch.
        standing: what it does now; `broken off` if its process is gone without a word.
    """

    folder: Path
    network: CapsNetConfig
    training: TrainingConfig
    progress: Progress
    history: list[dict[str, float]]
    standing: Standing

    @property
    def name(self) -> str:
        """The folder's name, which is the run's."""
        return self.folder.name

    @property
    def is_live(self) -> bool:
        """Whether there is a process to talk to."""
        return self.standing in run_folder.LIVE

    @property
    def has_network(self) -> bool:
        """Whether an epoch was finished, so that there is a network to use."""
        return (self.folder / run_folder.BEST).is_file()

    @property
    def best(self) -> dict[str, float] | None:
        """The row of the epoch whose network was kept."""
        return next((row for row in reversed(self.history) if row["best"]), None)

    @property
    def can_resume(self) -> bool:
        """Whether there is something left to train."""
        return not self.is_live and self.standing != "finished"


def folder() -> Path:
    """Where the runs are kept: `runs/` beside the project, or where CAPSNET_RUNS says.

    Raises:
        TrainingError: if that is no path.
    """
    return Path(os.path.realpath(path_in(FOLDER_VARIABLE) or ROOT / "runs"))


def path_in(variable: str) -> Path | None:
    """The path in an environment variable, its `~` expanded; None if it is not set."""
    given = os.environ.get(variable)
    try:
        return Path(given).expanduser() if given else None
    except RuntimeError as error:  # no such user
        raise TrainingError(
            f"Expected a path in the environment variable {variable}. Received: {given} ({error})"
        ) from error


def every() -> list[Run]:
    """All runs, the latest started first; none if there is no folder that can be looked into."""
    try:
        found = [read(path.parent.name) for path in folder().glob(f"*/{run_folder.RUN}")]
    except (TrainingError, OSError):
        return []
    return sorted((run for run in found if run), key=_begun, reverse=True)


def read(name: str) -> Run | None:
    """The run of that name; None if there is none, or its files cannot be read."""
    if not NAME.fullmatch(name):
        return None
    try:
        place = folder() / name
        network, training = run_folder.read_run(place)
        history = read_history(place / HISTORY)
        is_whole = len(history) >= training.epochs  # all there is to go by in older runs
        progress = run_folder.read_progress(place) or Progress(
            "finished" if is_whole else "stopped"
        )
        return Run(place, network, training, progress, history, _standing(place, progress))
    except (TrainingError, ValueError, TypeError, OSError):
        return None


def _standing(place: Path, progress: Progress) -> Standing:
    if progress.state not in run_folder.LIVE:
        return "starting" if _was_taken_since(place, progress) else progress.state
    if run_folder.live(place):
        return progress.state
    just_begun = progress.state == "starting" and 0 <= time.time() - progress.updated < STARTUP
    # It may have ended between the two looks.
    now = run_folder.read_progress(place) or progress
    if now.state not in run_folder.LIVE:
        return now.state
    return "starting" if just_begun and progress.pid == os.getpid() else "broken off"


def _was_taken_since(place: Path, progress: Progress) -> bool:
    """Whether a trainer has begun that has not spoken yet.

    It touches a lock as it takes it. One that has just said that it ended has not done so since.
    """
    taken = max(_written(place / name) for name in (run_folder.LOCK, run_folder.QUEUED))
    return taken > progress.updated and run_folder.live(place)


def _begun(run: Run) -> float:
    return _written(run.folder / run_folder.RUN)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def waits_for(run: Run) -> list[Run]:
    """The runs before one that waits, the one at work first."""
    if run.standing != "waiting":
        return []
    found = (read(folder.name) for folder in run_queue.all_ahead(run.folder))
    return [other for other in found if other is not None]


def log(run: Run) -> str:
    """The end of what a run has printed."""
    try:
        with (run.folder / run_folder.LOG).open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - LOG_SHOWN))
            return file.read().decode(errors="replace")
    except OSError:
        return ""
