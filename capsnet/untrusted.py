"""Look into a `.keras` file before anything is built from it.

Keras's safe mode has been got around more than once (CVE-2024-3660, CVE-2025-1550, CVE-2025-9906),
each time by what `config.json` names. Here nothing that it names is ever looked up: it is plain
data from which our own config is made, and the weights are plain arrays.
"""

from __future__ import annotations

import dataclasses
import io
import json
import lzma
import math
import typing
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from capsnet.config import CapsNetConfig

LARGEST_FILE = 200_000_000
"""Bytes; the paper's network has 33 million."""

LARGEST_UNPACKED = 400_000_000
"""Bytes of all that a file unpacks to, and of all its arrays."""

LARGEST_CONFIG = 100_000
LONGEST_NAME = 60
KIND = "capsnet>CapsNet"
MEMBERS = {"metadata.json", "config.json", "model.weights.h5"}
ACTIVATIONS = (None, "relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "linear")


class CheckpointError(Exception):
    """A checkpoint that cannot be used; the message says why and what to do."""


def inspect(path: Path) -> CapsNetConfig:
    """The network that a `.keras` file describes, once all of it is known to be harmless.

    Args:
        path: the file, of any origin.

    Raises:
        CheckpointError: in one sentence, if it is not one of ours or out of bounds.
    """
    expected = f"Expected a CapsNet checkpoint (.keras) at {path}."
    if not path.is_file():
        raise CheckpointError(f"{expected} Received: no such file.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CheckpointError(
                f"{expected} Received: a file of {path.stat().st_size:,} bytes, "
                f"more than {LARGEST_FILE:,}."
            )
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, expected)
            config = _config(archive, expected)
            _check_weights(archive, config, expected)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        KeyError,
        ValueError,
        TypeError,
        OSError,
        RuntimeError,
        EOFError,
    ) as error:
        reason = " ".join(str(error).split())[:200]
        raise CheckpointError(
            f"{expected} Received: a truncated file, or one of another kind ({reason})."
        ) from error
    return config


def _check_members(archive: zipfile.ZipFile, expected: str) -> None:
    names = [member.filename for member in archive.infolist()]
    if strange := sorted(set(names) - MEMBERS):
        if "config.json" in names:
            _config(archive, expected)  # another kind of model is the better reason to give
        raise CheckpointError(
            f"{expected} Received: a file with other things in it: {', '.join(strange)[:100]}."
        )
    if len(set(names)) < len(names):
        raise CheckpointError(f"{expected} Received: a file with two members of one name.")
    unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > LARGEST_UNPACKED:
        raise CheckpointError(
            f"{expected} Received: a file that unpacks to {unpacked:,} bytes, "
            f"more than {LARGEST_UNPACKED:,}."
        )


def _config(archive: zipfile.ZipFile, expected: str) -> CapsNetConfig:
    with archive.open("config.json") as member:
        raw = member.read(LARGEST_CONFIG + 1)
    if len(raw) > LARGEST_CONFIG:
        raise CheckpointError(f"{expected} Received: one whose config is far too long.")
    described = json.loads(raw)
    if not isinstance(described, dict):
        raise ValueError("its config is not a JSON object")
    kind = described.get("registered_name") or described.get("class_name")
    if kind != KIND:
        raise CheckpointError(f"{expected} Received: a Keras model of the kind {kind!r}.")
    values = described.get("config")
    if not isinstance(values, dict) or not isinstance(values.get("config"), dict):
        raise ValueError("its config does not describe the network")
    try:
        check_types(values["config"])
        config = CapsNetConfig.from_dict(values["config"])
        _check_size(config)
    except (ValueError, TypeError, ArithmeticError) as error:
        reason = " ".join(str(error).split())[:300]
        raise CheckpointError(
            f"{expected} Received: a network that cannot be built here ({reason})"
        ) from error
    return config


def check_types(values: dict[str, Any]) -> None:
    """Check that JSON values are of the types that the network's config declares.

    Raises:
        ValueError: for the first that is not.
    """
    hints = typing.get_type_hints(CapsNetConfig)
    for field in dataclasses.fields(CapsNetConfig):
        if field.name in values and not _fits(values[field.name], hints[field.name]):
            raise ValueError(
                f"Expected {field.name} of type {field.type}. "
                f"Received: {str(values[field.name])[:60]}"
            )
    if values.get("primary_activation") not in ACTIVATIONS:
        raise ValueError(
            f"Expected primary_activation to be one of {ACTIVATIONS}. "
            f"Received: {values['primary_activation']!r}"
        )


def _fits(value: Any, hint: Any) -> bool:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return value in inner and isinstance(value, str)
    if origin is tuple:
        return isinstance(value, list) and all(_fits(v, inner[0]) for v in value)
    if inner:  # X | None
        return any(_fits(value, one) for one in inner)
    if hint is type(None):
        return value is None
    if hint is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value)
    if hint is int:
        return type(value) is int and 0 <= value <= 100_000
    if hint is str:
        return isinstance(value, str) and len(value) <= LONGEST_NAME and value.isprintable()
    return isinstance(value, hint)


def _check_size(config: CapsNetConfig) -> None:
    """Refuse a network too large to build, by counting what its weights and votes would take."""
    sizes = (config.conv_filters, config.primary_maps, config.primary_dim, config.num_classes)
    if min(*sizes, config.digit_dim, config.conv_kernel, config.primary_kernel) < 1:
        raise ValueError("Expected every part to have a size of at least 1. Received: one of 0.")
    votes = config.num_primary_capsules * config.num_classes * config.digit_dim
    activity = math.prod(config.conv_grid) * config.conv_filters
    numbers = sum(map(math.prod, config.weight_shapes)) + 10 * votes + activity
    if 4 * numbers > LARGEST_UNPACKED or len(config.decoder_units) > 10:
        raise ValueError(
            f"Expected a network of at most {LARGEST_UNPACKED // 4:,} numbers. "
            f"Received: one of {numbers:,}"
        )


def _check_weights(archive: zipfile.ZipFile, config: CapsNetConfig, expected: str) -> None:
    """Only plain arrays of numbers inside the file, those of the network: no links, no bomb."""
    import h5py

    with archive.open("model.weights.h5") as member:
        raw = io.BytesIO(member.read(LARGEST_UNPACKED + 1))
    total, shapes = 0, []
    with h5py.File(raw, "r") as file:
        groups, seen = [file], set()
        while groups:
            group = groups.pop()
            address = h5py.h5o.get_info(group.id).addr
            if address in seen:
                raise CheckpointError(f"{expected} Received: one whose weights are in a circle.")
            seen.add(address)
            for name in group:
                link = group.get(name, getlink=True)
                if not isinstance(link, h5py.HardLink):
                    raise CheckpointError(f"{expected} Received: one whose weights are links.")
                item = group[name]
                if isinstance(item, h5py.Group):
                    groups.append(item)
                    continue
                plain = isinstance(item, h5py.Dataset) and item.dtype.kind in "fiub"
                if not plain or item.external or item.is_virtual:
                    raise CheckpointError(
                        f"{expected} Received: one whose weights are not plain arrays."
                    )
                total += item.size * item.dtype.itemsize
                if total > LARGEST_UNPACKED:
                    raise CheckpointError(f"{expected} Received: one whose weights are too large.")
                shapes.append(item.shape)
                if not np.isfinite(item[...]).all():
                    raise CheckpointError(
                        f"{expected} Received: one whose weights are not all numbers."
                    )
    if sorted(shapes) != config.weight_shapes:
        raise CheckpointError(
            f"{expected} Received: one whose weights are not of the network that it describes."
        )
