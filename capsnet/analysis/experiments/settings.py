"""What an experiment is, and what can be set of it. No network and no TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from capsnet.analysis.streaming import Pictures, Watch, watch_nobody

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet

Kind = Literal["number", "whole", "word", "flag", "file"]


@dataclass(frozen=True)
class Setting:
    """Something that can be set of an experiment: its words, its range and what it is if not set.

    Attributes:
        name: as the command line writes it, without the dashes.
        words: what it is, in a few words.
        default: its value if it is not set; None for one that has to be.
        kind: what its values are.
        least: the smallest value of a number.
        most: the largest.
        choices: the words it may be.
        many: whether it takes several values, divided by commas; its value is a tuple then.
    """

    name: str
    words: str
    default: Any = None
    kind: Kind = "number"
    least: float = -math.inf
    most: float = math.inf
    choices: tuple[str, ...] = ()
    many: bool = False

    def parse(self, text: str) -> Any:
        """The value that a text says.

        Raises:
            ValueError: if it says none that can be.
        """
        if self.many:
            return tuple(self._one(part.strip(), text) for part in text.split(","))
        return self._one(text, text)

    def check(self, value: Any) -> Any:
        """A value, once it is known to be one that can be.

        Raises:
            ValueError: if it is not.
        """
        if self.many:
            values = value if isinstance(value, tuple | list) else (value,)
            if not values:
                raise ValueError(f"Expected {self.name} as {self._range()}. Received: none")
            return tuple(self._checked(one, value) for one in values)
        return self._checked(value, value)

    def _one(self, text: str, whole: str) -> Any:
        if self.kind in ("word", "file"):
            return self._checked(text, whole)
        try:
            return self._checked(int(text) if self.kind == "whole" else float(text), whole)
        except ValueError:
            raise ValueError(
                f"Expected {self.name} as {self._range()}. Received: {whole!r}"
            ) from None

    def _checked(self, value: Any, received: Any) -> Any:
        fits = {
            "number": isinstance(value, int | float | np.number) and not isinstance(value, bool),
            "whole": isinstance(value, int | np.integer) and not isinstance(value, bool),
            "word": value in self.choices if self.choices else isinstance(value, str),
            "flag": isinstance(value, bool),
            "file": isinstance(value, str | Path) and bool(str(value)),
        }[self.kind]
        if fits and self.kind in ("number", "whole"):
            fits = bool(math.isfinite(value) and self.least <= value <= self.most)
        if not fits:
            raise ValueError(f"Expected {self.name} as {self._range()}. Received: {received!r}")
        if self.kind == "file":
            return str(value)
        return value.item() if isinstance(value, np.number) else value

    def _range(self) -> str:
        """What it may be, in words."""
        if self.kind == "word":
            what = f"one of {', '.join(self.choices)}"
        elif self.kind == "file":
            what = "a path"
        elif self.kind == "flag":
            what = "true or false"
        else:
            what = "a whole number" if self.kind == "whole" else "a number"
            if math.isfinite(self.least) or math.isfinite(self.most):
                low = f" from {self.least:g}" if math.isfinite(self.least) else ""
                high = f" to {self.most:g}" if math.isfinite(self.most) else ""
                what += low + high
        return f"{what}, or several divided by commas" if self.many else what


@dataclass(frozen=True)
class Subject:
    """What an experiment is made on.

    Attributes:
        model: the network.
        pictures: the images and their classes.
        rounds: routing rounds; None for the network's own.
        watch: told of the progress; what it raises ends the experiment.
        untouched: images by which a threshold is chosen: validation ones, whatever `pictures` are.
        out: where to write what is no figure, such as arrays.
    """

    model: CapsNet
    pictures: Pictures
    rounds: int | None = None
    watch: Watch = watch_nobody
    untouched: Callable[[], Pictures] | None = None
    out: Path | None = None


@dataclass(frozen=True)
class Experiment:
    """One experiment.

    Attributes:
        name: as the command line writes it.
        words: what it measures, in one sentence.
        run: measures it: a subject and the settings' values -> JSON-ready values.
        settings: what can be set.
        own_rounds: whether the rounds are one of its settings, and none can be given beside them.
    """

    name: str
    words: str
    run: Callable[[Subject, Mapping[str, Any]], dict[str, Any]]
    settings: tuple[Setting, ...] = field(default=())
    own_rounds: bool = False

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All settings' values: those given, checked, and the others' defaults.

        Raises:
            ValueError: for a setting that does not exist, is not given though it has to be, or has
                a value that cannot be.
        """
        known = {setting.name: setting for setting in self.settings}
        if unknown := set(given) - set(known):
            raise ValueError(
                f"Expected only settings of {self.name}: {', '.join(known) or 'none'}. "
                f"Received also: {', '.join(sorted(unknown))}"
            )
        values = {}
        for name, setting in known.items():
            value = given.get(name, setting.default)
            if value is None:
                raise ValueError(f"Expected {name} ({setting.words}). Received: none")
            values[name] = setting.check(value)
        return values


def one_or_all(keys: tuple[Any, ...], found: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of a curve: themselves if there is one point, else by point under each name.

    Args:
        keys: what the points are called.
        found: the figures of each.
    """
    if len(found) == 1:
        return dict(found[0])
    names = found[0].keys()
    return {
        name: {_key(key): one[name] for key, one in zip(keys, found, strict=True)} for name in names
    }


def _key(key: Any) -> str:
    return f"{key:g}" if isinstance(key, int | float) else str(key)
