"""Bytes as they travel in a link: compressed, and in letters that an address may have."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence

import numpy as np


def packed(raw: bytes) -> str:
    """Bytes as letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def unpacked(text: str, longest: int) -> bytes:
    """The bytes of a text from `packed`.

    Args:
        text: whatever a link has.
        longest: how many bytes they may be; unpacking stops there.

    Raises:
        ValueError: if it is damaged, or they are more.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacker = zlib.decompressobj()
        bytes_ = unpacker.decompress(raw, longest + 1)  # a bomb is cut off here
    except zlib.error as error:
        raise ValueError(f"expected what packed() made: {error}") from None
    if len(bytes_) > longest or not unpacker.eof:
        raise ValueError(f"expected at most {longest} bytes, to their end")
    return bytes_


def packed_places(places: Sequence[int], count: int) -> str:
    """Some of so many places as text: a bit for each."""
    is_one = np.zeros(count, bool)
    is_one[list(places)] = True
    return packed(np.packbits(is_one).tobytes())


def unpacked_places(text: str, count: int) -> list[int]:
    """The places of a text from `packed_places`, in order.

    Raises:
        ValueError: if it is damaged, or of another count.
    """
    size = -(-count // 8)
    raw = unpacked(text, size)
    if len(raw) != size:
        raise ValueError(f"expected a bit for each of {count} places, got {8 * len(raw)}")
    return np.flatnonzero(np.unpackbits(np.frombuffer(raw, np.uint8), count=count)).tolist()
