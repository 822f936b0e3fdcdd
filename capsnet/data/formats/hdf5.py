"""HDF5, read by h5py: any names of groups and datasets that say pictures, labels and split.

`usps.h5` is one: groups `train` and `test` with `data`, rows of 256 floats from 0 to 1 that are
pictures of 16 x 16, and `target`.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from capsnet.data.formats.arrays import sort_arrays
from capsnet.data.formats.base import Raw, damaged
from capsnet.errors import UNREADABLE, DataError

TITLE = "HDF5"
SIGNATURE = b"\x89HDF\r\n\x1a\n"


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file begins with HDF5's signature."""
    return first.startswith(SIGNATURE)


def read(path: Path) -> Raw:
    """A file's pictures and labels.

    Raises:
        DataError: for a damaged file, one with a network's weights, or one without pictures.
    """
    arrays = read_arrays(path)
    if any(name.endswith(("/kernel:0", "/kernel", "/W", "/W:0")) for name in arrays):
        raise DataError(
            f"Expected pictures in {path}. Received: a network's weights; "
            "`python -m capsnet import` takes those"
        )
    found = sort_arrays(arrays, str(path))
    return Raw(TITLE, found.parts, found.class_names, found.notes)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of an HDF5 file by their paths in it, of numbers or text."""
    arrays: dict[str, np.ndarray] = {}

    def take(name: str, held: h5py.Dataset | h5py.Group) -> None:
        if not isinstance(held, h5py.Dataset) or held.dtype.kind == "V" or held.shape is None:
            return
        if held.dtype.kind != "O":
            arrays[name] = held[()] if held.shape else np.asarray(held[()])
        elif h5py.check_string_dtype(held.dtype):
            arrays[name] = np.asarray(held.asstr()[()], dtype=str)

    try:
        with h5py.File(path, "r") as file:
            file.visititems(take)
    except UNREADABLE as error:
        raise damaged(path, TITLE, error) from error
    return arrays
