"""How a command ends early: signals that mean Ctrl-C, and a reader that has seen enough."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

STOPPING = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""What batch systems, service managers and closed terminals send."""

OFTEN = 30.0
"""Seconds in which more of these mean the same: some senders repeat it, or send two kinds."""

CTRL_C, CLOSED_PIPE = 130, 141
"""Exit statuses, as shells give them: 128 and the signal's number."""


@dataclass
class Stop:
    """The signal that ended a command.

    Attributes:
        number: its number; None for Ctrl-C, or as long as there was none.
    """

    number: int | None = None

    @property
    def status(self) -> int:
        """The exit status: 128 and the signal's number."""
        return CTRL_C if self.number is None else 128 + self.number


@contextlib.contextmanager
def as_ctrl_c() -> Iterator[Stop]:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt, as Ctrl-C does, so that work is kept.

    A signal that is ignored stays so, as SIGHUP is under `nohup`. Nothing happens in a thread:
    Python takes signals in the main one only.
    """
    stop, first = Stop(), -OFTEN

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal first
        if time.monotonic() - first < OFTEN:
            return  # what the first one has begun, such as saving, is not to be cut short
        stop.number, first = number, time.monotonic()
        raise KeyboardInterrupt

    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in STOPPING:
            if signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, end)
    try:
        yield stop
    finally:
        # After a signal the process ends, and a second one is not to cut even that short: Python
        # itself puts back the default as it ends, but leaves alone what is ignored.
        for number, handler in before.items():
            signal.signal(number, handler if stop.number is None else signal.SIG_IGN)


def reader_is_gone() -> int:
    """Write no more to a closed pipe, as `| head` leaves one; the exit status."""
    with contextlib.suppress(OSError, ValueError):  # else Python would try again as it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED_PIPE


def flush() -> bool:
    """Flush what has been printed while a closed pipe can still be noticed; whether it is read."""
    try:
        if sys.stdout is not None:  # as without a console
            sys.stdout.flush()
        return True
    except BrokenPipeError:
        reader_is_gone()
        return False


def tell(message: str) -> None:
    """Write to standard error, which may have gone with its terminal."""
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr)
