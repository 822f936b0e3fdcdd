"""MATLAB's files: version 5 to 7.2 through SciPy, 7.3 (which is HDF5) through h5py.

MATLAB counts rows fastest, so that 7.3's arrays have all their axes reversed in HDF5; turned back,
both versions show the same arrays. Pictures flattened in MATLAB are read column by column, that is
transposed, and its labels may say 10 for 0, because it counts from 1: SVHN's do, and say so
(http://ufldl.stanford.edu/housenumbers/).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from capsnet.data.formats import hdf5
from capsnet.data.formats.arrays import sort_arrays
from capsnet.data.formats.base import Raw, damaged, missing_package
from capsnet.errors import UNREADABLE

TITLE = "MATLAB .mat"
HEADER = b"MATLAB "
HDF5_AT = 512


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file begins with MATLAB's header, of whichever version."""
    return first.startswith(HEADER) and len(first) >= 128


def read(path: Path) -> Raw:
    """A file's pictures and labels.

    Raises:
        DataError: for a damaged file, one without pictures, or if SciPy is missing.
    """
    with path.open("rb") as file:
        first = file.read(HDF5_AT + 8)
    if first[HDF5_AT:] == hdf5.SIGNATURE:
        arrays = {name: array.T for name, array in hdf5.read_arrays(path).items() if name[0] != "#"}
        version = "7.3"
    else:
        arrays, version = _version_5(path), "5"
    found = sort_arrays(arrays, str(path))
    names = tuple(name for name in found.class_names or ()) or None
    title, is_emnist = f"{TITLE}, version {version}", _is_emnist(arrays)
    return Raw(title, found.parts, names, found.notes, transposed=is_emnist)


def _version_5(path: Path) -> dict[str, np.ndarray]:
    try:
        from scipy.io import loadmat
    except ImportError:
        raise missing_package("MATLAB's files up to version 7.2", "scipy", path) from None
    try:
        held = loadmat(path)
    except (*UNREADABLE, NotImplementedError) as error:
        raise damaged(path, TITLE, error) from error
    arrays: dict[str, np.ndarray] = {}
    for name, value in held.items():
        if not name.startswith("__"):
            _unfold(name, value, arrays)
    return arrays


def _unfold(name: str, value: Any, arrays: dict[str, np.ndarray]) -> None:
    """A struct's fields as arrays of their own: `dataset/train/images`."""
    if not isinstance(value, np.ndarray):
        return
    if value.dtype.names:
        if value.size == 1:
            for field in value.dtype.names:
                _unfold(f"{name}/{field}", value[field].ravel()[0], arrays)
    elif value.dtype.kind != "O":
        arrays[name] = value
    elif all(isinstance(v, np.ndarray) and v.dtype.kind == "U" for v in value.ravel()):
        texts = ["".join(v.ravel().tolist()) for v in value.ravel()]  # a cell array of text
        arrays[name] = np.array(texts).reshape(value.shape)


def _is_emnist(arrays: dict[str, np.ndarray]) -> bool:
    """Whether the arrays are named as in EMNIST's own files, whose rows are read by columns."""
    return {"dataset/train/images", "dataset/test/images"} <= arrays.keys()
