"""Caches that all visitors share, bounded by the bytes that they hold.

Streamlit's own are bounded by how many things they hold, and keep a lock for every key that there
ever was: with a drawing as a key they grow with each stroke.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from typing import Any, ParamSpec, TypeVar

import numpy as np
from cachetools import Cache, LRUCache, cached

MB = 2**20
SMALLEST = 4096
"""What an entry counts at least, in bytes: its key, which may be an image, and its place."""

NUMBER = 32
"""A Python number, and its place in a list."""

P = ParamSpec("P")
R = TypeVar("R")


def bytes_of(value: Any) -> int:
    """How many bytes the arrays and texts of a value take, at least `SMALLEST`.

    Args:
        value: arrays, bytes, numbers, or lists, dicts and dataclasses of them.
    """
    return max(SMALLEST, _bytes(value))


def bounded(
    megabytes: float, size_of: Callable[[Any], int] = bytes_of
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember what a function returned, the last asked for, in so many megabytes.

    What is larger than all of it is not remembered. Where several visitors ask for the same at
    once, it is computed once. The cache itself is the function's attribute `cache`.

    Args:
        megabytes: the most that is kept.
        size_of: the bytes of one value.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        cache: LRUCache[Hashable, Any] = LRUCache(megabytes * MB, getsizeof=size_of)
        return cached(cache, condition=threading.Condition())(function)

    return decorate


def held(function: Callable[..., Any]) -> float:
    """How many bytes a bounded function's cache holds."""
    cache: Cache[Any, Any] = function.cache  # type: ignore[attr-defined]
    return cache.currsize


def _bytes(value: Any) -> int:
    if isinstance(value, np.ndarray):
        # A view keeps all of what it looks into.
        return value.nbytes if value.base is None else max(value.nbytes, _bytes(value.base))
    if isinstance(value, bytes | bytearray | memoryview | str):
        return len(value)
    if isinstance(value, int | float):
        return NUMBER
    if isinstance(value, tuple | list):
        return sum(map(_bytes, value))
    if isinstance(value, dict):
        return sum(_bytes(key) + _bytes(each) for key, each in value.items())
    if is_dataclass(value):
        return sum(_bytes(getattr(value, field.name)) for field in fields(value))
    return 0
