"""The pictures that visitors choose from: those that go with the network in use.

A run on pictures of its own keeps some of its validation pictures beside its network. Where there
are none, as for an uploaded file, the bundled digits stand in, brought to the network's shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from capsnet.data.bundled import load_bundled
from capsnet.data.images import Images
from capsnet.data.resizing import as_shape
from capsnet.training import validation_pictures
from dashboard.state.bounded import bounded
from dashboard.state.network_files import FOR_SETS, UPLOADED, Stored

if TYPE_CHECKING:
    from capsnet.config import CapsNetConfig

FIRST_DIGIT = 357
"""A plain 7; not one whose number is also its label."""

DIGIT_SHAPE = (28, 28, 1)
DIGIT_NAMES = tuple("0123456789")
FITTED = 500
"""Of the bundled digits, so many are brought to another shape."""

GALLERIES_MB = 64


@dataclass(frozen=True)
class Gallery:
    """Pictures of one shape, numbered from 0.

    Attributes:
        run: the run whose validation pictures they are; empty for the bundled digits.
        version: changes when they do.
        pictures: the pictures, with their labels.
        names: what the labels are called.
    """

    run: str
    version: int
    pictures: Images
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def key(self) -> tuple[str, int, tuple[int, int, int]]:
        """By which it is told from others."""
        return self.run, self.version, self.shape

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns and channels of a picture."""
        return self.pictures.shape

    @property
    def are_digits(self) -> bool:
        """Whether they are the bundled digits."""
        return not self.run

    @property
    def are_fitted(self) -> bool:
        """Whether they are bundled digits of another shape than MNIST's."""
        return self.are_digits and self.shape != DIGIT_SHAPE

    @property
    def one(self) -> str:
        """What one of them is called."""
        return "digit" if self.are_digits else "picture"

    @property
    def in_words(self) -> str:
        """What they are, in a few words, as "the" are called."""
        if self.are_fitted:
            return f"{len(self):,} digits at {size_in_words(self.shape)}"
        return f"{len(self):,} {'digits' if self.are_digits else 'validation pictures'}"

    @property
    def first(self) -> int:
        """The number of the one that stands there until a visitor has another."""
        return FIRST_DIGIT if self.are_digits else 0

    def is_labelled_for(self, names: Sequence[str]) -> bool:
        """Whether the labels are classes of a network with these names."""
        return tuple(names)[: len(self.names)] == self.names

    def label(self, index: int) -> int | str:
        """The label of one of them: a digit, or a name."""
        number = int(self.pictures.labels[index])
        return number if self.are_digits else self.names[number]


def size_in_words(shape: tuple[int, int, int]) -> str:
    """Rows, columns and channels: "32 × 32 in colour"."""
    height, width, channels = shape
    return f"{height} × {width}{ {1: '', 2: ' in pairs', 3: ' in colour'}.get(channels, '') }"


def digits_of(pictures: Images) -> Gallery:
    """The bundled digits, or some of them, as a gallery."""
    return Gallery("", 0, pictures, DIGIT_NAMES)


def gallery_of(which: Stored, config: CapsNetConfig) -> Gallery:
    """The pictures that go with a network.

    Args:
        which: its file.
        config: what it is.

    Raises:
        DataError: if the bundled digits are missing or damaged.
    """
    if which.name not in ("", FOR_SETS) and not UPLOADED.fullmatch(which.name):
        path = which.path.parent / validation_pictures.FILE
        try:
            version = path.stat().st_mtime_ns
        except OSError:
            return _digits(config.image_shape)
        if (own := _own(which, config, version)) is not None:
            return own
    return _digits(config.image_shape)


@bounded(GALLERIES_MB)
def _own(which: Stored, config: CapsNetConfig, version: int) -> Gallery | None:
    found = validation_pictures.read(which.path.parent, config)
    return None if found is None else Gallery(which.name, version, found, config.names)


@bounded(GALLERIES_MB)
def _digits(shape: tuple[int, int, int]) -> Gallery:
    digits = load_bundled()
    if shape == DIGIT_SHAPE:
        return digits_of(digits)
    some = digits[:FITTED]
    fitted = np.stack([as_shape(image, shape) for image in some.images])
    return digits_of(Images(fitted, some.labels))
