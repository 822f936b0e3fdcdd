"""A digit that bends: which of its capsule's numbers to turn, and the vectors on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from capsnet.analysis.pose_atlas import PoseAtlas

REACH = 0.35
"""How far a number goes to each side: far enough to be seen, and nearer than where digits break."""

FRAMES = 25
"""Of a swing from one side to the other; odd, so that the one in the middle is unbent."""

WANTED = ("slant", "width", "thickness", "height", "size")
"""What is seen at a glance; a mere shift is not."""


def telling(
    atlas: PoseAtlas | None, capsules: Sequence[int], dimensions: int
) -> list[tuple[int, str]]:
    """A dimension to turn for each capsule, and what it changes: the plainest, new if there is one.

    Args:
        atlas: of the network; without one the first dimensions are taken.
        capsules: the class of each.
        dimensions: how many a capsule has.

    Returns:
        (dimension, what it changes); "" where that is not known.
    """
    chosen: list[tuple[int, str]] = []
    for place, capsule in enumerate(capsules):
        taken = {name for _, name in chosen}
        effects = _effects(atlas, capsule)
        new = [e for e in effects if e[2] not in taken]
        _, dimension, name = max(new or effects, default=(0.0, place % dimensions, ""))
        chosen.append((dimension, name))
    return chosen


def swing(digit_capsules: np.ndarray, dimensions: Sequence[int]) -> np.ndarray:
    """The vectors as one dimension of each image's capsules goes up, slower towards the ends.

    Args:
        digit_capsules: v_j of one round, (B, J, D).
        dimensions: to turn, one for each image.

    Returns:
        (B, FRAMES, J, D).
    """
    shifts = REACH * np.sin(np.linspace(-np.pi / 2, np.pi / 2, FRAMES, dtype=np.float32))
    swung = np.repeat(digit_capsules[:, None], FRAMES, axis=1)  # (B, FRAMES, J, D)
    for image, dimension in enumerate(dimensions):
        swung[image, :, :, dimension] += shifts[:, None]
    return swung


def _effects(atlas: PoseAtlas | None, capsule: int) -> list[tuple[float, int, str]]:
    """How plainly each dimension changes what it changes most."""
    if atlas is None:
        return []
    found = [(d, m) for d in range(atlas.r.shape[1]) for m in atlas.meanings(capsule, d)[:1]]
    return [
        (abs(m.change) / m.measure.visible, d, m.measure.name)
        for d, m in found
        if m.measure.name in WANTED
    ]
