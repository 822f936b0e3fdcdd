"""Pictures, their splits, and the digits bundled here. `capsnet.data.datasets` finds the others."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from capsnet.errors import UNREADABLE, DataError, first_line

VALIDATION_PER_CLASS = 500
VALIDATION_SHARE = 10
"""At most one in so many images of a class is held out for validation, where there are few."""

SplitName = Literal["train", "validation", "test"]


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


def check_classes(digits: Digits, classes: int) -> None:
    """Check that a network of so many classes knows that of every image.

    Raises:
        ValueError: if it does not.
    """
    if len(digits) and digits.labels.max() >= classes:
        raise ValueError(
            f"Expected images of the network's {classes} classes. "
            f"Received: one of class {digits.labels.max()}"
        )


def to_pixels(images: np.ndarray) -> np.ndarray:
    """Images (..., 28, 28) uint8 -> (..., 28, 28, 1) float32 in [0, 1]."""
    return (images.astype(np.float32) / 255.0)[..., None]


@dataclass(frozen=True)
class Dataset:
    """A training file, a test file, and what the classes are called.

    Attributes:
        train: the training file, of which some images are held out for validation.
        test: the test file.
        class_names: one for each class; None if the classes are the digits 0 to 9.
    """

    train: Digits
    test: Digits
    class_names: tuple[str, ...] | None = None

    def split(self, name: SplitName) -> Digits:
        """One split.

        Validation is the first 500 images of each class in the training file, or the first tenth
        of a class of fewer than 5,000; training is the rest, test the test file. Of MNIST,
        validation is 5,000 images, at indices up to 5847 of the training file.

        Args:
            name: `"train"`, `"validation"` or `"test"`.
        """
        if name == "test":
            return self.test
        held_out = validation_indices(self.train.labels)
        if name == "validation":
            return self.train[held_out]
        return self.train[np.setdiff1d(np.arange(len(self.train)), held_out)]


def validation_indices(labels: np.ndarray) -> np.ndarray:
    """Indices of the held-out images, ascending: the first 500 or tenth of each class."""
    firsts = [np.zeros(0, int)]
    for c in np.unique(labels):
        of_class = np.flatnonzero(labels == c)
        firsts.append(
            of_class[: min(VALIDATION_PER_CLASS, max(1, len(of_class) // VALIDATION_SHARE))]
        )
    return np.sort(np.concatenate(firsts))


def read_npz(path: Path, *names: tuple[str, str]) -> list[Digits]:
    """Pairs of images and labels from an `.npz` file.

    Args:
        path: the file.
        names: for each pair, the names of its two arrays.

    Raises:
        DataError: for a missing or damaged file, and for arrays of other shapes or types.
    """
    arrays_in_words = ", ".join(name for pair in names for name in pair)
    expected = f"Expected an .npz file with {arrays_in_words} at {path}"
    if not path.is_file():
        raise DataError(f"{expected}. Received: no such file")
    if not zipfile.is_zipfile(path):  # NumPy would take it for a pickle and speak of that
        raise DataError(f"{expected}. Received: a damaged file, or one of another kind")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            pairs = [(arrays[x], arrays[y].astype(np.int64, casting="same_kind")) for x, y in names]
            if not all(isinstance(images, np.ndarray) for images, _ in pairs):
                raise TypeError("images that are no array")
    except UNREADABLE as error:
        raise DataError(
            f"{expected}. Received: a file that cannot be read so ({first_line(error)})"
        ) from error
    try:
        return [Digits(images, labels) for images, labels in pairs]
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
