"""Coupling coefficients, lengths and poses of any number of images as one file.

In Python:

    from capsnet.analysis import record
    from capsnet.data.bundled import load_bundled
    from capsnet.storage import checkpoints
    record.write("figure.npz", checkpoints.load(), load_bundled()[:1000])

and in one command: `python -m capsnet experiment record --first 1000 --out figure.npz`.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capsnet.analysis.forward import routed
from capsnet.analysis.streaming import Pictures, Watch, stream, watch_nobody
from capsnet.storage.atomic_files import check_place, replacing

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet

AXES = {
    "labels": "B",
    "lengths": "BJ",
    "digit_capsules": "BJD",
    "primary_lengths": "BI",
    "coupling": "BIJ",
}
"""The file's arrays; a letter for each axis."""


def write(
    path: str | Path,
    model: CapsNet,
    pictures: Pictures,
    rounds: int | None = None,
    watch: Watch = watch_nobody,
) -> None:
    """Write what the last round of routing leaves for every image, batch by batch.

    The arrays are `labels` (N,) int64 and, float32, `lengths` (N, J), `digit_capsules` (N, J, D),
    `primary_lengths` (N, I) and `coupling` (N, I, J), in the order of the images: 51 KB an image of
    the paper's network. They wait on disk, beside the file, until all are there.

    Args:
        path: the file, ending in `.npz`; it appears whole or not at all.
        model: the network.
        pictures: the images.
        rounds: routing rounds, 1 to 10; None for the network's own.
        watch: told after each batch.

    Raises:
        ValueError: for another ending, no images, or rounds out of range.
    """
    path = Path(path)
    check_place(path, ".npz")
    if not len(pictures):
        raise ValueError("Expected at least one image. Received: none")
    c, count = model.config, len(pictures)
    shapes = {
        "lengths": (count, c.num_classes),
        "digit_capsules": (count, c.num_classes, c.digit_dim),
        "primary_lengths": (count, c.num_primary_capsules),
        "coupling": (count, c.num_primary_capsules, c.num_classes),
    }
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".record-") as folder:
        files = {
            name: np.lib.format.open_memmap(Path(folder, f"{name}.npy"), "w+", np.float32, shape)
            for name, shape in shapes.items()
        }
        for place, found in stream(pictures, routed(model, rounds), watch=watch):
            for name, array in files.items():
                array[place] = getattr(found, name)
        for array in files.values():
            array.flush()
        files.clear()  # lets go of the mapped memory
        np.save(Path(folder, "labels.npy"), pictures.labels.astype(np.int64))
        with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as packed:
            for name in AXES:
                packed.write(Path(folder, f"{name}.npy"), f"{name}.npy")
