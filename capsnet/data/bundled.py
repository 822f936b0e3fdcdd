"""The 5,000 validation digits of MNIST that come with this project."""

from __future__ import annotations

import numpy as np

from capsnet.assets import ASSETS
from capsnet.data.images import Digits, read_npz

BUNDLED_DIGITS = ASSETS / "digits" / "mnist_validation.npz"


def load_bundled() -> Digits:
    """MNIST's 5,000 validation digits, interleaved: 0 to 9, and so 500 times.

    Raises:
        DataError: if the file under `assets/digits/` is missing or damaged.
    """
    return read_npz(BUNDLED_DIGITS, ("images", "labels"))[0]


def bundled_digits() -> np.ndarray:
    """The same digits as the network takes them.

    Returns:
        Images, (5000, 28, 28, 1) float32 in [0, 1]; image n is of class n % 10.

    Raises:
        DataError: if the file under `assets/digits/` is missing or damaged.
    """
    return load_bundled().pixels()
