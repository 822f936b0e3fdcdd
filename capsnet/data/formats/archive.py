"""Zip and tar files of any of the other formats: unpacked into a temporary folder, then read."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from capsnet.data.formats.base import damaged, head
from capsnet.errors import UNREADABLE, DataError

MOST_FILES = 300_000
MOST_BYTES = 16 * 2**30
ZIP = b"PK\x03\x04"
TAR_AT = 257
COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file is a zip, or a tar, compressed or not."""
    if first.startswith(ZIP) or first[TAR_AT : TAR_AT + 5] == b"ustar":
        return True
    if not first.startswith(COMPRESSED):
        return False
    try:
        return tarfile.is_tarfile(path)
    except (OSError, EOFError):
        return False


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A temporary folder with what the archive holds; it is gone afterwards.

    Raises:
        DataError: for a damaged archive, one with links or with paths that lead out of it, or one
            of more than MOST_FILES files or MOST_BYTES bytes.
    """
    with tempfile.TemporaryDirectory(prefix="capsnet-") as folder:
        place = Path(folder)
        try:
            if head(path, 4) == ZIP:  # `is_zipfile` is true of a tar that ends with an .npz
                _unzip(path, place)
            else:
                _untar(path, place)
        except DataError:
            raise
        except (*UNREADABLE, tarfile.TarError) as error:
            raise damaged(path, "archive", error) from error
        yield place


def _unzip(path: Path, place: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_size(path, len(members), sum(member.file_size for member in members))
        if any(member.flag_bits & 1 for member in members):
            raise DataError(f"Expected an archive without a password. Received: {path} with one")
        archive.extractall(place)  # it leaves out "..", and a drive, from names


def _untar(path: Path, place: Path) -> None:
    with tarfile.open(path) as archive:
        members = archive.getmembers()
        _check_size(path, len(members), sum(member.size for member in members))
        archive.extractall(place, filter="data")


def _check_size(path: Path, files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise DataError(
            f"Expected an archive of at most {MOST_FILES:,} files and {MOST_BYTES // 2**30} GB. "
            f"Received: {path} with {files:,} files and {size / 2**30:.1f} GB"
        )
