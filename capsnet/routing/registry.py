"""Routings by name: a file of this folder each, or a class that a program registers.

No routing is loaded, and Keras neither, until one is asked for: the command line, the form and the
check of a checkpoint need the names alone.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import capsnet.routing as folder
from capsnet.config import CapsNetConfig

if TYPE_CHECKING:
    from capsnet.routing.base import Routing

AGREEMENT = "agreement"
"""The paper's routing, and the one of every network that names none."""

NO_ROUTINGS = {"base", "registry", "broken", "controls"}
"""The modules of this folder that hold no routing to train with."""

Class = TypeVar("Class", bound="type[Routing]")

_registered: dict[str, type[Routing]] = {}


def register(name: str) -> Callable[[Class], Class]:
    """Make a routing known by a name: a decorator of its class.

    A class of the same module and name takes its predecessor's place, as in a notebook's cell that
    is run again.

    Args:
        name: as in `CapsNetConfig.routing`; in this folder, the file's own.

    Raises:
        ValueError: if another class has the name.
    """

    def keep(routing: Class) -> Class:
        before = _registered.get(name, routing)
        if _place(before) != _place(routing):
            raise ValueError(
                f"Expected a name that no other routing has. Received: {name!r}, which is "
                f"{_place(before)}"
            )
        _registered[name] = routing
        return routing

    return keep


def names() -> tuple[str, ...]:
    """The names of all routings that are known here, the paper's first."""
    files = {module.name for module in pkgutil.iter_modules(folder.__path__)} - NO_ROUTINGS
    return (AGREEMENT, *sorted({*files, *_registered} - {AGREEMENT}))


def check_name(name: str) -> str:
    """Return a name, if a routing that is known here has it.

    Raises:
        ValueError: if none has; it lists those that are known.
    """
    if name not in names():
        raise ValueError(
            f"Expected a routing that is known here: {', '.join(names())}. Received: {name!r}"
        )
    return name


def routing_class(name: str) -> type[Routing]:
    """The routing of a name; loads its file, and Keras with it.

    Raises:
        ValueError: for a name that is not known, or a file that registers no such routing.
    """
    check_name(name)
    if name not in _registered:
        importlib.import_module(f"{folder.__name__}.{name}")
    if name not in _registered:
        raise ValueError(
            f'Expected @register("{name}") in capsnet/routing/{name}.py, above a routing. '
            "Received: no routing of that name"
        )
    return _registered[name]


def weight_shapes(config: CapsNetConfig) -> list[tuple[int, ...]]:
    """The shapes of all weights of a network, its routing's own included, in ascending order.

    Raises:
        ValueError: if its routing is not known here.
    """
    check_name(config.routing)
    if config.routing == AGREEMENT:  # which has none: the usual network is checked without Keras
        return config.weight_shapes
    sizes = config.num_primary_capsules, config.num_classes, config.digit_dim
    own = routing_class(config.routing)().weights(*sizes).values()
    return sorted([*config.weight_shapes, *(weight.shape for weight in own)])


def _place(routing: type[Routing]) -> str:
    return f"{routing.__module__}.{routing.__qualname__}"
