"""How a process that trains holds its memory."""

from __future__ import annotations

import ctypes
import sys

TRIM_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -4, -8
"""Of glibc's `mallopt`: its malloc.h."""

LARGEST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let this process keep what it frees, for the next step needs it again.

    glibc gives large arrays back to the system at once and asks for them anew, page by page: a
    fifth of the time of a training step. To be called before TensorFlow is loaded; where there
    is another C library nothing happens.

    Returns:
        Whether it was done.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    wanted = {MMAP_MAX: 0, TRIM_THRESHOLD: LARGEST, ARENA_MAX: 1}
    return all([mallopt(name, value) == 1 for name, value in wanted.items()])
