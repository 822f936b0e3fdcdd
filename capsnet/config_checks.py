"""What the fields of a config may hold, by their declared types, and how they travel as JSON."""

from __future__ import annotations

import dataclasses
import sys
import typing
from collections.abc import Mapping
from typing import Any, Self, cast


class JsonFields:
    """What both configs have: checked types, and a way to and from JSON.

    Raises:
        ValueError: for a value of another type than its field declares, or a float that is not
            finite.
    """

    def __post_init__(self) -> None:
        hints = typing.get_type_hints(type(self))
        for field in dataclasses.fields(cast(Any, self)):
            value = _plain(getattr(self, field.name))
            if not _fits(value, hints[field.name]):
                raise ValueError(
                    f"Expected {field.name} {_in_words(hints[field.name], field.type)}. "
                    f"Received: {repr(value)[:60]}"
                )
            object.__setattr__(self, field.name, value)  # frozen, but not yet seen by anyone

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON-ready values."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(cast(Any, self))}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ValueError: for a field that does not exist, or a value of a wrong type or out of range.
        """
        if unknown := set(values) - set(typing.get_type_hints(cls)):
            raise ValueError(
                f"Expected only fields of {cls.__name__}. Received also: {sorted(unknown)}"
            )
        return cls(**values)


def fit(values: Mapping[str, Any], kind: type) -> bool:
    """Whether all values are of the types that a dataclass declares for fields of their names."""
    hints = typing.get_type_hints(kind)
    return all(_fits(value, hints[name]) for name, value in values.items())


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, which JSON needs, and lists, which JSON gives, as tuples."""
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    return value.item() if getattr(value, "ndim", None) == 0 else value


def _fits(value: Any, hint: Any) -> bool:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return isinstance(value, str) and value in inner
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        each = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        return len(value) == len(each) and all(map(_fits, value, each))
    if inner:  # X | None
        return any(_fits(value, one) for one in inner)
    if hint is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and abs(value) <= sys.float_info.max  # also False for NaN
    if hint is int:
        return type(value) is int
    return isinstance(value, hint)


def _in_words(hint: Any, declared: Any) -> str:
    """What a field of this type is expected to be."""
    for one in (hint, *typing.get_args(hint)):
        if typing.get_origin(one) is typing.Literal:
            choices = typing.get_args(one)
            return f"to be one of {choices if one is hint else (None, *choices)}"
    plain = {int: "to be a whole number", float: "to be a finite number"}
    return plain.get(hint, f"of type {declared}")
