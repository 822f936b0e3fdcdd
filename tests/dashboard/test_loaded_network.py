"""What many visitors ask of a network at once."""

import threading
import time
from types import SimpleNamespace

import numpy as np

from dashboard.state import loaded_network
from dashboard.state.loaded_network import LoadedNetwork


class Watched:
    """Stands for a network; counts who computes with it at the same time."""

    def __init__(self):
        self.now = self.most = 0
        self.batches = []
        self._lock = threading.Lock()

    def count_params(self):
        return 1

    def _compute(self):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self._lock:
            self.now -= 1

    def trace(self, images, rounds):
        self._compute()
        self.batches.append(len(images))
        return SimpleNamespace(digit_capsules=np.repeat(images[None, :, :1, :1, 0], 2, axis=0))

    def decode(self, digit_capsules, classes):
        self._compute()


def test_two_compute_at_once_however_many_ask():
    """Each trace takes tens of megabytes while it is computed: a class's would take gigabytes."""
    model = Watched()
    network = LoadedNetwork(model)
    image = np.zeros((1, 28, 28, 1), np.float32)
    asked = [lambda: network.trace(image), lambda: network.decode(image, 0)] * 8
    visitors = [threading.Thread(target=ask) for ask in asked]
    for each in visitors:
        each.start()
    for each in visitors:
        each.join()
    assert model.most == 2


def test_a_large_batch_is_traced_in_parts_and_comes_back_in_order():
    model = Watched()
    images = np.arange(20, dtype=np.float32).reshape(-1, 1, 1, 1) * np.ones((1, 28, 28, 1))
    capsules = LoadedNetwork(model).digit_capsules(images)
    assert capsules.ravel().tolist() == [*range(20)]
    assert max(model.batches) <= loaded_network.IMAGES_A_TIME
