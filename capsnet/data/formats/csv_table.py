"""CSV, a picture a row: as Kaggle writes MNIST (a header, the label first), or without either.

pyarrow reads it. A column is the labels if its header says so, or if the others make a square
picture; a file with no column too many has no labels, as Kaggle's own test file.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from capsnet.data.formats.base import (
    LABEL_WORDS,
    Part,
    Raw,
    SplitName,
    damaged,
    head,
    missing_package,
)
from capsnet.data.formats.words import split_of, words
from capsnet.errors import UNREADABLE, DataError

TITLE = "CSV"
LEAST_COLUMNS = 64
GZIP = b"\x1f\x8b"
INDEX_NAMES = {"", "unnamed: 0", "id", "index"}
"""What the column of row numbers is called, which pandas writes unless told otherwise."""


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file is text whose first line has many values, divided by one mark."""
    if first.startswith(GZIP):
        try:
            first = zlib.decompressobj(wbits=31).decompress(first, 4096)
        except zlib.error:
            return False
    line = first.split(b"\n", 1)[0]
    if b"\0" in first or not line.strip():
        return False
    return max(line.count(mark) for mark in (b",", b";", b"\t")) >= LEAST_COLUMNS // 2


def read(path: Path) -> Raw:
    """One file.

    Raises:
        DataError: for rows of different lengths, text or gaps where pixels are expected, or a
            number of columns that makes no picture.
    """
    return together([path])


def together(paths: list[Path]) -> Raw:
    """Files of one set, such as `train.csv` and `test.csv`."""
    parts: dict[SplitName, Part] = {}
    notes: list[str] = []
    for path in sorted(paths):
        split = split_of(path.stem)
        if split in parts:
            raise DataError(
                f"Expected one CSV file for each split. Received: {parts[split].where} and {path}"
            )
        parts[split], said = _part(path)
        notes.extend(said)
    return Raw(TITLE, parts, notes=tuple(dict.fromkeys(notes)))


def _part(path: Path) -> tuple[Part, list[str]]:
    mark, first, second = _first_lines(path)
    header = not all(map(_is_number, first))
    notes = []
    if not header and _is_mangled(first, second):
        header = True
        notes.append(
            "its first row is a header that pandas made of a row (0, 0.1, 0.2 …): left out"
        )
    names = first if header else []
    skipped = names[0].lower() in INDEX_NAMES if names else False
    start = int(skipped and not _side(len(first)))
    label = _label_column(names, len(first), start)
    columns = _columns(path, mark, header, label, len(first))
    pixels = [n for n in range(start, len(first)) if n != label]
    if not _side(len(pixels)):
        raise DataError(
            f"Expected rows of a square picture's pixels, and a label, in {path}. "
            f"Received: rows of {len(first)} values"
        )
    whole = all(
        np.array_equal(columns[n], np.rint(columns[n])) for n in pixels[:: len(pixels) // 49]
    )
    images = np.stack([columns[n] for n in pixels], axis=1)
    if whole and not np.isnan(images).any() and np.array_equal(images, small := _bytes(images)):
        images = small
    return Part(images, None if label is None else columns[label], str(path)), notes


def _bytes(images: np.ndarray) -> np.ndarray:
    return np.clip(images, 0, 255).astype(np.uint8)


def _first_lines(path: Path) -> tuple[str, list[str], list[str]]:
    try:
        opened = gzip.open if head(path, 2) == GZIP else open
        with opened(path, "rt", encoding="utf-8-sig") as file:
            lines = [file.readline().strip("\r\n") for _ in range(2)]
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise damaged(path, TITLE, error) from error
    mark = max(",;\t", key=lines[0].count)
    first, second = ([value.strip(' "') for value in line.split(mark)] for line in lines)
    return mark, first, second


def _columns(
    path: Path, mark: str, header: bool, label: int | None, count: int
) -> list[np.ndarray]:
    """All columns: pixels as float32, NaN where there is none, the labels as they are."""
    try:
        import pyarrow as pa
        from pyarrow import csv
    except ImportError:
        raise missing_package("CSV and Parquet", "pyarrow", path) from None
    names = [str(n) for n in range(count)]
    try:
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(column_names=names, skip_rows=int(header)),
            parse_options=csv.ParseOptions(delimiter=mark),
            convert_options=csv.ConvertOptions(
                column_types={str(n): pa.float32() for n in range(count) if n != label}
            ),
        )
    except (*UNREADABLE, pa.ArrowInvalid) as error:
        raise damaged(path, TITLE, error) from error
    return [column.to_numpy() for column in table.columns]


def _label_column(names: list[str], count: int, start: int) -> int | None:
    """Which column is the labels; None if all are pixels."""
    if _side(count - start):
        return None
    for n, name in enumerate(names):
        said = words(name)
        if said and said[-1] in LABEL_WORDS and len(said) == 1:
            return n
    return start


def _side(count: int) -> int:
    """The side of the square picture, of one or three channels, that so many values make, or 0."""
    for channels in (1, 3):
        side = math.isqrt(count // channels)
        if count and side * side * channels == count:
            return side
    return 0


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_mangled(first: list[str], second: list[str]) -> bool:
    """Whether pandas has made a row of data into column names: 0, 0.1, 0.2 for three zeros."""
    return sum("." in value for value in first) > len(first) // 2 and not any(
        "." in value for value in second
    )
