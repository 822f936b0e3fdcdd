"""What the presets set, for `train --help`."""

from __future__ import annotations

import dataclasses
import textwrap
from typing import Any

from capsnet.config import CapsNetConfig
from capsnet.presets import PRESETS
from capsnet.training_config import TrainingConfig

WIDTH = 78
FIRST_COLUMN, COLUMN = 22, 14
A_ROW = 4
"""Presets beside one another."""

OF_THE_DATA = ("image_shape", "num_classes", "class_names")
"""What a network takes from its data, whatever its preset has."""
PRESETS_DECIDE = "the preset's"


def default_in_words(field: str) -> str:
    """A field's default where no preset has another; else that it is the preset's."""
    first, *others = _values(field)
    return PRESETS_DECIDE if any(other != first for other in others) else _in_words(first)


def table() -> str:
    """A line for each preset, then the values in which they differ."""
    about = [
        textwrap.fill(
            f"  {name:{COLUMN}}{preset.description}", WIDTH, subsequent_indent=" " * (COLUMN + 2)
        )
        for name, preset in PRESETS.items()
    ]
    fields = [f.name for c in (CapsNetConfig, TrainingConfig) for f in dataclasses.fields(c)]
    differing = [
        field
        for field in fields
        if default_in_words(field) == PRESETS_DECIDE and field not in OF_THE_DATA
    ]
    rows = []
    for first in range(0, len(PRESETS), A_ROW):
        some = slice(first, first + A_ROW)
        rows += ["", _row("", list(PRESETS)[some])]
        rows += [_row(field, _values(field)[some]) for field in differing]
    head = "what they set differently (all else: capsnet/config.py and training_config.py):"
    return "\n".join(["presets:", *about, "", head, *rows[1:]])


def _values(field: str) -> list[Any]:
    """What each preset sets a field of its network or training to."""
    parts = [(preset.network, preset.training) for preset in PRESETS.values()]
    return [getattr(n if hasattr(n, field) else t, field) for n, t in parts]


def _row(name: str, values: list[Any]) -> str:
    cells = "".join(f"{_in_words(value):{COLUMN}}" for value in values)
    return f"  {name:{FIRST_COLUMN}}{cells}".rstrip()


def _in_words(value: Any) -> str:
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
