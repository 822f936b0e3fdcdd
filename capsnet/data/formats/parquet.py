"""Parquet, read by pyarrow: picture files and labels as Hugging Face writes them, or pixels.

The picture column holds the bytes of a picture file, alone or beside its path in a struct; or a
list of pixels; or each pixel has a column of its own. Names of classes are in the metadata that the
package `datasets` leaves in the schema.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from capsnet.data.formats.base import (
    SPLIT_WORDS,
    Part,
    Raw,
    SplitName,
    damaged,
    missing_package,
)
from capsnet.data.formats.words import role_of, split_of
from capsnet.errors import UNREADABLE, DataError

TITLE = "Parquet"
MAGIC = b"PAR1"


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file begins with Parquet's magic number."""
    return first.startswith(MAGIC)


def read(path: Path) -> Raw:
    """One file, and the other shards and splits of its set: `train-00000-of-00002.parquet`."""
    return together([path])


def together(paths: list[Path]) -> Raw:
    """Files of one set, their shards joined in the order of their names.

    Raises:
        DataError: for a damaged file, or one without pictures, or if pyarrow is missing.
    """
    shards: dict[SplitName, list[Path]] = {}
    for path in sorted(paths):
        split = split_of(path.stem)
        if split == "all":  # `train/0000.parquet`
            split = SPLIT_WORDS.get(path.parent.name.lower(), "all")
        shards.setdefault(split, []).append(path)
    if len(shards) > 1 and "all" in shards:
        raise DataError(
            "Expected names that say train, test or validation. "
            f"Received: {shards['all'][0]} beside such"
        )
    parts, names = {}, None
    for split, files in shards.items():
        _check_shards(files)
        parts[split], found = _part(files)
        names = names or found
    return Raw(TITLE, parts, names)


def _check_shards(files: list[Path]) -> None:
    announced = [re.search(r"-(\d{5})-of-(\d{5})", path.name) for path in files]
    if all(announced) and len(files) != (count := int(announced[0][2])):  # type: ignore[index]
        raise DataError(
            f"Expected {count} files, as {files[0]} says. Received: {len(files)} of them"
        )


def _part(files: list[Path]) -> tuple[Part, tuple[str, ...] | None]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise missing_package("CSV and Parquet", "pyarrow", files[0]) from None
    try:
        tables = [parquet.read_table(path) for path in files]
        table = pa.concat_tables(tables)
    except (*UNREADABLE, pa.ArrowInvalid, pa.ArrowException) as error:
        raise damaged(files[0] if len(files) == 1 else files[0].parent, TITLE, error) from error
    where = str(files[0])
    label = next((n for n in table.column_names if role_of(n) == "labels"), None)
    labels = None if label is None else _plain(table[label], where)
    others = [n for n in table.column_names if n != label]
    names = _class_names(table.schema.metadata or {}, label)
    if picture := _picture_column(table, others):
        return Part(_pictures(table[picture], where), labels, f"{where} ({picture})"), names
    pixels = [n for n in others if pa.types.is_integer(table[n].type) or _is_float(table[n].type)]
    if len(pixels) < 64:
        raise DataError(
            f"Expected a column of pictures (bytes or pixels) in {where}. "
            f"Received: {', '.join(f'{n} ({table[n].type})' for n in table.column_names[:8])}"
        )
    return Part(np.stack([table[n].to_numpy() for n in pixels], axis=1), labels, where), names


def _is_float(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_floating(kind))


def _plain(column: Any, where: str) -> np.ndarray:
    if column.null_count:
        raise DataError(
            f"Expected a label in each row of {where}. Received: {column.null_count} rows without"
        )
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    values = column.to_numpy()
    return values.astype(str) if values.dtype.kind == "O" else values


def _picture_column(table: Any, names: list[str]) -> str | None:
    import pyarrow as pa

    kinds = pa.types
    for name in sorted(names, key=lambda n: role_of(n) != "images"):
        kind = table[name].type
        lists = kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
        bytes_in = kinds.is_struct(kind) and "bytes" in [field.name for field in kind]
        if lists or bytes_in or kinds.is_binary(kind) or kinds.is_large_binary(kind):
            return name
        if kinds.is_fixed_size_binary(kind):
            return name
    return None


def _pictures(column: Any, where: str) -> np.ndarray:
    """(N, …) from lists of pixels, raw bytes or the bytes of picture files."""
    import pyarrow as pa

    count = len(column)
    if column.null_count:
        raise DataError(
            f"Expected a picture in each row of {where}. Received: {column.null_count} rows without"
        )
    if pa.types.is_struct(column.type):
        column = pa.chunked_array([chunk.field("bytes") for chunk in column.chunks])
    nested = []
    while not pa.types.is_binary(column.type) and hasattr(column.type, "value_type"):
        chunks = [chunk.flatten() for chunk in column.chunks]
        column = pa.chunked_array(chunks, column.type.value_type)
        nested.append(len(column))
    if nested:
        sizes = [n // before for before, n in zip([count, *nested], nested, strict=False)]
        values = column.to_numpy()
        if values.size != np.prod([count, *sizes]):
            raise DataError(
                f"Expected pictures of one size in {where}. "
                f"Received: {values.size:,} pixels in {count:,}"
            )
        return values.reshape(count, *sizes)
    return _decoded(column.to_pylist(), where)


def _decoded(files: list[bytes], where: str) -> np.ndarray:
    from capsnet.data.formats.picture_folder import decode, stack

    if len({len(raw) for raw in files}) == 1 and len(files[0]) in (784, 1024, 3072):
        return np.frombuffer(b"".join(files), np.uint8).reshape(len(files), -1)
    return stack(
        [decode(io.BytesIO(raw), f"{where}, row {n}") for n, raw in enumerate(files)], where
    )


def _class_names(metadata: dict[bytes, bytes], label: str | None) -> tuple[str, ...] | None:
    """The names that `datasets` keeps: features' ClassLabel, in the schema's metadata."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        names = features[label]["names"]
    except (KeyError, TypeError, ValueError):
        return None
    return tuple(map(str, names)) if isinstance(names, list) else None
