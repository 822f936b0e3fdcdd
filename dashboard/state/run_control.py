"""Training runs begun, gone on with, and deleted."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from capsnet.config import CapsNetConfig
from capsnet.data.datasets import DATA_VARIABLE
from capsnet.errors import TrainingError
from capsnet.training import provenance, run_folder, run_lock
from capsnet.training_config import TrainingConfig
from dashboard.state.training_runs import ROOT, folder, path_in, read

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
    if place := path_in(DATA_VARIABLE):
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
