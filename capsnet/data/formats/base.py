"""What a reader of a format returns, and the words that all readers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from capsnet.errors import DataError, first_line

SplitName = Literal["train", "validation", "test", "all"]
"""The splits of a source; `"all"` for a source with one part and no named split."""

SPLIT_WORDS: Mapping[str, SplitName] = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "tr": "train",
    "xtrain": "train",
    "ytrain": "train",
    "test": "test",
    "testing": "test",
    "tst": "test",
    "te": "test",
    "t10k": "test",
    "t60k": "test",
    "xtest": "test",
    "ytest": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
}
"""Words in the names of files, folders and arrays, and the split that they mean."""

IMAGE_WORDS = {"x", "image", "images", "img", "imgs", "data", "dat", "features", "pixels"} | {
    *("xtrain", "xtest", "pictures", "samples", "imagedata", "fea")
}
LABEL_WORDS = {"y", "label", "labels", "lbl", "lab", "target", "targets", "class", "cat"} | {
    *("ytrain", "ytest", "classes", "category", "categories", "gnd", "digit", "digits")
}

HEAD_BYTES = 4096
"""Bytes of a file that are read to recognise its format."""


@dataclass(frozen=True)
class Part:
    """One split of a source, as the source holds it.

    Attributes:
        images: (N, H, W), (N, H, W, C), (N, C, H, W), (N, P) or MATLAB's orders, of any type.
        labels: (N,), (N, 1), (1, N) or one-hot (N, J), numbers or text; None if there are none.
        where: the file, and what in it, for messages.
        labels_where: the same of the labels, where they have a name of their own.
    """

    images: np.ndarray
    labels: np.ndarray | None
    where: str
    labels_where: str = ""


@dataclass(frozen=True)
class Raw:
    """What a reader found in a source.

    Attributes:
        format: the format in words, such as "IDX, gzipped".
        parts: a part for each split found.
        class_names: what the classes are called, in the order of their numbers; None if not said.
        notes: what the reader knows and did, one clause each, for the line that describes the data.
        transposed: whether the format is known to store its pictures transposed.
        keras: whether it is an `.npz` in the form of Keras's MNIST: its validation images are the
            first of each class, as in every version of this project.
    """

    format: str
    parts: Mapping[SplitName, Part]
    class_names: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()
    transposed: bool = False
    keras: bool = False


@dataclass(frozen=True)
class Format:
    """A format that can be read.

    Attributes:
        title: in words, for lists and messages.
        recognises: whether a file is in it, from its first bytes and its path.
        read: reads one file; its siblings may belong to it.
        together: reads several files of this format as one source; None where each file is whole.
    """

    title: str
    recognises: Callable[[bytes, Path], bool]
    read: Callable[[Path], Raw]
    together: Callable[[list[Path]], Raw] | None = field(default=None)


def head(path: Path, count: int = HEAD_BYTES) -> bytes:
    """The first bytes of a file.

    Raises:
        DataError: if it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise DataError(
            f"Expected a data file at {path}. Received: {error.strerror or first_line(error)}"
        ) from error


def damaged(path: Path | str, title: str, error: Exception | str) -> DataError:
    """The error for a file that is of a format, and cannot be read as that."""
    said = error if isinstance(error, str) else first_line(error)
    return DataError(
        f"Expected a whole {title} file at {path}. Received: a damaged one ({said}): fetch it anew"
    )


def missing_package(title: str, package: str, path: Path | str) -> DataError:
    """The error for a format whose reader is not installed."""
    return DataError(
        f"Expected the package {package}, which reads {title}: pip install {package}. "
        f"Received: none installed, for {path}"
    )
