"""Files of pictures that a visitor has sent to be trained on, kept beside the runs."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from capsnet.errors import TrainingError
from capsnet.storage.atomic_files import replacing
from dashboard.state import training_runs

FOLDER = ".data"
KEPT = 8
"""The ones sent last; those that a run learns from stay as long as the run."""

LONGEST_NAME = 80
NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def keep(files: Mapping[str, bytes]) -> Path:
    """Keep files that belong together.

    Args:
        files: their contents by name: one file, or several such as MNIST's four.

    Returns:
        Where they lie: the file, or the folder of several.

    Raises:
        TrainingError: if they cannot be written.
    """
    contents = hashlib.sha256()
    for name in sorted(files):
        contents.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    place = training_runs.folder() / FOLDER / contents.hexdigest()[:12]
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, raw in files.items():
            with replacing(place / safe(name)) as temporary:
                temporary.write_bytes(raw)
        place.touch()
        _forget_old(place.parent)
    except OSError as error:
        raise TrainingError(f"Expected room for the files. Received: {error.strerror}.") from error
    return place / safe(next(iter(files))) if len(files) == 1 else place


def safe(name: str) -> str:
    """A file's name without folders, and without what file systems do not take."""
    return NO_NAME.sub("_", name.replace("\\", "/").rpartition("/")[2])[-LONGEST_NAME:].lstrip(".")


def _forget_old(folder: Path) -> None:
    in_use = [run.training.dataset for run in training_runs.every()]
    sent = sorted((place for place in folder.iterdir() if place.is_dir()), key=_sent_at)
    for place in sent[:-KEPT]:
        if not any(dataset.startswith(str(place)) for dataset in in_use):
            shutil.rmtree(place, ignore_errors=True)


def _sent_at(place: Path) -> float:
    with contextlib.suppress(OSError):  # another visitor's files have just made room
        return place.stat().st_mtime
    return 0.0
