"""smallNORB's own binary matrices: a magic number of their own, little-endian throughout.

A file is a magic int32, the number of axes, then one int32 for each axis (three at least: missing
ones are padded with 1), then the values. The suffix is .mat, though they are none of MATLAB's.
https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/ describes it.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from capsnet.data.formats.base import Part, Raw, SplitName, damaged, head
from capsnet.data.formats.words import split_of
from capsnet.errors import DataError

TITLE = "smallNORB's binary matrix"
TYPES = {
    0x1E3D4C55: "u1",
    0x1E3D4C51: "<f4",
    0x1E3D4C53: "<f8",
    0x1E3D4C54: "<i4",
    0x1E3D4C56: "<i2",
}
CLASS_NAMES = ("animal", "human", "airplane", "truck", "car")
LEAST_AXES = 3
"""Axes in every header; a vector's other two are 1."""


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file begins with one of the format's magic numbers."""
    return len(first) >= 8 and int.from_bytes(first[:4], "little") in TYPES


def read(path: Path) -> Raw:
    """One file, and the others of its set beside it."""
    beside = [p for p in sorted(path.parent.iterdir()) if p.is_file()]
    return together([p for p in beside if p == path or recognises(head(p, 8), p)])


def together(paths: list[Path]) -> Raw:
    """The `dat` and `cat` files of a set; its `info` files are not needed.

    Raises:
        DataError: for a damaged file, or classes without pictures.
    """
    images: dict[SplitName, tuple[Path, np.ndarray]] = {}
    labels: dict[SplitName, np.ndarray] = {}
    for path in sorted(paths):
        if "info" in path.name:
            continue
        array = read_array(path)
        if array.ndim >= 3:
            images[split_of(path.name)] = path, array
        elif array.ndim == 1:
            labels[split_of(path.name)] = array
    if not images:
        raise DataError(
            f"Expected smallNORB's pictures (a dat file). Received: {', '.join(map(str, paths))}"
        )
    parts = {
        split: Part(array, labels.get(split), str(path)) for split, (path, array) in images.items()
    }
    stereo = any(part.images.ndim == 4 and part.images.shape[1] == 2 for part in parts.values())
    classes = max((int(y.max(initial=0)) for y in labels.values()), default=0)
    return Raw(
        "smallNORB's binary matrices",
        parts,
        CLASS_NAMES if labels and classes == len(CLASS_NAMES) - 1 else None,
        ("the two pictures of a pair are its channels",) if stereo else (),
    )


def read_array(path: Path) -> np.ndarray:
    """The array of one file, without the axes that only pad its header.

    Raises:
        DataError: for a file of another kind, or one that is cut short.
    """
    first = head(path, 64)
    if not recognises(first, path):
        raise damaged(path, TITLE, f"a file that begins with {first[:4]!r}")
    dtype = np.dtype(TYPES[int.from_bytes(first[:4], "little")])
    axes = int.from_bytes(first[4:8], "little")
    if not 1 <= axes <= 8:
        raise damaged(path, TITLE, f"a header that speaks of {axes} axes")
    in_header = max(axes, LEAST_AXES)
    shape = tuple(int(n) for n in np.frombuffer(first[8 : 8 + 4 * in_header], "<i4")[:axes])
    announced = math.prod(shape) * dtype.itemsize
    start = 8 + 4 * in_header
    present = path.stat().st_size - start
    if min(shape) < 0 or present != announced:
        raise damaged(
            path, TITLE, f"{present:,} of the {announced:,} bytes that its header announces"
        )
    return np.fromfile(path, dtype, offset=start).reshape(shape)
