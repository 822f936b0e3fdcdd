"""Results of experiments, kept in a folder beside their checkpoint.

Each is a JSON file that names the checkpoint by hash: beside another one, or once the checkpoint is
another, it counts for nothing. It appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import read_json, replacing, sha256

MOST_KEPT = 400
"""Files; the oldest make room."""


def folder(checkpoint: str | Path | None = None) -> Path:
    """Where the results of a checkpoint (None: the shipped one) lie."""
    path = checkpoints.place(checkpoint)
    return path.with_name(f"{path.stem}-experiments")


def path_of(checkpoint: str | Path | None, name: str, asked: Mapping[str, Any]) -> Path:
    """The file of one result.

    Args:
        checkpoint: the network's; None for the shipped one.
        name: the experiment's.
        asked: all that the result depends on but the network: settings, rounds, images.
    """
    canonical = json.dumps(asked, sort_keys=True, default=list)
    code = hashlib.sha256(canonical.encode()).hexdigest()[:12]
    return folder(checkpoint) / f"{name}-{code}.json"


def write(
    checkpoint: str | Path | None,
    name: str,
    asked: Mapping[str, Any],
    result: Mapping[str, Any],
    of: str,
) -> Path:
    """Keep a result.

    Args:
        checkpoint: as for `path_of`, as the next two.
        name: the experiment's.
        asked: what it depends on.
        result: JSON-ready values.
        of: SHA-256 of the checkpoint as it was when the network was loaded.

    Returns:
        The file.

    Raises:
        OSError: if it cannot be written.
    """
    path = path_of(checkpoint, name, asked)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"checkpoint_sha256": of, "asked": dict(asked), "result": dict(result)}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, default=list) + "\n", encoding="utf-8")
    _make_room(path.parent)
    return path


def read(
    checkpoint: str | Path | None, name: str, asked: Mapping[str, Any]
) -> dict[str, Any] | None:
    """A result that was kept; None if there is none, or it is of another network."""
    try:
        kept = read_json(path_of(checkpoint, name, asked))
        if kept["checkpoint_sha256"] != sha256(checkpoints.place(checkpoint)):
            return None
        result = kept["result"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return result if isinstance(result, dict) else None


def _make_room(place: Path) -> None:
    kept = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for oldest in kept[:-MOST_KEPT]:
        oldest.unlink(missing_ok=True)
