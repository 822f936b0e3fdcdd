"""The errors that this package raises, and what the errors of libraries say, in one line."""

from __future__ import annotations

import lzma
import tokenize
import zipfile
import zlib
from pathlib import Path

LONGEST = 200
"""Characters."""

UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    tokenize.TokenError,
)
"""What NumPy, zipfile and h5py raise for files of other kinds, and for damaged ones."""


class DataError(Exception):
    """No usable dataset; the message says what was tried and how to mend it."""


class PictureError(ValueError):
    """A picture that shows no digit; the message is one sentence for the person who sent it."""


class CheckpointError(Exception):
    """A checkpoint that cannot be used; the message says why and what to do."""


class ExportError(Exception):
    """An export that could not be made, or that computes something else than the network."""


class TrainingError(Exception):
    """A run that cannot start or go on; the message says why and what to do."""


class TrainingInterrupted(Exception):
    """A run that was asked to stop; the message says where the network was left."""


def no_file(path: str | Path) -> str:
    """What is there where a file was expected, in words: to read a pipe would wait for ever."""
    if Path(path).is_dir():
        return "a folder"
    return "a pipe or a device" if Path(path).exists() else "no such file"


def first_line(error: Exception) -> str:
    """The first line of what an error says; its name, if it says nothing."""
    said = str(error).strip()
    return said.splitlines()[0][:LONGEST] if said else repr(error)
