"""A network in the server's memory, and what answers with it: forgotten together.

A trace of a few images takes tens of megabytes while it is computed. Fifty visitors who open a
page at once would take gigabytes, and not be answered any sooner: two are served at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import streamlit as st

from capsnet.config import CapsNetConfig
from capsnet.storage import checkpoints
from capsnet.tensorflow_startup import load_tensorflow_quietly
from capsnet.training.memory import give_back_freed_memory
from dashboard.state.bounded import bounded
from dashboard.state.network_files import Stored, check_fits

if TYPE_CHECKING:
    from capsnet.network.exported import Answer
    from capsnet.network.model import CapsNet
    from capsnet.network.trace import CapsNetTrace

NETWORKS_MB = 300  # by their weights: 33 MB each in the paper's size
NETWORKS_KEPT = 12  # of what is known beside their weights

AT_ONCE = threading.BoundedSemaphore(2)
"""TensorFlow divides the work of each among all cores."""

IMAGES_A_TIME = 8
"""Of a batch of whose trace only the last is wanted: lengths or digit capsules."""


class LoadedNetwork:
    """A network and what is compiled of it.

    Args:
        model: the network.
    """

    def __init__(self, model: CapsNet) -> None:
        self.model = model
        self.weight_bytes = 4 * model.count_params()
        self._lock = threading.Lock()
        self._answering: Callable[[np.ndarray], Answer] | None = None
        self._gradients: dict[str, Callable[..., np.ndarray]] = {}

    def answer(self, image: np.ndarray) -> Answer:
        """As `inference.answering`, compiled by the first call; a pen in motion waits for nobody.

        Args:
            image: (1, 28, 28, 1) float32 in [0, 1].
        """
        with self._lock:
            if self._answering is None:
                self._answering = _compiled(self.model)
        return self._answering(image)

    def trace(self, images: np.ndarray, rounds: int | None = None, **altered: Any) -> CapsNetTrace:
        """As `CapsNet.trace`."""
        with AT_ONCE:
            return self.model.trace(images, rounds, **altered)

    def digit_capsules(self, images: np.ndarray) -> np.ndarray:
        """The digit capsules after the last round, (B, 10, 16), of (B, 28, 28, 1) images."""
        return np.concatenate([trace.digit_capsules[-1] for trace in self._in_parts(images)])

    def lengths(self, images: np.ndarray) -> np.ndarray:
        """The capsule lengths after the last round, (B, 10), of (B, 28, 28, 1) images."""
        return np.concatenate([trace.lengths[-1] for trace in self._in_parts(images)])

    def _in_parts(self, images: np.ndarray) -> Iterator[CapsNetTrace]:
        for part in np.split(images, range(IMAGES_A_TIME, len(images), IMAGES_A_TIME)):
            yield self.trace(part)

    def decode(self, digit_capsules: np.ndarray, classes: np.ndarray | int) -> np.ndarray:
        """As `CapsNet.decode`."""
        with AT_ONCE:
            return self.model.decode(digit_capsules, classes)

    def gradient(self, loss: Literal["lengths", "margin"]) -> Callable[..., np.ndarray]:
        """As `attack.loss_gradient`, compiled by the first call of what is returned."""
        from capsnet.analysis.attack import loss_gradient

        with self._lock:
            if loss not in self._gradients:
                self._gradients[loss] = loss_gradient(self.model, loss)

        def one_of_two(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
            with AT_ONCE:
                return self._gradients[loss](images, labels)

        return one_of_two


@st.cache_resource(show_spinner=False, max_entries=NETWORKS_KEPT)
def config_of(which: Stored) -> CapsNetConfig:
    """What a network is, without loading it.

    Raises:
        CheckpointError: if its file is none of ours.
    """
    config = checkpoints.check(which.path)
    check_fits(config)
    return config


@bounded(NETWORKS_MB, lambda found: found.weight_bytes)
def loaded(which: Stored) -> LoadedNetwork:
    """A network, loaded once for all visitors.

    Raises:
        CheckpointError: if it cannot be loaded, or the pages cannot show it.
    """
    with st.spinner("Loading the network …"):
        return LoadedNetwork(_load(which))


def _load(which: Stored) -> CapsNet:
    give_back_freed_memory()
    load_tensorflow_quietly()
    from capsnet.network import inference

    model = checkpoints.load(which.path)  # traced once there: the first call is slow
    check_fits(model.config)
    inference.settle_in()
    return model


def _compiled(model: CapsNet) -> Callable[[np.ndarray], Answer]:
    from capsnet.network import inference

    answering = inference.answering(model)
    answering(np.zeros((1, *model.config.image_shape), np.float32))
    inference.settle_in()  # what was compiled stays, too
    return answering
