"""Look into a `.keras` file before anything is built from it.

Keras's safe mode has been got around more than once (CVE-2024-3660, CVE-2025-1550, CVE-2025-9906),
each time by what `config.json` names. Here nothing that it names is ever looked up: it is plain
data from which our own config is made, and the weights are plain arrays.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from pathlib import Path

import numpy as np

from capsnet.config import LONGEST_NAME, CapsNetConfig
from capsnet.errors import UNREADABLE, CheckpointError, no_file
from capsnet.routing.registry import weight_shapes

LARGEST_FILE = 200_000_000
"""Bytes; the paper's network has 33 million."""

LARGEST_UNPACKED = 400_000_000
"""Bytes of all that a file unpacks to, and of all its arrays."""

LARGEST_CONFIG = 100_000
LARGEST_NUMBER = 100_000
KIND = "capsnet>CapsNet"
MEMBERS = {"metadata.json", "config.json", "model.weights.h5"}


def inspect(path: Path) -> CapsNetConfig:
    """The network that a `.keras` file describes, once all of it is known to be harmless.

    Args:
        path: the file, of any origin.

    Raises:
        CheckpointError: in one sentence, if it is not one of ours or out of bounds.
    """
    expected = f"Expected a CapsNet checkpoint (.keras) at {path}."
    if not path.is_file():
        raise CheckpointError(f"{expected} Received: {no_file(path)}.")
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
    except UNREADABLE as error:
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
        config = CapsNetConfig.from_dict(values["config"])
        _check_bounds(config)
        _check_size(config)
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        reason = " ".join(str(error).split())[:300]
        raise CheckpointError(
            f"{expected} Received: a network that cannot be built here ({reason})"
        ) from error
    return config


def _check_bounds(config: CapsNetConfig) -> None:
    """Refuse numbers and names that are beyond all reason."""
    for name, value in config.to_dict().items():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, str):
                sound = len(part) <= LONGEST_NAME and part.isprintable()
            else:
                sound = part is None or part <= LARGEST_NUMBER
            if not sound:
                raise ValueError(
                    f"Expected {name} of at most {LARGEST_NUMBER:,}, or a name of at most "
                    f"{LONGEST_NAME} printable characters. Received: {repr(value)[:60]}"
                )


def _check_size(config: CapsNetConfig) -> None:
    """Refuse a network too large to build, by counting what its weights and votes would take."""
    votes = config.num_primary_capsules * config.num_classes * config.digit_dim
    activity = math.prod(config.conv_grid) * config.conv_filters
    numbers = sum(map(math.prod, weight_shapes(config))) + 10 * votes + activity
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
                if item.chunks:  # Keras writes none, and one may unpack to more than all the rest
                    raise CheckpointError(f"{expected} Received: one whose weights are in chunks.")
                shapes.append(item.shape)
                if not np.isfinite(item[...]).all():
                    raise CheckpointError(
                        f"{expected} Received: one whose weights are not all numbers."
                    )
    if sorted(shapes) != weight_shapes(config):
        raise CheckpointError(
            f"{expected} Received: one whose weights are not of the network that it describes."
        )
