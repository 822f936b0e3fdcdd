"""Which of the bundled digits a checkpoint reads wrongly, kept in a file beside it.

To find them takes a minute, so that a page reads the file. It names its checkpoint by hash: beside
another one it counts for nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capsnet import checkpoints
from capsnet.data import Digits
from capsnet.files import sha256, write_json

if TYPE_CHECKING:
    from capsnet.model import CapsNet

BATCH = 100


@dataclass(frozen=True)
class Misread:
    """A digit that the network reads wrongly.

    Attributes:
        index: its place among the bundled digits.
        read_as: the class of the longest capsule.
    """

    index: int
    read_as: int


def find(model: CapsNet, digits: Digits) -> list[Misread]:
    """Ask the network about every digit; those whose longest capsule is not their label's."""
    answers = model.predict(digits.pixels(), batch_size=BATCH, verbose=0)["lengths"].argmax(-1)
    wrong = np.flatnonzero(answers != digits.labels)
    return [Misread(int(index), int(answers[index])) for index in wrong]


def path_beside(checkpoint: str | Path | None = None) -> Path:
    """Where the list of the checkpoint (None: the shipped one) lies."""
    path = checkpoints.place(checkpoint)
    return path.with_name(f"{path.stem}-misread.json")


def write(found: list[Misread], checkpoint: str | Path | None = None) -> Path:
    """Keep a list beside its checkpoint; returns the file."""
    path = path_beside(checkpoint)
    read_as = {str(each.index): each.read_as for each in found}
    of = sha256(checkpoints.place(checkpoint))
    write_json(path, {"checkpoint_sha256": of, "read_as": read_as})
    return path


def read(checkpoint: str | Path | None = None) -> list[Misread] | None:
    """The list beside a checkpoint; None if there is none, or if it is another checkpoint's."""
    try:
        kept = json.loads(path_beside(checkpoint).read_text(encoding="utf-8"))
        if kept["checkpoint_sha256"] != sha256(checkpoints.place(checkpoint)):
            return None
        return [Misread(int(index), int(answer)) for index, answer in kept["read_as"].items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
