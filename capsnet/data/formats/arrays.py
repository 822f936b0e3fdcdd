"""Which of a file's named arrays are pictures and labels, for `.npz`, HDF5 and MATLAB files."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from capsnet.data.formats.base import Part, SplitName
from capsnet.data.formats.words import Role, role_of, split_of, words
from capsnet.errors import DataError

LEAST_PIXELS = 64
"""Values of the smallest picture that is taken for one."""

ONE_A_CLASS = re.compile(r"(train|test|class|digit)_?(\d{1,2})")
NAME_WORDS = {("class", "names"), ("label", "names"), ("target", "names"), ("classes",)}


@dataclass(frozen=True)
class Sorted:
    """A file's arrays by what they are.

    Attributes:
        parts: pictures, and labels if there are any, for each split.
        class_names: an array of text that names the classes.
        notes: which arrays there are, where pictures have no labels among them.
    """

    parts: dict[SplitName, Part]
    class_names: tuple[str, ...] | None
    notes: tuple[str, ...] = ()


def sort_arrays(arrays: Mapping[str, np.ndarray], where: str) -> Sorted:
    """Sort a file's arrays by their names, and where those say nothing by their shapes.

    Args:
        arrays: the file's arrays by name, groups divided by "/", in the file's order.
        where: the file, for messages.

    Raises:
        DataError: if there are no pictures, or several that could be meant.
    """
    class_names = _class_names(arrays, where)
    if by_class := _one_a_class(arrays, where):
        return Sorted(by_class, class_names)
    images: dict[SplitName, list[str]] = {}
    labels: dict[SplitName, list[str]] = {}
    for name, array in arrays.items():
        role = _role(name, array)
        if role is not None:
            (images if role == "images" else labels).setdefault(split_of(name), []).append(name)
    if not images:
        raise DataError(f"Expected pictures and their labels in {where}. {_received(arrays)}")
    if set(images) == {"all"} and len(images["all"]) > 1:
        images, labels = _numbered(arrays, images["all"], labels.get("all", []))
    parts: dict[SplitName, Part] = {}
    for split, names in images.items():
        chosen = _one(arrays, names, where, "of pictures")
        fitting = [n for n in labels.get(split, []) if _fits(arrays[chosen], arrays[n])]
        parts[split] = Part(arrays[chosen], None, f"{where} ({chosen})")
        if split in labels:
            named = _one(arrays, fitting or labels[split], where, "of labels")
            parts[split] = dataclasses.replace(
                parts[split], labels=arrays[named], labels_where=f"{where} ({named})"
            )
    is_short = len(arrays) > 1 and any(part.labels is None for part in parts.values())
    notes = (f"its arrays are {_listed(arrays)}",) if is_short else ()
    return Sorted(parts, class_names, notes)


def _role(name: str, array: np.ndarray) -> Role | None:
    """What an array is: by its name if its shape allows that, else by its shape."""
    long = array.ndim and max(array.shape, default=0) > 1
    is_text = array.dtype.kind in "USO"
    if not long or array.dtype.kind not in "biufUSO" or _is_names(name, array):
        return None
    flat = array.ndim == 2 and max(array.shape) >= LEAST_PIXELS
    pictures = not is_text and (array.ndim > 2 or flat)
    said = role_of(name)
    if said == "images":
        return "images" if pictures else None
    if said == "labels":
        narrow = array.ndim == 1 or (array.ndim == 2 and min(array.shape) <= 100)
        if narrow:
            return "labels"
    if pictures and (array.ndim > 2 or array.shape[1] >= LEAST_PIXELS):
        return "images"
    return "labels" if array.ndim == 1 or (array.ndim == 2 and 1 in array.shape) else None


def _one_a_class(arrays: Mapping[str, np.ndarray], where: str) -> dict[SplitName, Part]:
    """Pictures with one array for each class, as `train0` to `test9` of S. Roweis's MNIST."""
    found: dict[SplitName, dict[int, np.ndarray]] = {}
    for name, array in arrays.items():
        if not (match := ONE_A_CLASS.fullmatch(name)) or array.ndim < 2:
            return {}
        found.setdefault(split_of(match[1]), {})[int(match[2])] = array
    if any(len(of_class) < 2 for of_class in found.values()):
        return {}
    return {
        split: Part(
            np.concatenate([of_class[c] for c in sorted(of_class)]),
            np.concatenate([np.full(len(of_class[c]), c) for c in sorted(of_class)]),
            where,
        )
        for split, of_class in found.items()
    }


def _is_names(name: str, array: np.ndarray) -> bool:
    tokens = tuple(w for w in words(name.rsplit("/", 1)[-1]) if w.isalpha())
    named = any(tokens[: len(known)] == known for known in NAME_WORDS)
    return named and array.dtype.kind in "USO" and array.size <= 1000


def _class_names(arrays: Mapping[str, np.ndarray], where: str) -> tuple[str, ...] | None:
    for name, array in arrays.items():
        if name == "class_names" and array.dtype.kind not in "US":
            raise DataError(
                f"Expected class_names as text in {where}. Received: type {array.dtype}"
            )
        if _is_names(name, array):
            return tuple(
                text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
                for text in array.ravel().tolist()
            )
    return None


def _numbered(
    arrays: Mapping[str, np.ndarray], images: list[str], labels: list[str]
) -> tuple[dict[SplitName, list[str]], dict[SplitName, list[str]]]:
    """Arrays that are only numbered, as `arr_0` to `arr_3`: two pairs, the larger for training."""
    deepest = max(arrays[name].ndim for name in images)
    full = [name for name in images if arrays[name].ndim == deepest]
    if len(full) == 1:  # such as scikit-learn's digits: `images` and the same rows in `data`
        return {"all": full}, {"all": labels} if labels else {}
    if len(full) != 2:
        return {"all": full}, {"all": labels} if labels else {}
    train, test = sorted(full, key=lambda name: -len(arrays[name]))
    y_of = {
        split: [label for label in labels if arrays[label].size == len(arrays[name])]
        for split, name in (("train", train), ("test", test))
    }
    found: dict[SplitName, list[str]] = {"train": [train], "test": [test]}
    y: dict[SplitName, list[str]] = {}
    for split in ("train", "test"):
        if y_of[split]:
            y[split] = y_of[split]
    return found, y


def _fits(images: np.ndarray, labels: np.ndarray) -> bool:
    return max(labels.shape) in (images.shape[0], images.shape[-1])


def _one(arrays: Mapping[str, np.ndarray], names: list[str], where: str, kind: str) -> str:
    """The one array that is meant: of several, the one with most axes."""
    deepest = max(arrays[name].ndim for name in names)
    deep = [name for name in names if arrays[name].ndim == deepest]
    if len(deep) > 1:
        raise DataError(
            f"Expected one array {kind} for each split in {where}. Received: {', '.join(deep)}"
        )
    return deep[0]


def _received(arrays: Mapping[str, np.ndarray]) -> str:
    return f"Received: {_listed(arrays) or 'no arrays'}"


def _listed(arrays: Mapping[str, np.ndarray]) -> str:
    found = [f"{name} {array.shape} {array.dtype}" for name, array in arrays.items()]
    more = f" and {len(found) - 8} more" if len(found) > 8 else ""
    return ", ".join(found[:8]) + more
