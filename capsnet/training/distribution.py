"""Training on several devices or machines at once, by TensorFlow's own distribution."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import keras

from capsnet.errors import TrainingError, first_line
from capsnet.training import workers


def mirrored() -> Any:
    """Every batch divided among this machine's GPUs, the same weights on each.

    The loss is the mean over the whole batch, so the same settings train the same network, up to
    rounding where the batch divides evenly. Without a GPU it is one device, the processor, unless
    TensorFlow was told to divide it into several (`tf.config.set_logical_device_configuration`).

    Returns:
        A `tf.distribute.MirroredStrategy`.

    Raises:
        TrainingError: on another backend than TensorFlow.
    """
    _expect_tensorflow()
    import tensorflow as tf

    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    mirrored_strategy = _reducing_nests(tf.distribute.MirroredStrategy)
    return mirrored_strategy([device.name for device in devices])


def multiworker() -> Any:
    """Every batch divided among the workers that TF_CONFIG names, the same weights on each.

    All are started with the same command and wait for each other; the result is as for
    `mirrored`. See `capsnet.training.workers`.

    Returns:
        A `tf.distribute.MultiWorkerMirroredStrategy`.

    Raises:
        TrainingError: on another backend than TensorFlow, without a sound TF_CONFIG, or if the
            others are not there.
    """
    _expect_tensorflow()
    _, count = workers.place()
    import tensorflow as tf

    try:
        return _reducing_nests(tf.distribute.MultiWorkerMirroredStrategy)()
    except tf.errors.OpError as error:
        raise TrainingError(
            f"Expected all {count} workers to be there within some minutes of each other. "
            f"Received: {_reason(error)}. Nothing was begun: start all workers again."
        ) from error


STRATEGIES: dict[str, Callable[[], Any]] = {
    "single": lambda: None,
    "mirrored": mirrored,
    "multiworker": multiworker,
}
"""By their names on the command line."""


def name_of(strategy: Any) -> str:
    """What a `tf.distribute` strategy, or None, is called on the command line."""
    if strategy is None:
        return "single"
    import tensorflow as tf

    if isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return "multiworker"
    mirrors = isinstance(strategy, tf.distribute.MirroredStrategy)
    return "mirrored" if mirrors else type(strategy).__name__


def tensorboard(folder: Any) -> keras.callbacks.Callback:
    """A callback that writes TensorBoard's logs to `folder`.

    Raises:
        TrainingError: if TensorBoard is not installed.
    """
    try:
        importlib.import_module("tensorboard")
    except ImportError as error:
        raise TrainingError(
            "Expected TensorBoard, which writes these logs: pip install tensorboard. "
            "Received: none installed"
        ) from error
    return keras.callbacks.TensorBoard(folder)


def _reducing_nests(strategy: Any) -> Any:
    """A `tf.distribute` strategy whose `reduce` takes what Keras 3 gives it.

    Keras asks for the mean of scalars along axis 0, which several workers refuse
    (keras-team/keras#20585); and for the mean of a whole batch, nested, to see its shapes. There
    the first part does: parts may differ in size and then have no mean.
    """
    import tensorflow as tf

    class Reducing(strategy):
        def reduce(self, reduce_op: Any, value: Any, axis: int | None) -> Any:
            own = self.experimental_local_results
            if tf.nest.is_nested(value):
                return tf.nest.map_structure(lambda leaf: own(leaf)[0], value)
            scalar = own(value)[0].shape.rank == 0
            return super().reduce(reduce_op, value, None if scalar else axis)

    return Reducing


def _expect_tensorflow() -> None:
    if keras.backend.backend() != "tensorflow":
        raise TrainingError(
            "Expected the TensorFlow backend for training on several devices. "
            f"Received: {keras.backend.backend()}"
        )


@contextlib.contextmanager
def report_lost_worker(strategy: Any, kept: Callable[[], str]) -> Iterator[None]:
    """Say in a sentence that another worker has gone, where TensorFlow shows a whole graph.

    Args:
        strategy: what the batches are divided by; None for one device.
        kept: says what there is of the run now, and what to do.

    Raises:
        TrainingError: in place of TensorFlow's error.
    """
    try:
        yield
    except Exception as error:
        if name_of(strategy) != "multiworker" or not _is_of_connection(error):
            raise
        of = getattr(strategy, "num_replicas_in_sync", 0)
        raise TrainingError(
            f"Expected all {of} workers to stay until the run's end. Received: no answer from one "
            f"of them ({_reason(error)}). {kept()}"
        ) from error


def _is_of_connection(error: Exception) -> bool:
    import tensorflow as tf

    lost = tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError
    return isinstance(error, lost) or (
        isinstance(error, tf.errors.OpError) and COLLECTIVE in str(error)
    )


def _reason(error: Exception) -> str:
    """What TensorFlow says of the connection, without the graph around it."""
    said = str(error)
    after = said.partition(COLLECTIVE)[2] or said
    return first_line(ValueError(after))


COLLECTIVE = "Collective ops is aborted by: "
"""What TensorFlow's message begins with where a worker cannot be reached any more."""
