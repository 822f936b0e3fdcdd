"""IDX, the format of MNIST's own files: plain or gzipped, under any of its usual names.

A file is a magic number (two zero bytes, a type, the number of axes), one big-endian int32 for each
axis, then the values, big-endian. http://yann.lecun.com/exdb/mnist/ describes it. EMNIST's pictures
are stored transposed (Cohen et al. 2017, arXiv:1702.05373; its IDX files are made from MATLAB's).
QMNIST's labels are (N, 8) int32, the class first (Yadav and Bottou 2019, arXiv:1905.10498).
"""

from __future__ import annotations

import gzip
import io
import math
import zlib
from pathlib import Path
from typing import IO, cast

import numpy as np

from capsnet.data.formats.base import Part, Raw, SplitName, damaged, head
from capsnet.data.formats.words import family, split_of
from capsnet.errors import DataError

TITLE = "IDX"
GZIP = b"\x1f\x8b"
TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
QMNIST_COLUMNS = 8
MOST_VALUES = 2**36
DENSEST = 1032
"""Bytes that one byte of gzip can hold, at most."""
PIECE = 2**24

LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file, or what is gzipped in it, begins as IDX does."""
    if first[:2] == GZIP:
        try:
            first = zlib.decompressobj(wbits=31).decompress(first, 64)
        except zlib.error:
            return False
    return _is_magic(first)


def read(path: Path) -> Raw:
    """One file and its siblings: the labels of its pictures, and the other split."""
    try:
        beside = [
            p for p in path.parent.iterdir() if p.is_file() and family(p.name) == family(path.name)
        ]
    except OSError:
        beside = [path]
    return together([p for p in beside if p == path or recognises(head(p), p)])


def together(paths: list[Path]) -> Raw:
    """A set's two or four files, or more.

    Raises:
        DataError: for a damaged file, two files of one kind, or labels without pictures.
    """
    images: dict[SplitName, tuple[Path, np.ndarray]] = {}
    labels: dict[SplitName, tuple[Path, np.ndarray]] = {}
    notes = []
    for path in sorted(paths):
        array = read_array(path)
        split = split_of(path.name)
        is_labels = array.ndim < 3 and not (array.ndim == 2 and array.shape[1] > 255)
        kind = labels if is_labels else images
        if split in kind:
            raise DataError(
                f"Expected one IDX file of {'labels' if is_labels else 'pictures'} for each split. "
                f"Received: {kind[split][0]} and {path}"
            )
        if is_labels and array.ndim == 2 and array.shape[1] == QMNIST_COLUMNS:
            array = array[:, 0]
            notes.append("labels are the first of QMNIST's eight columns")
        kind[split] = path, array
    if not images:
        raise DataError(
            "Expected pictures beside the labels. "
            f"Received: {', '.join(str(path) for path in sorted(paths))}, with labels alone"
        )
    parts = {
        split: Part(array, labels[split][1] if split in labels else None, str(path))
        for split, (path, array) in images.items()
    }
    for split in labels.keys() - images.keys():
        notes.append(f"{labels[split][0].name} has no pictures and is left out")
    zipped = any(head(path, 2) == GZIP for path in paths)
    return Raw(
        "IDX, gzipped" if zipped else "IDX",
        parts,
        _emnist_names(paths),
        tuple(dict.fromkeys(notes)),
        transposed=any("emnist" in path.name.lower() for path in paths),
    )


def read_array(path: Path) -> np.ndarray:
    """The array of one IDX file, plain or gzipped.

    Raises:
        DataError: for a file that is no IDX, or that is cut short or too long.
    """
    try:
        if head(path, 2) == GZIP:
            with gzip.open(path, "rb") as file:
                return _array(cast(IO[bytes], file), path, True)
        with path.open("rb") as file:
            return _array(file, path, False)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, TITLE, error) from error


def _array(file: IO[bytes], path: Path, is_zipped: bool) -> np.ndarray:
    magic = file.read(4)
    if not _is_magic(magic):
        raise damaged(path, TITLE, f"a file that begins with {magic!r}")
    axes = np.frombuffer(file.read(4 * magic[3]), ">i4")
    shape = tuple(int(n) for n in axes)
    dtype = np.dtype(TYPES[magic[2]])
    if len(shape) != magic[3] or min(shape) < 0 or math.prod(shape) > MOST_VALUES:
        raise damaged(path, TITLE, f"a header that speaks of {shape}")
    announced = math.prod(shape) * dtype.itemsize
    present = path.stat().st_size * (DENSEST if is_zipped else 1)
    if announced > present:  # before any memory is taken for it
        raise damaged(path, TITLE, _cut(announced, max(0, present - 4 - 4 * magic[3])))
    values = np.empty(math.prod(shape), dtype)
    room = values.view(np.uint8)
    filled = 0 if is_zipped else cast(io.BufferedReader, file).readinto(room.data)
    while filled < announced:
        piece = file.read(min(PIECE, announced - filled))
        if not piece:
            break
        room[filled : filled + len(piece)] = np.frombuffer(piece, np.uint8)
        filled += len(piece)
    if filled < announced:
        raise damaged(path, TITLE, _cut(announced, filled))
    if file.read(1):
        raise damaged(path, TITLE, f"more than the {announced:,} bytes that its header announces")
    return values.reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _cut(announced: int, present: int) -> str:
    return f"{present:,} of the {announced:,} bytes that its header announces"


def _is_magic(first: bytes) -> bool:
    return len(first) >= 4 and first[:2] == b"\0\0" and first[2] in TYPES and 1 <= first[3] <= 4


def _emnist_names(paths: list[Path]) -> tuple[str, ...] | None:
    """The classes that EMNIST's mapping file lists: a label and ASCII codes in each line."""
    name = paths[0].name.lower()
    if "emnist" not in name:
        return None
    for mapping in sorted(paths[0].parent.glob("*mapping.txt")):
        if family(mapping.name.replace("mapping", "")) == family(paths[0].name):
            return read_mapping(mapping)
    return ("", *LETTERS) if "letters" in name else None


def read_mapping(path: Path) -> tuple[str, ...]:
    """What EMNIST's mapping file calls each label, counted from 0; "" where it lists none.

    A line is a label and the ASCII codes of its characters, such as "1 65 97" for A and a.

    Raises:
        DataError: for a file that holds anything else.
    """
    names: dict[int, str] = {}
    try:
        for line in path.read_text("ascii").splitlines():
            label, *codes = (int(number) for number in line.split())
            names[label] = chr(codes[0])
    except (OSError, ValueError, IndexError) as error:
        raise damaged(path, "EMNIST mapping (a label and ASCII codes a line)", error) from error
    return tuple(names.get(label, "") for label in range(max(names, default=-1) + 1))
