"""The 5,000 validation digits of MNIST that come with this project."""

from __future__ import annotations

from pathlib import Path

from capsnet.data.images import Digits, read_npz

BUNDLED_DIGITS = Path(__file__).parents[2] / "assets" / "digits" / "mnist_validation.npz"


def load_bundled() -> Digits:
    """MNIST's 5,000 validation digits, interleaved: 0 to 9, and so 500 times.

    Raises:
        DataError: if the file under `assets/digits/` is missing or damaged.
    """
    return read_npz(BUNDLED_DIGITS, ("images", "labels"))[0]
