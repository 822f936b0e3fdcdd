"""A lock that a process holds on a file, and that ends with the process however it ends."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _grab(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _grab(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def held(path: Path, patience: float = 0.5) -> Iterator[bool]:
    """Hold the lock on a file, which is created if need be and stays.

    Args:
        path: the file.
        patience: seconds to try; `is_held` itself holds the lock for an instant.

    Yields:
        Whether the lock is ours; if not, somebody else holds it.
    """
    deadline = time.monotonic() + patience
    with path.open("ab") as file:
        while True:
            try:
                _grab(file)
            except OSError:
                if time.monotonic() < deadline:
                    time.sleep(0.02)
                    continue
                yield False
                return
            break
        yield True  # closing the file gives the lock back


def is_held(path: Path) -> bool:
    """Whether some process holds the lock on a file."""
    if not path.is_file():
        return False
    try:
        with held(path, patience=0) as free:
            return not free
    except OSError:  # not ours to open: nothing of ours trains there
        return False
