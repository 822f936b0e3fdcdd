"""Keeps a run's snapshots while it trains."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from capsnet.data.images import Digits
from capsnet.training import snapshots


class RunSnapshots(keras.callbacks.Callback):
    """Looks at the same ten digits before training, in the first epoch and after every one.

    It computes without a random number, so that a run with snapshots ends as one without.

    Args:
        folder: the run's.
        digits: validation digits, of which it takes the first of each class.
        done: epochs finished before.
        report: told once if they cannot be written; training goes on.
        averaged: within it the model has the weights that a saved network would have.
    """

    def __init__(
        self,
        folder: Path,
        digits: Digits,
        done: int,
        report: Callable[[str], None],
        averaged: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        super().__init__()
        self.averaged = averaged
        self.folder, self.report, self.done = folder, report, done
        self.digits = ten_digits(digits)
        self.images = self.digits.pixels()
        self.epoch, self.is_well = 0, True

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before any learning; a resumed run forgets what was written after its state."""
        kept = set(snapshots.pages(self.folder, self.done))
        for path in set(snapshots.pages(self.folder)) - kept:
            path.unlink(missing_ok=True)
        if not self.done:
            self._look(0, 0)
        elif not snapshots.place(
            self.folder, self.done, 0
        ).is_file():  # killed before it was written
            with self.averaged():
                self._look(self.done, 0)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Know which epoch it is."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Several looks in the first epoch."""
        if self.epoch == 0 and batch + 1 in snapshots.early_steps(self.params["steps"]):
            self._look(0, batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """One look after each epoch."""
        with self.averaged():
            self._look(epoch + 1, 0)

    def _look(self, epoch: int, step: int) -> None:
        if not self.is_well:
            return
        steps = self.params["steps"] or 1
        trace = self.model.trace(self.images)
        if not (np.isfinite(trace.lengths).all() and np.isfinite(trace.reconstruction).all()):
            return  # the loss of the next step tells
        kept = snapshots.snapshot(trace, self.digits.labels, epoch, step, steps)
        try:
            snapshots.write(self.folder, kept)
        except OSError as error:
            self.is_well = False
            self.report(f"No snapshot can be written ({error}); training goes on without.")


def ten_digits(digits: Digits) -> Digits:
    """The first digit of each class."""
    firsts = [int(np.flatnonzero(digits.labels == label)[0]) for label in np.unique(digits.labels)]
    return digits[np.array(firsts, int)]
