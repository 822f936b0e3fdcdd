"""What libraries raise, and what their errors say, for a sentence of ours."""

from __future__ import annotations

import lzma
import tokenize
import zipfile
import zlib

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


def first_line(error: Exception) -> str:
    """The first line of what an error says; its name, if it says nothing."""
    said = str(error).strip()
    return said.splitlines()[0][:LONGEST] if said else repr(error)
