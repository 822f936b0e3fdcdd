"""Training on several devices of one machine at once, by TensorFlow's own distribution."""

from __future__ import annotations

import importlib
from typing import Any

import keras

from capsnet.training import TrainingError


def mirrored() -> Any:
    """Every batch divided among this machine's GPUs, the same weights on each.

    The loss is the mean over the whole batch, so the same settings train the same network, up to
    rounding. Without a GPU it is one device, the processor, unless TensorFlow was told to divide
    it into several (`tf.config.set_logical_device_configuration`).

    Returns:
        A `tf.distribute.MirroredStrategy`.

    Raises:
        TrainingError: on another backend than TensorFlow.
    """
    if keras.backend.backend() != "tensorflow":
        raise TrainingError(
            "Expected the TensorFlow backend for a mirrored strategy. "
            f"Received: {keras.backend.backend()}"
        )
    import tensorflow as tf

    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return tf.distribute.MirroredStrategy([device.name for device in devices])


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
