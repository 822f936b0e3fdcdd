"""What a trainer tells its watchers, what it does for them, and how it stops."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras

from capsnet.errors import TrainingError, first_line
from capsnet.training import run_folder
from capsnet.training.history import read_curve, write_curve
from capsnet.training.run_folder import Progress

POINTS = 24
"""Points of a curve in each epoch, at least, if it has as many steps."""

TOLD = 1.0
"""Seconds between two messages to the watchers."""

SPEED_OVER = 15.0
"""Seconds over which the speed is measured."""

PAUSE_STEP = 0.2

LOGGED = {
    "loss": "loss",
    "margin_loss": "lengths_loss",
    "reconstruction_error": "reconstruction_loss",
    "accuracy": "lengths_accuracy",
}
"""Our names of the figures, and Keras's."""


@contextlib.contextmanager
def writing(folder: Path, epoch: int) -> Iterator[None]:
    """Say in words that a run's files cannot be written.

    Raises:
        TrainingError: in place of what the system or HDF5 says.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:  # HDF5 tells a full disk as either
        kept = f"up to epoch {epoch}" if epoch else "with its settings"
        advice = (
            f"The run is kept {kept}: make room, then --resume."
            if (folder / run_folder.RUN).is_file()
            else "Nothing of it is kept: make room, and start it again."
        )
        raise TrainingError(
            f"Expected to write the run's files in {folder}. Received: {first_line(error)}. "
            f"{advice}"
        ) from error


def learning_rate(optimizer: keras.optimizers.Optimizer) -> float:
    """The learning rate of an optimizer's next step; where a schedule has ended, 0."""
    return float(optimizer.learning_rate + 0.0)  # on several devices it is no number by itself


