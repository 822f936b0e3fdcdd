"""Which of the bundled digits a checkpoint reads wrongly, or only just, in a file beside it.

To find them takes a minute, so that a page reads the file. It names its checkpoint by hash: beside
another one it counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capsnet.data.images import Digits
from capsnet.storage import checkpoints
from capsnet.storage.atomic_files import read_json, sha256, write_json

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet

BATCH = 20
"""Images at a time: the votes of one take 0.7 MB in the network of full size."""

NARROW = 0.03
"""Capsule lengths that differ by less are all but equal."""


@dataclass(frozen=True)
class Misclassified:
    """A digit that the network reads wrongly.

    Attributes:
        index: its place among the bundled digits.
        read_as: the class of the longest capsule.
    """

    index: int
    read_as: int


@dataclass(frozen=True)
class Findings:
    """What a network makes of the bundled digits.

    Attributes:
        misclassified: the digits that it reads wrongly.
        close_call: the place of a digit that it cannot tell in the first round of routing and
            reads rightly in the last; None if there is none.
        right_at_first: how many digits it reads rightly by the first round's lengths, in which
            all shares are equal; None if nobody has counted.
    """

    misclassified: list[Misclassified]
    close_call: int | None = None
    right_at_first: int | None = None


def find(model: CapsNet, digits: Digits) -> Findings:
    """Ask the network about every digit, and what it would have said after one round."""
    batches = [digits[start : start + BATCH] for start in range(0, len(digits), BATCH)]
    traced = [model.trace(batch.pixels()).lengths[[0, -1]] for batch in batches]
    lengths = np.concatenate(traced, axis=1)  # (2, B, J): of the first and the last round
    at_first, answers = lengths.argmax(-1)
    wrong = np.flatnonzero(answers != digits.labels)
    misclassified = [Misclassified(int(index), int(answers[index])) for index in wrong]
    right_at_first = int((at_first == digits.labels).sum())
    return Findings(misclassified, close_call(lengths, digits.labels), right_at_first)


def close_call(lengths: np.ndarray, labels: np.ndarray) -> int | None:
    """The digit about which routing decides most: not told apart at first, clearly read at last.

    Args:
        lengths: (2, B, J), of the digit capsules in the first and in the last round.
        labels: (B,).

    Returns:
        The digit's place along B: of those whose right class leads the others by less than
        `NARROW` in the first round, or does not lead, the one where it leads most in the last.
        None if it leads in none of them.
    """
    places = np.arange(len(labels))
    others = lengths.copy()
    others[:, places, labels] = 0
    first, last = lengths[:, places, labels] - others.max(-1)
    last[first >= NARROW] = 0
    best = int(last.argmax())
    return best if last[best] > 0 else None


def path_beside(checkpoint: str | Path | None = None) -> Path:
    """Where the list of the checkpoint (None: the shipped one) lies."""
    path = checkpoints.place(checkpoint)
    return path.with_name(f"{path.stem}-misread.json")


def write(found: Findings, checkpoint: str | Path | None, of: str) -> Path:
    """Keep findings beside their checkpoint.

    Args:
        found: the findings.
        checkpoint: the network's; None for the shipped one.
        of: SHA-256 of the checkpoint as it was when the network was loaded: a run at work may
            have replaced it since.

    Returns:
        The file.
    """
    path = path_beside(checkpoint)
    read_as = {str(each.index): each.read_as for each in found.misclassified}
    content = {
        "checkpoint_sha256": of,
        "close_call": found.close_call,
        "right_at_first": found.right_at_first,
        "read_as": read_as,
    }
    write_json(path, content)
    return path


def read(checkpoint: str | Path | None = None) -> Findings | None:
    """The findings beside a checkpoint; None if there are none, or if they are another's."""
    try:
        kept = read_json(path_beside(checkpoint))
        if kept["checkpoint_sha256"] != sha256(checkpoints.place(checkpoint)):
            return None
        read_as = kept["read_as"].items()
        close_call, right = kept["close_call"], kept.get("right_at_first")  # not in older files
        return Findings(
            [Misclassified(int(index), int(answer)) for index, answer in read_as],
            None if close_call is None else int(close_call),
            None if right is None else int(right),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
