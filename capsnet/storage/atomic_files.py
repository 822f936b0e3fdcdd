"""Files that appear whole or not at all, and what tells one from another."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PATIENCE = 10.0
"""Seconds that a file is waited for which another process reads (Windows only)."""

ROOM = "room"
"""Ending of the file that `need_room` makes and removes; see `unfinished`."""


def read_json(path: str | Path) -> Any:
    """What a JSON file holds.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is no JSON, or nested too deeply to be any of ours.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None


def write_json(path: str | Path, values: Mapping[str, Any], durable: bool = True) -> None:
    """Write a JSON file, whole or not at all; `durable` as `replacing` takes it."""
    with replacing(path, durable) as temporary:
        temporary.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


@contextlib.contextmanager
def replacing(path: str | Path, durable: bool = True) -> Iterator[Path]:
    """Yield a path beside `path`; on success the file written there takes its place.

    Args:
        path: the file to write.
        durable: wait until the disk has it, so that it is whole after a power cut too; not for
            what is written every second and can be done without.
    """
    path = Path(path)
    temporary = path.with_name(f".{os.getpid()}-{threading.get_ident()}.{path.name}")
    try:
        yield temporary
        if durable:
            with temporary.open("rb+") as file:
                _sync(file.fileno())
        _take_place(temporary, path)
    except OSError as error:
        if error.filename is None and error.errno is not None:  # as of a full disk
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise  # else it is a disk, as a shared folder may be, that cannot be asked to


def _take_place(temporary: Path, path: Path) -> None:
    """Rename; on Windows not before those who read the old file, as watchers do, have closed it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            if os.name != "nt" or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def check_place(path: Path, ending: str) -> None:
    """Check that a file may be written at a path; one of the same kind may be replaced.

    Args:
        path: where to write.
        ending: what its name has to end in, such as `.npz`.

    Raises:
        ValueError: if it ends otherwise, or something is there that is no file.
    """
    expected = f"Expected a file ending in {ending} to write to."
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "no file"
        raise ValueError(f"{expected} Received: {path}, which is {kind}")
    if path.suffix.lower() != ending:
        raise ValueError(f"{expected} Received: {path}")


def need_room(folder: str | Path, size: int) -> None:
    """Make sure that so many bytes can be written in a folder.

    HDF5 may crash the process if a disk fills while it writes.

    Raises:
        OSError: if they cannot.
    """
    path = Path(folder) / f".{os.getpid()}-{threading.get_ident()}.{ROOM}"
    if not hasattr(os, "posix_fallocate"):  # as on Windows and macOS
        if shutil.disk_usage(folder).free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
    finally:
        path.unlink(missing_ok=True)


def unfinished(path: Path) -> list[Path]:
    """What processes that were killed in `replacing` left beside a path."""
    return [p for p in path.parent.glob(f".*.{path.name}") if re.match(r"\.\d+-\d+\.", p.name)]


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
