"""What the routing page draws, as plain arrays computed from a trace.

Everything here is a rearrangement or a summary of what the network itself computed; nothing is
routed again. R is the number of rounds, I of primary and J of digit capsules; `image` picks one
image of the trace's batch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from capsnet.analysis.routing_summaries import (
    activity,
    additions,
    coupling_by_map,
    flow,
    vote_cloud,
)
from capsnet.data.display import single_levels
from capsnet.network.trace import CapsNetTrace


class Window(NamedTuple):
    """A square of pixels: rows `top` to `bottom` and columns `left` to `right`, ends excluded."""

    top: int
    left: int
    bottom: int
    right: int


def receptive_field(
    row: int, column: int, kernels: tuple[int, int] = (9, 9), stride: int = 2
) -> Window:
    """The pixels that the primary capsules at one place look at.

    Args:
        row: of the capsule in its grid.
        column: of the capsule in its grid.
        kernels: sides of the first convolution (stride 1) and of the primary one.
        stride: of the primary convolution.

    Returns:
        A square of `sum(kernels) - 1` pixels: 17 in the paper.
    """
    side = sum(kernels) - 1
    top, left = row * stride, column * stride
    return Window(top, left, top + side, left + side)


def player_data(
    trace: CapsNetTrace,
    detail: bool = True,
    image: int = 0,
    kernels: tuple[int, int] = (9, 9),
    stride: int = 2,
) -> dict[str, np.ndarray]:
    """All that the routing player draws of one image.

    Args:
        trace: a trace.
        detail: with the votes, logits and agreements that one capsule's arithmetic needs.
        image: which image of the batch.
        kernels: as in `receptive_field`.
        stride: as in `receptive_field`.

    Returns:
        Arrays by name, float32 but for: uint8 `image`, the picture as it is shown in a square,
        (S, S) or (S, S, 3), and `pixels`, as the network gets it; int32 `grid`, the rows and
        columns of places, and `windows` (places, 4), the receptive fields; int16 `cloud_votes`
        (J, I, 2), in steps of `cloud_step`: fine enough for a picture, and what makes room for
        the logits.
    """
    cloud = vote_cloud(trace, image)
    step = (np.abs(cloud.votes).max() or 1) / np.iinfo(np.int16).max
    arrays = {
        "lengths": trace.lengths[:, image],
        "digit_capsules": trace.digit_capsules[:, image],
        "coupling": trace.coupling[:, image],
        "coupling_max": trace.coupling[:, image].max(axis=(1, 2)),
        "activity": activity(trace, image),
        "map_weighted": coupling_by_map(trace, True, image),
        "map_unweighted": coupling_by_map(trace, False, image),
        "flow": flow(trace, image),
        "additions": additions(trace, image),
        "cloud_step": [step],
        "cloud_sums": cloud.sums,
        "cloud_capsules": cloud.digit_capsules,
        "cloud_shown": cloud.shown,
    }
    if detail:
        arrays |= {
            "primary": trace.primary_capsules[image].reshape(
                -1, trace.primary_capsules.shape[-1]
            ),  # (I, 8)
            "votes": trace.prediction_vectors[image],
            "logits": trace.logits[:, image],
            "agreement": trace.agreement[:, image],
        }
    rows, columns = trace.primary_capsules.shape[1:3]
    windows = [receptive_field(y, x, kernels, stride) for y in range(rows) for x in range(columns)]
    return {name: np.ascontiguousarray(a, np.float32) for name, a in arrays.items()} | {
        "image": _square(trace.images[image]),
        "pixels": np.rint(trace.images[image] * 255).astype(np.uint8),
        "grid": np.array([rows, columns], np.int32),
        "windows": np.array(windows, np.int32),
        "cloud_votes": np.rint(cloud.votes / step).astype(np.int16),
    }


def _square(image: np.ndarray) -> np.ndarray:
    """A picture as it is shown, with grey at its right or below it until it is a square."""
    shown = single_levels(image)
    side = max(shown.shape[:2])
    beyond = [(0, side - n) for n in shown.shape[:2]] + [(0, 0)] * (shown.ndim - 2)
    return np.pad(shown, beyond, constant_values=200)
