"""The devices that compute beside the processor."""

from __future__ import annotations

import keras


def accelerators() -> list[str]:
    """The devices beside the processor, such as `gpu:0`; none on a backend that lists no devices.

    Keras lists them on TensorFlow and JAX; on PyTorch it raises an AttributeError.
    """
    if keras.backend.backend() not in ("tensorflow", "jax"):
        return []
    devices = dict.fromkeys(keras.distribution.list_devices())  # those of several workers repeat
    return [device for device in devices if not device.startswith("cpu")]