class RunMonitor(keras.callbacks.Callback):
    """Tells progress and curve, obeys requests, and stops a run whose loss is no number.

    It belongs before the callback that keeps the epoch's network: a network that has become NaN
    is not to be kept.

    Args:
        folder: the run's.
        batch_size: images a step.
        images: training images.
        validation: validation images.
        done: epochs finished before.
        skip: called with the seconds of each pause.
    """

    def __init__(
        self,
        folder: Path,
        batch_size: int,
        images: int,
        validation: int,
        done: int,
        skip: Callable[[float], None],
    ) -> None:
        super().__init__()
        self.folder, self.batch_size, self.images = folder, batch_size, images
        self.validation, self.skip = validation, skip
        self.curve = [row for row in read_curve(folder) if row["epoch"] <= done]
        before = (
            run_folder.read_progress(folder) or Progress()
        )  # all there is to say if nothing is left
        self.progress = dataclasses.replace(
            before,
            state="starting",
            epoch=done,
            step=before.steps,
            seconds_left=None,
            message="",
            since=time.time(),
            finished=done,
        )
        self.ticks: collections.deque[tuple[float, int]] = collections.deque()
        self.validation_started = 0.0
        self.validation_seconds: float | None = None
        self.told = 0.0
        self._tell()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """A new epoch, whose figures begin anew."""
        self.epoch = epoch
        self.mark = (dict.fromkeys(LOGGED, 0), dict.fromkeys(LOGGED, 0.0))
        if self.progress.state == "starting":
            self.progress = dataclasses.replace(self.progress, since=time.time())
        self.progress = dataclasses.replace(
            self.progress,
            state="running",
            epoch=epoch + 1,
            finished=epoch,
            step=0,
            steps=self.params["steps"],
            epochs=self.params["epochs"],
        )
        self._tell()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Look at the loss at every step, and about once a second at everything else."""
        figures = {ours: float((logs or {})[keras_s]) for ours, keras_s in LOGGED.items()}
        self._check(figures["loss"], batch + 1)
        now = time.monotonic()
        self.ticks.append((now, min((batch + 1) * self.batch_size, self.images)))
        if self._is_point(batch + 1):
            self._add_point(batch + 1, figures)
        if now - self.told > TOLD or batch + 1 == self.params["steps"]:
            self._describe(batch + 1, figures)
            self._tell()
            self._obey()

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Validation has its own clock."""
        self.ticks.clear()
        self.validation_started = time.monotonic()
        self.progress = dataclasses.replace(self.progress, message="Looking at validation digits.")
        self._tell()

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """A request is obeyed in validation too."""
        if time.monotonic() - self.told > TOLD:
            self._tell()
            self._obey()

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """Learn how long validation takes."""
        self.validation_seconds = time.monotonic() - self.validation_started
        self.progress = dataclasses.replace(self.progress, message="")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """A validation loss that is no number stops the run before its network is kept."""
        loss = float((logs or {})["val_loss"])
        if not math.isfinite(loss):
            self._stop("validation loss", loss, f"after epoch {epoch + 1}")

    def _check(self, loss: float, step: int) -> None:
        if not math.isfinite(loss):
            self._stop("loss", loss, f"in step {step} of epoch {self.epoch + 1}")

    def _stop(self, what: str, value: float, when: str) -> None:
        kept = (
            f"What was kept after epoch {self.epoch} is untouched."
            if self.epoch
            else "No epoch was finished, so no network is kept."
        )
        raise TrainingError(
            f"Expected a finite {what}. Received: {value} {when}, so the run stopped there. "
            f"{kept} A lower learning rate may help."
        )

    def _is_point(self, step: int) -> bool:
        early = self.epoch == 0 and step & (step - 1) == 0  # powers of two
        left = self.params["steps"] - step
        apart = max(1, self.params["steps"] // POINTS)
        return early or not left or (step % apart == 0 and left >= apart)

    def _add_point(self, step: int, figures: dict[str, float]) -> None:
        """Add the mean since the last point; Keras's means run from the epoch's start.

        Keras weighs each batch by its images in the total loss and the accuracy, but counts a
        small last batch as one like the others in the two parts of the loss.
        """
        images = min(step * self.batch_size, self.images)
        weights = dict.fromkeys(LOGGED, step) | {"loss": images, "accuracy": images}
        before, sums = self.mark
        now = {name: mean * weights[name] for name, mean in figures.items()}
        means = {n: (now[n] - sums[n]) / (weights[n] - before[n]) for n in figures}
        self.mark = (weights, now)
        time_ = self.epoch + step / self.params["steps"]
        rate = learning_rate(self.model.optimizer)
        self.curve.append({"epoch": time_, **means, "learning_rate": rate})
        with contextlib.suppress(OSError):  # what matters is kept at the epoch's end, loudly
            write_curve(self.folder, self.curve)

    def _describe(self, step: int, figures: dict[str, Any]) -> None:
        speed = self._speed()
        self.progress = dataclasses.replace(
            self.progress,
            step=step,
            images_per_second=speed,
            seconds_left=self._seconds_left(step, speed),
            learning_rate=learning_rate(self.model.optimizer),
            **figures,
        )

    def _speed(self) -> float:
        while len(self.ticks) > 2 and self.ticks[-1][0] - self.ticks[0][0] > SPEED_OVER:
            self.ticks.popleft()
        if len(self.ticks) < 2:
            return self.progress.images_per_second
        (start, first), (end, last) = self.ticks[0], self.ticks[-1]
        if end <= start or last <= first:
            return self.progress.images_per_second
        return (last - first) / (end - start)

    def _seconds_left(self, step: int, speed: float) -> float | None:
        if not speed:
            return None
        epochs = self.params["epochs"] - self.epoch - 1  # after this one
        images = max(0, self.images - step * self.batch_size) + epochs * self.images
        validation = self.validation_seconds
        if validation is None:
            validation = self.validation / (3 * speed)  # it has no way back, which costs twice
        return images / speed + (epochs + 1) * validation

    def _obey(self) -> None:
        """Pause for as long as that is asked for; stop if that is.

        Raises:
            KeyboardInterrupt: to stop, as Ctrl-C does.
        """
        started = time.monotonic()
        while (requested := run_folder.read_request(self.folder)) == "pause":
            if self.progress.state != "paused":
                self.progress = dataclasses.replace(
                    self.progress, state="paused", since=time.time(), seconds_left=None
                )
                self._tell()
            time.sleep(PAUSE_STEP)
        if requested == "stop":
            raise KeyboardInterrupt
        if self.progress.state == "paused":
            self.progress = dataclasses.replace(self.progress, state="running", since=time.time())
            paused = time.monotonic() - started
            self.skip(paused)
            self.ticks.clear()
            self.validation_started += paused
            self._tell()

    def _tell(self) -> None:
        self.told = time.monotonic()
        with contextlib.suppress(OSError):
            run_folder.write_progress(self.folder, self.progress)
