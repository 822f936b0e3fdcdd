"""A lock that a process holds on a file, and that ends with the process however it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _grab(file: BinaryIO, alone: bool = True) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _grab(file: BinaryIO, alone: bool = True) -> None:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)


OTHERS = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
"""What the system says where another process holds the lock."""


@contextlib.contextmanager
def held(path: Path, patience: float = 0.5) -> Iterator[bool]:
    """Hold the lock on a file, which is created if need be and stays.

    Args:
        path: the file.
        patience: seconds to try; `is_held` itself holds the lock for an instant.

    Yields:
        Whether the lock is ours; if not, somebody else holds it.

    Raises:
        OSError: if the file cannot be opened, or its disk knows no locks.
    """
    deadline = time.monotonic() + patience
    with path.open("ab") as file:
        while True:
            try:
                _grab(file)
            except OSError as error:
                if error.errno not in OTHERS:
                    raise
                if time.monotonic() < deadline:
                    time.sleep(0.02)
                    continue
                yield False
                return
            break
        yield True  # closing the file gives the lock back


def is_held(path: Path) -> bool:
    """Whether some process holds the lock on a file."""
    try:
        with path.open("rb") as file:
            _grab(file, alone=False)  # beside others who look
    except OSError as error:  # no such file; or a disk without locks, where nothing holds one
        return error.errno in OTHERS and path.is_file() and os.access(path, os.R_OK)
    return False
