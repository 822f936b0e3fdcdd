"""A training run on the terminal: how far, how fast, how long still."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from typing import TextIO

import keras

BAR_WIDTH = 24


class ProgressBar(keras.callbacks.Callback):
    """One line an epoch, redrawn several times a second on a terminal.

    Written to a file or a pipe, it becomes a line every tenth of an epoch.

    Args:
        batch_size: images a step, to tell images per second.
        stream: where to write; where that is None too, as without a console, nowhere.
    """

    def __init__(self, batch_size: int, stream: TextIO | None = None) -> None:
        super().__init__()
        self.batch_size = batch_size
        self.stream = sys.stdout if stream is None else stream
        self.terminal = self.stream is not None and self.stream.isatty()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start the epoch's clock."""
        self.epoch, self.started, self.drawn = epoch, time.monotonic(), 0.0

    def skip(self, seconds: float) -> None:
        """Do not count a pause."""
        self.started += seconds

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Redraw the line when it is time to."""
        done, steps, now = batch + 1, self.params["steps"], time.monotonic()
        last = done == steps
        due = now - self.drawn > 0.2 if self.terminal else done % max(1, steps // 10) == 0
        if not (due or last):
            return
        self.drawn = now
        line = self._line(done, steps, now - self.started, logs or {})
        if self.terminal:
            line = line[: shutil.get_terminal_size().columns - 1]  # else it scrolls
            self._write("\r" + line + ("\n" if last else "\x1b[K"))
        else:
            self._write(line + "\n")

    def _write(self, text: str) -> None:
        if self.stream is None:
            return
        with contextlib.suppress(OSError):  # a log on a full disk is no reason to stop
            self.stream.write(text)
            self.stream.flush()

    def _line(self, done: int, steps: int, seconds: float, logs: dict[str, float]) -> str:
        epochs = self.params["epochs"]
        left = seconds / done * (steps - done)
        left_in_all = left + seconds / done * steps * (epochs - self.epoch - 1)
        filled = BAR_WIDTH * done // steps
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        return (
            f"Epoch {self.epoch + 1}/{epochs} [{bar}] {done}/{steps}  "
            f"loss {logs.get('loss', float('nan')):.4f}  "
            f"accuracy {logs.get('lengths_accuracy', float('nan')):.2%}  "
            f"{done * self.batch_size / seconds:.0f} images/s  "
            f"{_clock(left)} left, {_clock(left_in_all)} in all"
        )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
