"""The networks on this machine that a visitor can use: the runs' best ones, and uploaded ones."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from capsnet.analysis.pose_atlas import path_beside
from capsnet.capabilities import why_not_shown
from capsnet.config import CapsNetConfig
from capsnet.errors import CheckpointError, TrainingError
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import replacing
from capsnet.storage.checkpoint_safety import LARGEST_FILE, inspect
from capsnet.training import run_folder as run_files
from dashboard.state import training_runs

FOR_SETS = "_none-one-two"
"""The network that ships beside the first: no run can be called so."""
FOR_SETS_TITLE = "The one for none, one and two digits"

UPLOADS = ".uploads"
STOPPED = ":stopped"
"""Behind a run's name: its network as it was when it was told to stop, not its best one."""
UPLOADED = re.compile(r"upload-[0-9a-f]{12}")
LONGEST_TITLE = 80
UPLOADS_KEPT = 40
"""The ones sent last, enough for a class; each may be 33 MB."""


@dataclass(frozen=True)
class Stored:
    """A network's file as it is now.

    Attributes:
        name: of a run, or `upload-` with a part of the file's hash; `FOR_SETS` for the second
            that ships; empty for the shipped one.
        path: its `.keras` file.
        version: changes when the file does, as when a run finds a better network.
    """

    name: str
    path: Path
    version: int


def shipped() -> Stored:
    """The network that ships; if it is missing, loading it reports that."""
    try:
        version = checkpoints.SHIPPED.stat().st_mtime_ns
    except OSError:
        version = 0
    return Stored("", checkpoints.SHIPPED, version)


def find(name: str) -> Stored | None:
    """The network of that name; None if this machine has none."""
    if name == FOR_SETS:
        return _for_sets()
    if UPLOADED.fullmatch(name):
        inside = f"{UPLOADS}/{name}.keras"
    elif training_runs.NAME.fullmatch(name):
        inside = f"{name}/{run_files.BEST}"
    else:
        return None
    return _stored(name, inside)


def find_stopped(name: str) -> Stored | None:
    """The network that a run kept when it was told to stop, by the run's name and `STOPPED`."""
    run = name.removesuffix(STOPPED)
    if run == name or not training_runs.NAME.fullmatch(run):
        return None
    return _stored(name, f"{run}/{run_files.INTERRUPTED}")


def _stored(name: str, inside: str) -> Stored | None:
    try:
        path = training_runs.folder() / inside
        return Stored(name, path, path.stat().st_mtime_ns)
    except (TrainingError, OSError):
        return None


def _for_sets() -> Stored | None:
    path = checkpoints.SHIPPED_FOR_SETS
    try:
        return Stored(FOR_SETS, path, path.stat().st_mtime_ns)
    except OSError:
        return None


def title(name: str) -> str:
    """The name of an uploaded network's file, as its first sender called it."""
    try:
        return _title_path(name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return name[-6:]


def keep(raw: bytes, title: str) -> str:
    """Keep an uploaded file, once it is known to be a network that the pages can show.

    Args:
        raw: the content of a `.keras` file of any origin.
        title: what the file was called.

    Returns:
        The network's name.

    Raises:
        CheckpointError: in one sentence, if it is not.
    """
    if len(raw) > LARGEST_FILE:
        raise CheckpointError(f"Expected at most {LARGEST_FILE:,} bytes. Received: {len(raw):,}.")
    name = f"upload-{hashlib.sha256(raw).hexdigest()[:12]}"
    try:
        folder = training_runs.folder() / UPLOADS
        folder.mkdir(parents=True, exist_ok=True)
        if find(name) is None:  # the same file anew would be loaded anew by all who use it
            with replacing(folder / f"{name}.keras") as temporary:
                temporary.write_bytes(raw)
                try:
                    check_fits(inspect(temporary))
                except CheckpointError as error:
                    where = f" at {temporary}"
                    raise CheckpointError(str(error).replace(where, "")) from error
        if _title_path(name).exists():
            _title_path(name).touch()  # sent again, so that others are forgotten before it
        else:
            _title_path(name).write_text(title[:LONGEST_TITLE], encoding="utf-8", errors="replace")
        _forget_old(folder)
    except OSError as error:
        raise CheckpointError(f"Expected room for the file. Received: {error.strerror}.") from error
    except TrainingError as error:
        raise CheckpointError(str(error)) from error
    return name


def check_fits(config: CapsNetConfig) -> None:
    """Check that the pages can show a network.

    Raises:
        CheckpointError: if it is larger than what `capsnet.capabilities` has for its bounds.
    """
    if why := why_not_shown(config):
        raise CheckpointError(why)


def _title_path(name: str) -> Path:
    return training_runs.folder() / UPLOADS / f"{name}.txt"


def _sent_at(named: Path) -> float:
    try:
        return named.stat().st_mtime
    except OSError:  # another visitor's upload has just made room
        return 0.0


def _forget_old(folder: Path) -> None:
    sent = sorted(folder.glob("upload-*.txt"), key=_sent_at)
    for named in sent[:-UPLOADS_KEPT]:
        path = named.with_suffix(".keras")
        path.unlink(missing_ok=True)
        path_beside(path).unlink(missing_ok=True)
        named.unlink(missing_ok=True)
