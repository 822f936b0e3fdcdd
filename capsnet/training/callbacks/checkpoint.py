"""What a run keeps after every epoch: its history, its best network, the state to resume from."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import keras

from capsnet.errors import TrainingError
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import need_room, replacing
from capsnet.training.batches import TrainingBatches
from capsnet.training.callbacks.monitor import learning_rate, writing
from capsnet.training.history import HISTORY, write_history
from capsnet.training.run_folder import BEST, INTERRUPTED, LAST, tell_finished

ROOM = 1_000_000
"""Bytes for tables, pictures and what HDF5 adds."""


class RunCheckpoint(keras.callbacks.Callback):
    """Keeps history, best network and resumable state after every epoch.

    The state is written last and its step count decides what was finished: killed before that,
    the epoch is trained again and writes the same files again.

    Args:
        folder: the run's.
        history: a row for each epoch that is finished; the next ones are added to it.
        batches: the training batches, which have to know the epoch.
        report: called with a sentence after each epoch.
        averaging: what keeps the moving average of the weights; None for none.
        keep_by: the loss that decides which network is best, of the validation digits.
        patience: stop after so many epochs without less of it; 0 for never.
    """

    def __init__(
        self,
        folder: Path,
        history: list[dict[str, float]],
        batches: TrainingBatches,
        report: Callable[[str], None],
        averaging: keras.callbacks.SwapEMAWeights | None,
        keep_by: Literal["loss", "margin_loss"],
        patience: int,
    ) -> None:
        super().__init__()
        self.folder, self.history, self.batches = folder, history, batches
        self.averaging, self.patience = averaging, patience
        self.decisive, self.named = f"val_{keep_by}", keep_by.replace("_", " ")
        self.report, self.started = report, time.monotonic()
        self.finished = len(history)  # epochs to resume after
        self.is_validating = False  # then the average stands in the weights' place

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Tell the batches which epoch it is, and start its clock.

        Raises:
            TrainingError: if there is no room to keep the epoch: it would be trained and lost.
        """
        with writing(self.folder, epoch):
            need_room(self.folder, self._size())
        self.batches.epoch = epoch
        self.started = time.monotonic()

    def skip(self, seconds: float) -> None:
        """Do not count a pause."""
        self.started += seconds

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Validation begins."""
        self.is_validating = True

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """Validation has ended."""
        self.is_validating = False

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write everything, and stop where patience has ended."""
        previous = min((row[self.decisive] for row in self.history), default=math.inf)
        row = _history_row(epoch, logs or {}, learning_rate(self.model.optimizer))
        row["seconds"] = round(time.monotonic() - self.started, 1)
        improved = row[self.decisive] < previous
        row["best"] = int(improved)
        self.history.append(row)
        with writing(self.folder, epoch):
            need_room(self.folder, self._size())
            if improved:
                with self.averaged_weights():
                    checkpoints.save(self.model, self.folder / BEST)
            write_history(self.folder / HISTORY, self.history)
            with replacing(self.folder / LAST) as temporary:
                self.model.save_weights(temporary)
        self.finished = len(self.history)
        with contextlib.suppress(OSError):  # it is reported again as the next epoch begins
            tell_finished(self.folder, self.finished)
        verdict = f"improved from {previous:.5f}" if improved else f"best is {previous:.5f}"
        self.report(
            f"Epoch {epoch + 1}: validation {self.named} {row[self.decisive]:.5f} ({verdict}), "
            f"accuracy {row['val_accuracy']:.2%}, "
            f"squared error {row['val_reconstruction_error']:.2f} an image."
        )
        if self.is_out_of_patience():
            self.model.stop_training = True

    def save_interrupted(self) -> str:
        """Keep the network of a run that is told to stop; says where, or why not."""
        if self.model is None or not int(self.model.optimizer.iterations.numpy()):
            # A moving average is zeros before the first step.
            return "No step was done, so there is no network to keep."
        place = self.folder / INTERRUPTED
        swap = contextlib.nullcontext() if self.is_validating else self.averaged_weights()
        try:
            with writing(self.folder, self.finished), swap:
                need_room(self.folder, self._size())
                checkpoints.save(self.model, place)
        except TrainingError as error:
            return f"The network as it was could not be kept ({error.__cause__})."
        return f"The network as it was is in {place}."

    def _size(self) -> int:
        """Bytes of what is written, roughly and rather too many: the network, and the state."""
        weights = sum(4 * math.prod(w.shape) for w in self.model.weights)
        state = sum(4 * math.prod(v.shape) for v in self.model.optimizer.variables)
        return 2 * weights + state + ROOM

    def is_out_of_patience(self) -> bool:
        """Whether the run has ended early; says so."""
        if not (self.patience and self.history):
            return False
        best = max(row["epoch"] for row in self.history if row["best"])
        since_best = int(self.history[-1]["epoch"] - best)
        if since_best < self.patience:
            return False
        epochs = "1 epoch" if since_best == 1 else f"{since_best} epochs"
        self.report(f"Stopped early: {epochs} without a lower validation {self.named}.")
        return True

    @contextlib.contextmanager
    def averaged_weights(self) -> Iterator[None]:
        """The moving average in the place of the weights, as it was for validation."""
        if self.averaging is None:
            yield
            return
        self.averaging.on_test_begin()
        try:
            yield
        finally:
            self.averaging.on_test_end()


def _history_row(epoch: int, logs: dict[str, float], learning_rate: float) -> dict[str, float]:
    row = {"epoch": epoch + 1, "learning_rate": learning_rate}
    for prefix in ("", "val_"):
        row[f"{prefix}loss"] = float(logs[f"{prefix}loss"])
        row[f"{prefix}margin_loss"] = float(logs[f"{prefix}lengths_loss"])
        row[f"{prefix}reconstruction_error"] = float(logs[f"{prefix}reconstruction_loss"])
        row[f"{prefix}accuracy"] = float(logs[f"{prefix}lengths_accuracy"])
    return row
