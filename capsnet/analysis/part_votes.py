"""Why votes agree: what single parts of a digit make of it, each for itself.

A primary capsule sees a few pixels. Its votes, one for each digit capsule, say how the whole lies
if that digit is there; the decoder can draw a vote as it draws a digit capsule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

FAR = 2
"""Rows or columns that two parts lie apart, at least, so that they see different pixels."""


def telling_parts(trace: CapsNetTrace, count: int = 2, image: int = 0) -> list[int]:
    """The primary capsules that add most to the answer, of different maps and different places.

    What a capsule adds is its share times its vote's component along the longest digit capsule.

    Args:
        trace: of the image.
        count: how many.
        image: its place in the trace.

    Returns:
        Places along I, the most telling first; fewer where the network has not so many.
    """
    _, rows, columns, maps, _ = trace.primary_capsules.shape
    winner = int(trace.predictions[image])
    v = trace.digit_capsules[-1, image, winner]
    added = trace.coupling[-1, image, :, winner] * (trace.prediction_vectors[image, :, winner] @ v)
    apart = min(FAR, max(rows, columns) - 1)
    found: list[int] = []
    for i in np.argsort(-added):
        place, m = divmod(int(i), maps)
        row, column = divmod(place, columns)
        far = all(
            max(abs(row - o // maps // columns), abs(column - o // maps % columns)) >= apart
            and (m != o % maps or maps == 1)
            for o in found
        )
        if far:
            found.append(int(i))
        if len(found) == count:
            break
    return found


def as_capsules(
    trace: CapsNetTrace, parts: Sequence[int], classes: Sequence[int], image: int = 0
) -> np.ndarray:
    """Votes of parts in the place of digit capsules, for the decoder to draw.

    Each is made as long as the longest digit capsule: a vote's length says how much it counts, and
    the decoder knows capsules of real digits only.

    Args:
        trace: of the image.
        parts: places along I, P of them.
        classes: whose votes, C of them.
        image: its place in the trace.

    Returns:
        (P * C, J, D), a part's classes one after the other, all but one capsule zero.
    """
    length = trace.lengths[-1, image].max()
    made = np.zeros((len(parts) * len(classes), *trace.digit_capsules.shape[2:]), np.float32)
    for p, part in enumerate(parts):
        for c, one in enumerate(classes):
            vote = trace.prediction_vectors[image, part, one]
            made[p * len(classes) + c, one] = vote * (length / max(np.linalg.norm(vote), 1e-9))
    return made


def same_direction(trace: CapsNetTrace, first: int, second: int, one: int, image: int = 0) -> float:
    """How far two parts' votes for a class point the same way: the cosine, -1 to 1."""
    a, b = trace.prediction_vectors[image, [first, second], one].astype(float)
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9))
