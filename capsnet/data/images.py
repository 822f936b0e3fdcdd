"""Pictures, their splits, and the digits bundled here. `capsnet.data.datasets` finds the others."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from capsnet.errors import UNREADABLE, DataError, first_line, no_file

VALIDATION_PER_CLASS = 500
VALIDATION_SHARE = 10
"""At most one in so many images of a class is held out for validation, where there are few."""

MOST_CLASSES = 100

SplitName = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class Images:
    """Pictures and their classes.

    Attributes:
        images: (N, H, W, C) uint8, of one, two or three channels; of digits, 0 for paper and 255
            for ink.
        labels: (N,) int64, 0 to J - 1.
    """

    images: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        images, labels = self.images, self.labels
        if images.ndim != 4 or images.shape[3] not in (1, 2, 3) or images.dtype != np.uint8:
            raise DataError(
                "Expected images of shape (N, H, W, C), with 1 to 3 channels, and type uint8. "
                f"Received: shape {images.shape}, type {images.dtype}"
            )
        if labels.shape != (len(images),) or not np.issubdtype(labels.dtype, np.integer):
            raise DataError(
                f"Expected {len(images)} labels, whole numbers. "
                f"Received: shape {labels.shape}, type {labels.dtype}"
            )
        if len(labels) and not 0 <= labels.min() <= labels.max() < MOST_CLASSES:
            raise DataError(
                f"Expected labels from 0 to {MOST_CLASSES - 1}. "
                f"Received: {labels.min()} to {labels.max()}"
            )

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of a picture."""
        _, height, width, channels = self.images.shape
        return height, width, channels

    @property
    def ink(self) -> np.ndarray:
        """The images of one channel, without that axis: (N, H, W) uint8.

        Raises:
            DataError: if there are more channels.
        """
        if self.images.shape[3] != 1:
            raise DataError(
                f"Expected grey pictures, of one channel. Received: {self.images.shape[3]} channels"
            )
        return self.images[..., 0]

    def pixels(self) -> np.ndarray:
        """The images as the network takes them, (N, H, W, C) float32 in [0, 1]."""
        return to_pixels(self.images)

    def __getitem__(self, chosen: slice | np.ndarray) -> Images:
        return Images(self.images[chosen], self.labels[chosen])


def check_classes(digits: Images, classes: int) -> None:
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
    """Images (..., H, W, C) uint8 -> the same as float32 in [0, 1]."""
    return images.astype(np.float32) / 255.0


@dataclass(frozen=True)
class Dataset:
    """Training images, test images, and what the classes are called.

    Attributes:
        train: the training images, of which some are held out for validation unless `validation`
            has them.
        test: the test images.
        class_names: one for each class; None if the classes are the digits 0 to 9.
        validation: the validation images of a dataset that comes with some.
        shuffled: hold out validation images at random (with a fixed seed), not the first ones:
            for datasets whose files may be in any order.
        description: what was found and done, in one line; empty for the datasets that have a name.
    """

    train: Images
    test: Images
    class_names: tuple[str, ...] | None = None
    validation: Images | None = None
    shuffled: bool = False
    description: str = ""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of a picture."""
        return (self.train if len(self.train) else self.test).shape

    def as_classes(self, names: Sequence[str]) -> Dataset:
        """The same with its classes numbered as those of the same names elsewhere.

        Args:
            names: what a network calls its classes; returned as it is if it lacks one of these.
        """
        own = self.class_names or tuple(map(str, range(10)))
        if own == tuple(names) or not set(own) <= set(names):
            return self
        number = np.array([list(names).index(name) for name in own])

        def numbered(images: Images) -> Images:
            return Images(images.images, number[images.labels])

        return dataclasses.replace(
            self,
            train=numbered(self.train),
            test=numbered(self.test),
            validation=self.validation and numbered(self.validation),
            class_names=tuple(names),
        )

    @property
    def num_classes(self) -> int:
        """How many classes there are."""
        return 10 if self.class_names is None else len(self.class_names)

    def split(self, name: SplitName) -> Images:
        """One split.

        Validation is the first 500 images of each class in the training file, or the first tenth
        of a class of fewer than 5,000 (of a `shuffled` dataset as many, at random with a fixed
        seed), unless the dataset brings its own; training is the rest, test the test file. Of
        MNIST, validation is 5,000 images, at indices up to 5847 of the training file.

        Args:
            name: `"train"`, `"validation"` or `"test"`.
        """
        if name == "test":
            return self.test
        if self.validation is not None:
            return self.validation if name == "validation" else self.train
        held_out = validation_indices(self.train.labels, self.shuffled)
        if name == "validation":
            return self.train[held_out]
        return self.train[np.setdiff1d(np.arange(len(self.train)), held_out)]


def validation_indices(
    labels: np.ndarray, shuffled: bool = False, most: int = VALIDATION_PER_CLASS
) -> np.ndarray:
    """Indices of images to hold out, ascending: up to `most`, or a tenth, of each class.

    Args:
        labels: (N,) of the images.
        shuffled: take them at random, the same again each time, and not the first ones.
        most: of a class.
    """
    rng = np.random.default_rng(0)
    chosen = [np.zeros(0, int)]
    for c in np.unique(labels):
        of_class = np.flatnonzero(labels == c)
        if shuffled:
            of_class = rng.permutation(of_class)
        chosen.append(of_class[: min(most, max(1, len(of_class) // VALIDATION_SHARE))])
    return np.sort(np.concatenate(chosen))


def read_npz(path: Path, *names: tuple[str, str]) -> list[Images]:
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
        raise DataError(f"{expected}. Received: {no_file(path)}")
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
        return [
            Images(images[..., None] if images.ndim == 3 else images, labels)
            for images, labels in pairs
        ]
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


Digits = Images
"""Their name where the pictures are digits."""
