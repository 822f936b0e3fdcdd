"""Train a network, so that a run can be killed at any moment and resumed."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from capsnet.config import CapsNetConfig
from capsnet.data.images import Digits, check_classes
from capsnet.errors import TrainingError, TrainingInterrupted, first_line
from capsnet.network.convolution import fastest_dtype
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import sha256
from capsnet.training import distribution, provenance, provenance_keeping, validation_pictures
from capsnet.training.batches import (
    TrainingBatches,
    steps_per_epoch,
    validation_batch_size,
    validation_data,
)
from capsnet.training.callbacks.checkpoint import RunCheckpoint
from capsnet.training.callbacks.monitor import RunMonitor, writing
from capsnet.training.callbacks.snapshots import RunSnapshots
from capsnet.training.compiled_model import compiled_model
from capsnet.training.disk_room import check_room
from capsnet.training.history import HISTORY, read_history
from capsnet.training.run_checks import check_best, check_may_begin, lost_history, lost_state
from capsnet.training.run_folder import (
    BEST,
    LAST,
    LOCK,
    PROGRESS,
    RUN,
    ended,
    history_of,
    locked,
    read_progress,
    read_run,
    write_run,
)
from capsnet.training_config import AUTO, TrainingConfig


@dataclass(frozen=True)
class TrainingResult:
    """What a run has come to: its folder and its history, one row an epoch."""

    folder: Path
    history: list[dict[str, float]]

    @property
    def best(self) -> Path:
        """The network of the epoch with the lowest validation loss, or margin loss (`keep_by`)."""
        return self.folder / BEST


def train(
    network: CapsNetConfig,
    training: TrainingConfig,
    train_digits: Digits,
    validation_digits: Digits,
    folder: str | Path,
    resume: bool = False,
    report: Callable[[str], None] = print,
    callbacks: tuple[keras.callbacks.Callback, ...] = (),
    strategy: Any = None,
    data: str | None = None,
) -> TrainingResult:
    """Train a network, or go on with an interrupted run.

    After every epoch `folder` holds the history so far, the best network on validation, and
    the state to resume from: weights, optimizer and, through its step count, the learning rate's
    schedule. The order and shifts of the images are functions of the seed and the epoch alone,
    so a resumed run sees what an uninterrupted one would have.

    Args:
        network: the network to train.
        training: how to train it. Its `dataset` is recorded as where the images come from, and
            told on pages and model cards, whatever `train_digits` are.
        train_digits: images to learn from.
        validation_digits: images that choose the best epoch.
        folder: where the run is kept; created if need be.
        resume: go on after the last finished epoch of the run in `folder`.
        report: called with each line meant for the user; its OSErrors are passed over.
        callbacks: further Keras callbacks, such as a progress bar; those with a method `skip` are
            told the seconds of each pause.
        strategy: a `tf.distribute` strategy to train under, such as `mirrored()`.
        data: the path that the images were read from, to be recorded for who goes on with the run.

    Raises:
        TrainingError: if `folder` holds a run and `resume` is not asked for; if the run to
            resume is missing, was started with other settings, began with other images or another
            start, or has lost its state or its history; if `training.start` has weights of other
            shapes or another `primary_activation`; if a loss is no number; if the folder cannot be
            written, or its disk has no room for the run; or if another worker is lost.
        CheckpointError: if `training.start` cannot be loaded.
        ValueError: for images of a class that the network does not know.
        TrainingInterrupted: on Ctrl-C, once the current network has been saved.
    """
    folder = Path(folder)
    if resume:
        read_run(folder)  # before a folder that is not there is made
    check_room(folder, network, training, len(history_of(folder)) if resume else 0)
    lost_worker = distribution.report_lost_worker(strategy, lambda: _kept(folder))
    with _nothing_left(folder), locked(folder), ended(folder), lost_worker:
        finished = _train(
            network,
            training,
            train_digits,
            validation_digits,
            folder,
            resume,
            _forgiving(report),
            callbacks,
            strategy,
            data,
        )
        check_best(folder)
        return finished


@contextlib.contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    """Remove the folder that was made for a run which then could not even begin."""
    was_there = folder.exists()
    try:
        yield
    except Exception:
        if not was_there and not (folder / RUN).exists():
            with contextlib.suppress(OSError):
                for name in (LOCK, provenance.PROVENANCE, PROGRESS):
                    (folder / name).unlink(missing_ok=True)
                folder.rmdir()  # which fails where there is anything else
        raise


def _kept(folder: Path) -> str:
    """What there is of a run that has lost a worker, and what to do."""
    if not (folder / RUN).is_file():
        return "Nothing was begun: start all workers again."
    rows, progress = len(history_of(folder)), read_progress(folder)
    done = progress.whole(rows) if progress else rows
    kept = f"The run is kept up to epoch {done}" if done else "No epoch was finished"
    return f"{kept}: start all workers again, each with its command and --resume."


def _as_it_was_left(
    network: CapsNetConfig,
    training: TrainingConfig,
    steps: int,
    folder: Path,
    resume: bool,
    strategy: Any,
) -> tuple[CapsNet, list[dict[str, float]]]:
    """The network as a run begins or goes on, and a row for each epoch that is done."""
    keras.utils.set_random_seed(training.seed)
    with strategy.scope() if strategy is not None else contextlib.nullcontext():
        model = compiled_model(network, training, steps)
    history = read_history(folder / HISTORY) if resume else []
    if resume and (folder / LAST).is_file():
        _load_state(model, folder)
    elif training.start is not None:
        _start_from(model, training.start, provenance.read(folder).get("start"))
    done = int(model.optimizer.iterations.numpy()) // steps
    if len(history) < done:  # without a row the next epoch would pass for the best so far
        raise lost_history(folder, done, len(history))
    return model, history[:done]  # a row without its state: that epoch is done again


def _train(
    network: CapsNetConfig,
    training: TrainingConfig,
    train_digits: Digits,
    validation_digits: Digits,
    folder: Path,
    resume: bool,
    report: Callable[[str], None],
    callbacks: tuple[keras.callbacks.Callback, ...],
    strategy: Any,
    data: str | None,
) -> TrainingResult:
    for digits in (train_digits, validation_digits):
        check_classes(digits, network.num_classes)
    check_may_begin(folder, network, training, resume)
    named = distribution.name_of(strategy)
    # First, because what is refused must leave no run behind.
    provenance_keeping.keep(folder, train_digits, validation_digits, training.start, named, data)
    if not resume:
        with writing(folder, 0):
            write_run(folder, network, training)
    _keep_pictures(folder, validation_digits, network, training, report)
    training = _decided(folder)
    steps = steps_per_epoch(training, train_digits)
    model, history = _as_it_was_left(network, training, steps, folder, resume, strategy)
    done = len(history)
    batches = TrainingBatches(train_digits, training, network.num_classes)
    averaging = keras.callbacks.SwapEMAWeights() if training.ema else None
    checkpoint = RunCheckpoint(
        folder, history, batches, report, averaging, training.keep_by, training.patience
    )
    sizes = training.batch_size, len(train_digits), len(validation_digits)
    monitor = RunMonitor(folder, *sizes, done, _skip_in(checkpoint, *callbacks))
    if checkpoint.is_out_of_patience():
        return TrainingResult(folder, history)
    snapshots = RunSnapshots(folder, validation_digits, done, report, checkpoint.averaged_weights)
    if resume:
        report(f"Resuming after epoch {done} of {training.epochs}.")
    validation = validation_data(network, training, validation_digits)
    validated_on = len(validation[1]["reconstruction"])
    try:
        model.fit(
            batches,
            epochs=training.epochs,
            initial_epoch=done,
            validation_data=validation,
            validation_batch_size=validation_batch_size(
                validated_on,
                training.batch_size,
                strategy.num_replicas_in_sync if strategy is not None else 1,
            ),
            callbacks=[
                *([averaging] if averaging else []),
                monitor,  # first: a network that has become NaN must not be kept
                checkpoint,
                snapshots,
                *callbacks,
            ],
            shuffle=False,  # Keras would reorder the batches by a state that no resume restores
            verbose=0,
        )
    except KeyboardInterrupt:
        kept = checkpoint.save_interrupted()
        raise TrainingInterrupted(
            f"Stopped. {kept} --resume goes on after epoch {checkpoint.finished}."
        ) from None
    return TrainingResult(folder, checkpoint.history)


def _keep_pictures(
    folder: Path,
    digits: Digits,
    network: CapsNetConfig,
    training: TrainingConfig,
    report: Callable[[str], None],
) -> None:
    """Keep some validation pictures for those who look at the network; a run does without."""
    try:
        validation_pictures.keep(folder, digits, network, training)
    except OSError as error:
        report(f"Its validation pictures cannot be kept ({error}); training goes on.")


def _forgiving(report: Callable[[str], None]) -> Callable[[str], None]:
    """The same, but a line that cannot be written, as to a log on a full disk, is passed over."""

    def tell(line: str) -> None:
        with contextlib.suppress(OSError):
            report(line)

    return tell


def _skip_in(*callbacks: keras.callbacks.Callback) -> Callable[[float], None]:
    clocks = [callback.skip for callback in callbacks if hasattr(callback, "skip")]

    def skip(seconds: float) -> None:
        for clock in clocks:
            clock(seconds)

    return skip


def _decided(folder: Path) -> TrainingConfig:
    """How a run is to be trained; what is left to the machine is decided once, as it begins."""
    network, training = read_run(folder)
    if training.conv_dtype == AUTO:
        training = dataclasses.replace(training, conv_dtype=fastest_dtype())
        with writing(folder, 0):
            write_run(folder, network, training)
    return training


def _load_state(model: CapsNet, folder: Path) -> None:
    """Take over the weights and the optimizer's state that a run left.

    Raises:
        TrainingError: if they cannot be loaded.
    """
    try:
        model.load_weights(folder / LAST)
    except Exception as error:  # Keras and HDF5 raise many kinds for a damaged file
        raise lost_state(folder, f"a file that Keras cannot load ({first_line(error)})") from error


def _start_from(model: CapsNet, checkpoint: str, recorded: str | None) -> None:
    """Take over a checkpoint's weights.

    Args:
        model: the network that takes them.
        checkpoint: the file.
        recorded: the file's SHA-256 when the run first began; None if there is no record.

    Raises:
        TrainingError: if it is not the file with which the run first began.
        CheckpointError: if it cannot be loaded.
    """
    if recorded is not None and Path(checkpoint).is_file() and sha256(checkpoint) != recorded:
        raise TrainingError(
            f"Expected {checkpoint} as it was when the run first began. Received: another "
            "network, written there since; start a new run in another folder."
        )
    model.set_weights(checkpoints.load(checkpoint).get_weights())
