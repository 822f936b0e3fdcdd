"""How a process holds its memory: one that trains, and one that serves visitors."""

from __future__ import annotations

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -3, -4, -8
"""Of glibc's `mallopt`: its malloc.h."""

LARGEST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees: the next step needs it again.

    glibc gives large arrays back to the system at once and asks for them anew, page by page: a
    fifth of the time of a training step. To be called before TensorFlow is loaded; where there
    is another C library nothing happens.

    Returns:
        Whether it was done.
    """
    return _set({MMAP_MAX: 0, TRIM_THRESHOLD: LARGEST, ARENA_MAX: 1})


def give_back_freed_memory() -> bool:
    """Let this process give large arrays back to the system as soon as it frees them.

    glibc keeps what is freed in pools, one for each of many threads, and does not take the arrays
    of one visitor's trace from where another's have been: 20 visitors on the pages of
    experiments needed 1.4 GB, and 1.0 GB with this. To be called before TensorFlow is loaded; where
    there is another C library nothing happens.

    Returns:
        Whether it was done.
    """
    return _set({MMAP_THRESHOLD: 2**18, TRIM_THRESHOLD: 2**24, ARENA_MAX: 2})


def _set(wanted: dict[int, int]) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return all([mallopt(name, value) == 1 for name, value in wanted.items()])
