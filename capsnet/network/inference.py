"""A network that answers many visitors: compiled whole, and spared what slows each answer."""

from __future__ import annotations

import gc
from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from capsnet.network.decoder import mask
from capsnet.network.exported import Answer
from capsnet.network.model import CapsNet
from capsnet.ops import Tensor
from capsnet.routing.agreement import xla_compiled


def answering(model: CapsNet) -> Callable[[np.ndarray], Answer]:
    """The network's answer to one image, compiled: a quarter of the time of a trace.

    Args:
        model: the network; it computes with the same layers as `model.trace`, and routes for good
            as it does at the first call.

    Returns:
        A function of an image (1, 28, 28, 1) float32 in [0, 1]. Its first call compiles.
    """
    classes = model.config.num_classes

    def answer(image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        capsules = model.digit_capsules(model.primary_capsules(model.conv1(image)))  # (1, J, D)
        each = ops.repeat(capsules, classes, axis=0)  # (J, J, D)
        lengths = model.digit_capsules.routing.lengths(capsules)[0]
        return lengths, model.decoder(mask(each, ops.arange(classes))), capsules[0]

    compiled = xla_compiled(answer)
    return lambda image: Answer(
        *(ops.convert_to_numpy(part) for part in compiled(ops.convert_to_tensor(image)))
    )


def settle_in() -> None:
    """Call whenever a network is loaded or compiled, in a process that serves it to visitors.

    After every run of a page Streamlit clears Keras's session: that throws away the kernels
    which other visitors' traces are using at that moment, and collects garbage among all of
    TensorFlow's objects. It costs several times what an answer does, and there is nothing to be
    had by it. Garbage is looked for among those objects here instead, so that a network which
    nobody uses any more is forgotten when the next one is loaded.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    keras.backend.clear_session = _keep_session


def _keep_session(free_memory: bool = True) -> None:
    """In place of Keras's own."""
