"""Datasets and their splits: MNIST wherever its users have it, and the digits bundled here."""

from __future__ import annotations

import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

BUNDLED_DIGITS = Path(__file__).parent.parent / "assets" / "digits" / "mnist_validation.npz"
DATA_VARIABLE = "CAPSNET_DATA"
VALIDATION_PER_CLASS = 500
# What NumPy raises for files of other kinds, damaged ones, and labels that are not whole numbers.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)

SplitName = Literal["train", "validation", "test"]


class DataError(Exception):
    """No usable dataset; the message says what was tried and how to mend it."""


@dataclass(frozen=True)
class Digits:
    """Pictures of digits and their classes.

    Attributes:
        images: (N, 28, 28) uint8, 0 for paper and 255 for ink.
        labels: (N,) int64, 0 to 9.
    """

    images: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        images, labels = self.images, self.labels
        if images.ndim != 3 or images.shape[1:] != (28, 28) or images.dtype != np.uint8:
            raise DataError(
                "Expected images of shape (N, 28, 28) and type uint8. "
                f"Received: shape {images.shape}, type {images.dtype}"
            )
        if labels.shape != (len(images),) or not np.issubdtype(labels.dtype, np.integer):
            raise DataError(
                f"Expected {len(images)} labels, whole numbers. "
                f"Received: shape {labels.shape}, type {labels.dtype}"
            )
        if len(labels) and not 0 <= labels.min() <= labels.max() <= 9:
            raise DataError(
                f"Expected labels from 0 to 9. Received: {labels.min()} to {labels.max()}"
            )

    def __len__(self) -> int:
        return len(self.images)

    def pixels(self) -> np.ndarray:
        """The images as the network takes them, (N, 28, 28, 1) float32 in [0, 1]."""
        return to_pixels(self.images)

    def __getitem__(self, chosen: slice | np.ndarray) -> Digits:
        return Digits(self.images[chosen], self.labels[chosen])


def to_pixels(images: np.ndarray) -> np.ndarray:
    """Images (..., 28, 28) uint8 -> (..., 28, 28, 1) float32 in [0, 1]."""
    return (images.astype(np.float32) / 255.0)[..., None]


def load_split(name: SplitName, path: str | Path | None = None) -> Digits:
    """One split of MNIST.

    Validation is the first 500 images of each digit in the training file (5,000 images, at
    indices up to 5847), training the other 55,000, test the 10,000 of the test file. The
    validation digits are bundled, so they need no data file.

    Args:
        name: `"train"`, `"validation"` or `"test"`.
        path: an `.npz` of MNIST, for train and test; None looks where `load_mnist` looks.

    Raises:
        DataError: if there is no data, or it is not MNIST's format.
    """
    if name == "validation" and path is None:
        return load_bundled()
    train, test = load_mnist(path)
    if name == "test":
        return test
    held_out = validation_indices(train.labels)
    if name == "validation":
        return train[held_out]
    rest = np.setdiff1d(np.arange(len(train)), held_out)
    return train[rest]


def validation_indices(labels: np.ndarray) -> np.ndarray:
    """Indices of the first 500 images of each class, ascending."""
    firsts = [np.flatnonzero(labels == c)[:VALIDATION_PER_CLASS] for c in np.unique(labels)]
    return np.sort(np.concatenate(firsts))


def load_bundled() -> Digits:
    """The 5,000 validation digits, interleaved: 0 to 9, and so 500 times.

    Raises:
        DataError: if the file under `assets/digits/` is missing or damaged.
    """
    return _read_npz(BUNDLED_DIGITS, ("images", "labels"))[0]


def load_mnist(path: str | Path | None = None) -> tuple[Digits, Digits]:
    """MNIST's training file (60,000) and test file (10,000), in their original order.

    Looks at `path`; else at the file that the environment variable CAPSNET_DATA names; else in
    Keras's cache; else lets Keras download it. A path or variable that is given but of no use
    is an error: nothing else is taken in its place.

    Args:
        path: an `.npz` with `x_train`, `y_train`, `x_test`, `y_test`, as Keras downloads it.

    Raises:
        DataError: when none is found; it lists what was tried.
    """
    tried = ["the path given: none"]
    if path is None:
        path = os.environ.get(DATA_VARIABLE) or None
        tried.append(f"environment variable {DATA_VARIABLE}: {path or 'not set'}")
    if path is not None:
        return _read_mnist(Path(path).expanduser())
    cached = _keras_cache()
    if cached.is_file():
        return _read_mnist(cached)
    tried.append(f"Keras's cache: no file {cached}")
    try:
        import keras

        keras.datasets.mnist.load_data()
        return _read_mnist(cached)
    except Exception as error:  # whatever the download failed with, say it and what else to do
        tried.append(f"Keras's download: {error}")
    raise DataError(
        "Expected MNIST in one of these places, found none:\n  - "
        + "\n  - ".join(tried)
        + "\nGive its mnist.npz by path (--data mnist.npz), name it in "
        f"{DATA_VARIABLE}, or connect to the internet once so that Keras can download it."
    )


def find_file() -> Path | None:
    """MNIST's file where `load_mnist` would read one; None if it would have to download it.

    Raises:
        DataError: if the environment variable names none.
    """
    named = os.environ.get(DATA_VARIABLE)
    if not named:
        return cached if (cached := _keras_cache()).is_file() else None
    if not (path := Path(named).expanduser()).is_file():
        raise DataError(f"Expected a file where {DATA_VARIABLE} points. Received: no file {path}")
    return path


def _keras_cache() -> Path:
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home) / "datasets" / "mnist.npz"


def _read_mnist(path: Path) -> tuple[Digits, Digits]:
    train, test = _read_npz(path, ("x_train", "y_train"), ("x_test", "y_test"))
    return train, test


def _read_npz(path: Path, *names: tuple[str, str]) -> list[Digits]:
    arrays_in_words = ", ".join(name for pair in names for name in pair)
    expected = f"Expected an .npz file with {arrays_in_words} at {path}"
    if not path.is_file():
        raise DataError(f"{expected}. Received: no such file")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            pairs = [(arrays[x], arrays[y].astype(np.int64, casting="same_kind")) for x, y in names]
    except UNREADABLE as error:
        raise DataError(f"{expected}. Received: a file that cannot be read so ({error})") from error
    try:
        return [Digits(images, labels) for images, labels in pairs]
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
