"""The formats that datasets come in: one file each, recognised by their content.

`read_source` is the way in. A new format is a module with TITLE, `recognises` and `read`, and if
several files make a set `together`; and its line in FORMATS.

base            what a reader returns
words           what names of files and arrays say: a split, pictures or labels
arrays          which of a file's arrays are pictures, and which labels
idx             MNIST's, EMNIST's and QMNIST's own files
numpy_files     `.npz`, pairs of `.npy`
csv_table       CSV, a picture a row
picture_folder  a folder with a subfolder of pictures for each class
parquet         Parquet, as Hugging Face writes it
hdf5            HDF5
matlab          MATLAB's `.mat`
norb            smallNORB's binary matrices
tfrecord        TFRecords, as the paper's authors write them
tfds            TensorFlow Datasets, by name
archive         zip and tar of any of these
"""

from __future__ import annotations

import zlib
from pathlib import Path

from capsnet.data.formats import (
    archive,
    csv_table,
    hdf5,
    idx,
    matlab,
    norb,
    numpy_files,
    parquet,
    picture_folder,
    tfds,
    tfrecord,
)
from capsnet.data.formats.base import Format, Raw, head
from capsnet.data.formats.words import family
from capsnet.errors import DataError, no_file

FORMATS: tuple[Format, ...] = (
    Format(
        "IDX (as MNIST, EMNIST, QMNIST; gzipped or not)", idx.recognises, idx.read, idx.together
    ),
    Format(
        "NumPy (.npz, pairs of .npy)",
        numpy_files.recognises,
        numpy_files.read,
        numpy_files.together,
    ),
    Format("Parquet", parquet.recognises, parquet.read, parquet.together),
    Format("MATLAB (.mat)", matlab.recognises, matlab.read),
    Format("HDF5 (.h5)", hdf5.recognises, hdf5.read),
    Format("smallNORB's binary matrices", norb.recognises, norb.read, norb.together),
    Format("TFRecord", tfrecord.recognises, tfrecord.read, tfrecord.together),
    Format("CSV", csv_table.recognises, csv_table.read, csv_table.together),
)
"""Each format of files, in the order in which they are tried."""

IN_WORDS = (
    ", ".join(one.title for one in FORMATS)
    + ", a folder with a subfolder of pictures for each class, or a zip or tar of these"
)
SHOWN_NAMES = 6


def read_source(place: str | Path, size: int = 0) -> Raw:
    """Read the pictures and labels at a path, whatever their format.

    Args:
        place: a file; a folder; the beginning of several files' names; or, after an archive's
            path, one of these inside it; or `tfds:NAME`, of TensorFlow Datasets.
        size: for picture files of several sizes, the side to bring each to; 0 for none.

    Raises:
        DataError: if there is nothing to be read; one sentence says what was found.
    """
    if tfds.is_named(str(place)):
        return tfds.read(Path(place).as_posix())
    path = Path(place).expanduser()
    try:
        if path.is_dir():
            return _read_folder(path, "", size)
        if path.is_file():
            return _read_file(path, "", size)
        for parent in path.parents:
            inside = str(path.relative_to(parent))
            if parent.is_file():
                return _read_file(parent, inside, size)
            if parent.is_dir():
                found = sorted(p for p in parent.glob(f"{_escaped(inside)}*") if p.is_file())
                if "/" not in inside and found:
                    return _read_files(found, path)
                break
    except (OSError, ValueError) as error:
        raise DataError(f"Expected a dataset at {path}. Received: {error}") from error
    what = no_file(path) if path.exists() else "no such file or folder"
    raise DataError(f"Expected a dataset at {path}. Received: {what}")


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _read_file(path: Path, inside: str, size: int) -> Raw:
    first = head(path)
    found = recognise(path, first)
    if found is None and archive.recognises(first, path):
        with archive.unpacked(path) as folder:
            try:
                return (
                    read_source(folder / inside, size) if inside else _read_folder(folder, "", size)
                )
            except DataError as error:
                raise DataError(str(error).replace(str(folder), str(path))) from error
    if found is None or inside:
        raise DataError(_why_not(path, first))
    return found.read(path)


def recognise(path: Path, first: bytes | None = None) -> Format | None:
    """The format of a file, told by its content; None if it is none of these."""
    first = head(path) if first is None else first
    return next((one for one in FORMATS if one.recognises(first, path)), None)


def _read_folder(folder: Path, prefix: str, size: int) -> Raw:
    if picture_folder.has_pictures(folder):
        return picture_folder.read(_only_child(folder), size)
    files = sorted(
        p for p in folder.rglob(f"{prefix}*") if p.is_file() and not _is_hidden(p, folder)
    )
    return _read_files(files, folder)


def _only_child(folder: Path) -> Path:
    """The folder inside, where an archive holds its whole content in one."""
    inside = [p for p in folder.iterdir() if not p.name.startswith((".", "__MACOSX"))]
    if len(inside) == 1 and inside[0].is_dir() and picture_folder.has_pictures(inside[0]):
        deeper = [p for p in inside[0].iterdir() if p.is_dir()]
        if deeper:
            return _only_child(inside[0])
    return folder


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)


def _read_files(files: list[Path], place: Path) -> Raw:
    """Files that make one set."""
    groups: dict[tuple[str, str], list[Path]] = {}
    formats: dict[str, Format] = {}
    for path in files:
        first = head(path)
        if (found := recognise(path, first)) is not None:
            formats[found.title] = found
            groups.setdefault((found.title, family(path.name)), []).append(path)
        elif (known := _disguise(first)) and path.suffix not in (".html", ".htm"):
            raise DataError(f"Expected data in {path}. Received: {known}")
    if not groups:
        listed = ", ".join(path.name for path in files[:SHOWN_NAMES]) or "no files"
        raise DataError(f"Expected a dataset at {place}: {IN_WORDS}. Received: {listed}")
    if len(groups) > 1:
        names = sorted({name or title for title, name in groups})
        raise DataError(
            f"Expected one dataset at {place}, or its path with the beginning of its files' names. "
            f"Received: several, {', '.join(names[:SHOWN_NAMES])}"
        )
    ((title, _), chosen), *_ = groups.items()
    together = formats[title].together
    if together is not None:
        return together(chosen)
    if len(chosen) > 1:
        raise DataError(
            f"Expected one {title} file at {place}. "
            f"Received: {', '.join(path.name for path in chosen[:SHOWN_NAMES])}"
        )
    return formats[title].read(chosen[0])


def _why_not(path: Path, first: bytes) -> str:
    if known := _disguise(first):
        return f"Expected data in {path}. Received: {known}"
    return (
        f"Expected a dataset in {path}: {IN_WORDS}. "
        f"Received: a file of another kind, which begins with {first[:16]!r}"
    )


def _disguise(first: bytes) -> str | None:
    """What a file is that often stands where data should be; None for any other."""
    text = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if text.startswith(b"version https://git-lfs.github.com/spec/"):
        return "a Git LFS pointer, not the file itself: `git lfs pull` fetches that"
    if text.startswith((b"<!doctype html", b"<html", b"<?xml", b"<head")):
        return "a web page, as a failed download leaves it: download the file again"
    if not first:
        return "an empty file"
    if first[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        return (
            "a Python pickle, which is never opened because it could run anything: save it as .npz"
        )
    if first.startswith(b"\x1f\x8b"):
        try:
            held = zlib.decompressobj(wbits=31).decompress(first, 512)
        except zlib.error:
            return "a damaged gzip file"
        return "a gzip file with " + (
            _disguise(held) or f"something that begins with {held[:16]!r}"
        )
    return None
