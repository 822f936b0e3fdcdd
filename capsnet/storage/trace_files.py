"""Traces of many images in one `.npz` file, with as much memory as a batch of them takes."""

from __future__ import annotations

import math
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from capsnet.config import check_rounds
from capsnet.network.trace import AXES
from capsnet.storage.atomic_files import replacing

if TYPE_CHECKING:  # TensorFlow is loaded when a network is
    from capsnet.network.model import CapsNet

BATCH = 20
"""Images that are traced at a time: 32 MB at three rounds of the paper's network."""


def check_arrays(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of arrays of a trace, all of them if there is none.

    Raises:
        ValueError: for a name that no array of a trace has.
    """
    if unknown := [name for name in names if name not in AXES]:
        raise ValueError(
            f"Expected arrays of a trace: {', '.join(AXES)}. Received: {', '.join(unknown)}"
        )
    return tuple(dict.fromkeys(names)) or tuple(AXES)


def save_traces(
    model: CapsNet,
    images: np.ndarray,
    path: str | Path,
    rounds: int | None = None,
    arrays: Sequence[str] = (),
) -> Path:
    """Trace many images into one file, a batch at a time.

    While it works, the arrays lie beside the file, so that the disk needs room for them twice.

    Args:
        model: the network.
        images: (N, 28, 28, 1) float32 in [0, 1], N at least 1.
        path: the `.npz` file to write. `np.load` reads it, an array when it is asked for; with
            all arrays in it, `CapsNetTrace.load` too.
        rounds: routing rounds, 1 to 10; None for as many as a call routes.
        arrays: names of those to keep, such as `("coupling", "lengths", "digit_capsules")`;
            empty for all.

    Returns:
        `path`.

    Raises:
        ValueError: for images that `CapsNet.trace` refuses, unknown names, or rounds out of range.
        OSError: if the file cannot be written.
    """
    kept, path = check_arrays(arrays), Path(path)
    rounds = check_rounds(model.digit_capsules.rounds if rounds is None else rounds)
    with tempfile.TemporaryDirectory(prefix=".trace-", dir=path.absolute().parent) as place:
        parts = {name: Path(place) / f"{name}.npy" for name in kept}
        for start in range(0, max(1, len(images)), BATCH):
            traced = model.trace(images[start : start + BATCH], rounds)
            for name, part in parts.items():
                _put(part, name, getattr(traced, name), start, len(images))
        with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
            for part in parts.values():
                archive.write(part, part.name)
                part.unlink()
    return path


def _put(part: Path, name: str, array: np.ndarray, start: int, count: int) -> None:
    """Write a batch to its place in the `.npy` file of all of them.

    Where rounds are the first axis, each round's images lie in a block of their own.
    """
    axis = AXES[name].index("B")
    shape = (*array.shape[:axis], count, *array.shape[axis + 1 :])
    if not start:
        with part.open("wb") as file:
            _write_header(file, array, shape)
    image = math.prod(array.shape[axis + 1 :]) * array.itemsize
    blocks = array.reshape(-1, *array.shape[axis:])
    with part.open("r+b") as file:
        np.lib.format.read_magic(file)
        np.lib.format.read_array_header_1_0(file)
        first = file.tell()
        for number, block in enumerate(blocks):
            file.seek(first + (number * count + start) * image)
            file.write(np.ascontiguousarray(block).data)


def _write_header(file: BinaryIO, array: np.ndarray, shape: tuple[int, ...]) -> None:
    described = {
        "descr": np.lib.format.dtype_to_descr(array.dtype),
        "fortran_order": False,
        "shape": shape,
    }
    np.lib.format.write_array_header_1_0(file, described)
