"""The training runs on this machine: found, started, asked to pause or stop, deleted.

A run is a folder and, while it trains, a process of its own. Nothing is remembered here: all that
the pages know they read from the folder, so that they may be closed or restarted at any time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from capsnet.config import CapsNetConfig
from capsnet.data.datasets import DATA_VARIABLE
from capsnet.errors import TrainingError
from capsnet.training import provenance, run_folder, run_lock, run_queue
from capsnet.training.history import HISTORY, read_history
from capsnet.training.run_folder import Progress
from capsnet.training_config import TrainingConfig

ROOT = Path(__file__).resolve().parents[2]
FOLDER_VARIABLE = "CAPSNET_RUNS"

NAME = run_folder.NAME
"""What a run may be called."""

STARTUP = 30.0
"""Seconds that a process may take before it speaks."""

DELETED = ".deleted-"
"""What the name of a run's folder begins with while its files go."""

RETIRED = ".retired"
"""The file, beside the runs' folders, with the names of deleted runs: links may still have them."""

APART: dict[str, Any] = (
    {"creationflags": vars(subprocess)["CREATE_NEW_PROCESS_GROUP"]}
    if os.name == "nt"
    else {"start_new_session": True}
)
"""How a process is started that Ctrl-C on the server does not reach."""

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
    return Path(os.path.realpath(_named_by(FOLDER_VARIABLE) or ROOT / "runs"))


def _named_by(variable: str) -> Path | None:
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


def create(label: str, network: CapsNetConfig, training: TrainingConfig) -> str:
    """Make the folder of a new run, under a name that none has had.

    Args:
        label: what its name begins with, such as its preset's.
        network: its settings.
        training: its settings, too.

    Returns:
        The run's name.

    Raises:
        TrainingError: if the folder cannot be written.
    """
    retired, number = _retired(), 0
    while True:
        number += 1
        name = f"{label}-{number}"
        if name in retired:
            continue
        try:
            (folder() / name).mkdir(parents=True)
            run_folder.write_run(folder() / name, network, training)
            return name
        except FileExistsError:
            continue
        except OSError as error:
            raise TrainingError(
                f"Expected a folder for runs that can be written. Received: {folder()} ({error})"
            ) from error


def launch(name: str) -> None:
    """Let a run begin or go on, in a process that outlives this one.

    Raises:
        TrainingError: if it is at work already, several machines train it, or no process can be
            started, as where CAPSNET_DATA is no path.
    """
    place = folder() / name
    begun = read(name)  # which may be, but have no lock yet
    if run_folder.live(place) or (begun is not None and begun.is_live):
        raise TrainingError(f"Expected a run that is not at work. Received: {name}")
    if provenance.read(place).get("strategy") == "multiworker":
        raise TrainingError(
            f"Expected a run that this machine trains alone. Received: {name}, which several "
            "workers train; go on with it on their command lines."
        )
    environment = _environment()
    command = [sys.executable, "-m", "capsnet", "train", "--resume", "--wait", "--out", str(place)]
    try:
        run_folder.request(place, None)  # what was asked of an earlier trainer
        run_folder.enter(place, "starting")
        with (place / run_folder.LOG).open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **APART,
                env=environment,
            )
    except OSError as error:
        raise TrainingError(f"Expected to start a process. Received: {error}") from error
    # Whoever starts a process has to wait for it, or it stays in the system's table.
    threading.Thread(target=process.wait, daemon=True).start()


def _environment() -> dict[str, str]:
    """The trainer's environment: it runs in another folder, but is to find the same data."""
    told = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if place := _named_by(DATA_VARIABLE):
        told[DATA_VARIABLE] = os.path.abspath(place)
    return told


def delete(name: str) -> None:
    """Delete a run with all its files.

    Raises:
        TrainingError: if it is at work, there is none of that name, or files are left.
        OSError: if its folder cannot be moved away.
    """
    run = read(name)
    if run is None:
        raise TrainingError(f"Expected the name of a run. Received: {name[:60]}")
    if run.is_live:
        raise TrainingError(f"Expected a run that is not at work. Received: {name}; stop it first.")
    for left in folder().glob(f"{DELETED}*"):
        _remove(left, ignore_errors=True)
    gone = folder() / f"{DELETED}{name}-{time.time_ns()}"  # another of that name may be left
    _take_away(run.folder, gone)
    try:
        _remove(gone)
    except OSError as error:
        shutil.rmtree(gone, ignore_errors=True)  # whatever else it can
        if gone.exists():
            raise TrainingError(
                f"Expected to delete all files of {name}. Received: {error}; what is left goes "
                "when the next run is deleted, if it can."
            ) from error
    finally:
        with (
            contextlib.suppress(OSError),  # a disk may be full of something else
            (folder() / RETIRED).open("a", encoding="utf-8") as names,
        ):
            names.write(f"{name}\n")


def _remove(place: Path, ignore_errors: bool = False) -> None:
    if place.is_symlink():  # to a folder that is elsewhere, and stays
        place.unlink(missing_ok=True)
    else:
        shutil.rmtree(place, ignore_errors)


def _take_away(place: Path, to: Path) -> None:
    """Rename a run's folder while no trainer can begin in it."""
    with contextlib.ExitStack() as locked:
        for name in (run_folder.QUEUED, run_folder.LOCK):
            if not _is_ours(locked, place / name):
                raise TrainingError(
                    f"Expected a run that is not at work. Received: {place.name}, where a trainer "
                    "has just begun; stop it first."
                )
        if os.name == "nt":  # where a folder with open files cannot be renamed
            locked.close()
        place.rename(to)


def _is_ours(locked: contextlib.ExitStack, path: Path) -> bool:
    try:
        return locked.enter_context(run_lock.held(path))
    except OSError:  # a disk without locks, where no trainer is either
        return True


def _retired() -> list[str]:
    try:
        return (folder() / RETIRED).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


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
