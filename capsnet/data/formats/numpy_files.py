"""NumPy's files: `.npz` archives, `.npy` pairs, and an `.npz` that is an `.npy` inside."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from capsnet.data.formats.arrays import sort_arrays
from capsnet.data.formats.base import Raw, damaged, head
from capsnet.data.formats.words import family, role_of, split_of
from capsnet.errors import UNREADABLE, DataError, first_line

NPY = b"\x93NUMPY"
ZIP = b"PK\x03\x04"
KERAS = {"x_train", "y_train", "x_test", "y_test"}
OBJECTS = "Object arrays cannot be loaded"


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file is an `.npy`, or a zip with `.npy` files alone."""
    if first.startswith(NPY):
        return True
    if not first.startswith(ZIP) or path.suffix == ".npz":
        return first.startswith(ZIP)
    try:
        with zipfile.ZipFile(path) as file:
            names = file.namelist()
    except (OSError, zipfile.BadZipFile):
        return False
    return bool(names) and all(name.endswith(".npy") and "/" not in name for name in names)


def read(path: Path) -> Raw:
    """One file; an `.npy`, or a file with one array, has its other half beside it."""
    arrays = _arrays(path)
    if len(arrays) > 1:
        found = sort_arrays(arrays, str(path))
        is_keras = KERAS <= arrays.keys()
        return Raw("NumPy .npz", found.parts, found.class_names, found.notes, keras=is_keras)
    beside = [
        p for p in path.parent.iterdir() if p.is_file() and family(p.name) == family(path.name)
    ]
    return together([p for p in beside if p == path or recognises(head(p), p)])


def together(paths: list[Path]) -> Raw:
    """Files whose names say what their arrays are, such as `x_train.npy` and `y_train.npy`."""
    arrays: dict[str, np.ndarray] = {}
    inside = []
    for path in sorted(paths):
        held = _arrays(path)
        alone = len(held) == 1
        for name, array in held.items():
            said = role_of(path.stem) or split_of(path.stem) != "all"
            arrays[path.stem if alone and said else f"{path.stem}/{name}"] = array
        if path.suffix == ".npz" and head(path, 6) == NPY:
            inside.append(path.name)
    folder = paths[0] if len(paths) == 1 else paths[0].parent
    found = sort_arrays(arrays, str(folder))
    notes = (f"{inside[0]} is an .npy inside",) if inside else ()
    title = "NumPy .npz" if all(head(p, 4) == ZIP for p in paths) else "NumPy .npy"
    return Raw(title, found.parts, found.class_names, (*notes, *found.notes))


def _arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as file:  # NumPy would take a file of another kind for a pickle
            is_zip = file.read(4) == ZIP
            file.seek(0)
            if not is_zip:
                return {"": np.lib.format.read_array(file, allow_pickle=False)}
            with np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
        for name, array in arrays.items():
            if not isinstance(array, np.ndarray):
                raise ValueError(f"{name}, which is no array")
        return arrays
    except UNREADABLE as error:
        if OBJECTS in str(error):
            raise DataError(
                f"Expected arrays of numbers or text in {path}. Received: Python objects "
                "(a pickle, which is never opened: it could run anything). "
                "Save the arrays as numbers, all pictures of one size"
            ) from error
        raise damaged(path, "NumPy", first_line(error)) from error
