"""What a run has learned so far, as pictures for `components.picture_strip`."""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Sequence

import numpy as np

from capsnet.analysis.routing_summaries import entropy, mean_by_map
from capsnet.data.display import levels
from capsnet.training.snapshots import Snapshot
from dashboard.components.colour_maps import VIRIDIS, rgb_table, standing_out

GAP = 2
"""White pixels between two pictures of a column."""

LEAST_RANGE = 0.02
"""Of entropy: less than this is not to look like much."""

COLOURS = 12
"""Of lines that are compared: six, each whole or dashed."""

SCALES = (0.15, 0.2, 0.3, 0.5, 1.0)
"""Where a colour scale of coupling may end.

Few, so that it hardly ever changes: the means of a map stayed below 0.16 in every run looked at, of
2, 8 and 32 maps, over up to 37 epochs.
"""


def steady_colours(every: Sequence[str], compared: Collection[str]) -> dict[str, int]:
    """A colour for each run that is compared, which it keeps while others come and go.

    Only where two have the same, as one of each dozen does, the later one gives way.

    Args:
        every: names of all runs, in an order that new ones do not change.
        compared: some of them, at most COLOURS.
    """
    given: dict[str, int] = {}
    for place, name in enumerate(every):
        if name in compared:
            given[name] = next(
                colour % COLOURS
                for colour in range(place, place + COLOURS)
                if colour % COLOURS not in given.values()
            )
    return given


def mean_entropy(page: Snapshot) -> float:
    """Of the primary capsules' coupling coefficients, each capsule counted alike, 0 to ln J."""
    return float(entropy(page.coupling).mean())


def shares_are_equal(page: Snapshot) -> bool:
    """Whether the primary capsules divide their output all but equally, as before any training."""
    return math.log(page.coupling.shape[1]) - mean_entropy(page) < LEAST_RANGE / 2


def coupling_by_map(page: Snapshot) -> np.ndarray:
    """Mean coupling of each map's capsules to each digit, (maps, J)."""
    return mean_by_map(page.coupling, page.maps)


def scale_end(snapshots: Sequence[Snapshot], least: float = 0.0) -> float:
    """Where the colour scale of coupling ends for these snapshots.

    Args:
        snapshots: all that are shown.
        least: where it ended before; pictures once shown do not change their colours for less.
    """
    largest = max((float(coupling_by_map(page).max()) for page in snapshots), default=0.0)
    return next((end for end in SCALES if max(largest, least) <= end), 1.0)


def coupling_picture(page: Snapshot, end: float, is_dark: bool) -> np.ndarray:
    """`coupling_by_map` in colours, a row a class and a column a map: (J, maps, 3) uint8.

    Nearest to the page's colour is an equal share or less, so that a network that does not route
    shows nothing and what stands out was gained; furthest from it is `end`.

    Args:
        page: the moment.
        end: where the scale ends.
        is_dark: whether the page is; the same share is light on a dark one, dark on a light one.
    """
    table = _table(is_dark)
    equal = 1 / page.coupling.shape[1]
    level = np.clip((coupling_by_map(page).T - equal) / (end - equal), 0, 1)
    return table[np.rint(level * (len(table) - 1)).astype(int)]


def column(pictures: np.ndarray) -> np.ndarray:
    """Pictures (N, H, W, C) uint8 as they are shown, one below the other with a gap of white."""
    shown = np.stack([levels(one) for one in pictures])  # (N, H, W) or (N, H, W, 3)
    gaps = [(0, 0), (0, GAP), *[(0, 0)] * (shown.ndim - 2)]
    padded = np.pad(shown, gaps, constant_values=255)
    return padded.reshape(-1, *shown.shape[2:])[:-GAP]


def moment(page: Snapshot) -> str:
    """When a snapshot was taken, in few words."""
    if page.step:
        return f"step {page.step}"
    return f"epoch {page.epoch}" if page.epoch else "before"


@functools.cache
def _table(is_dark: bool) -> np.ndarray:
    return np.array(standing_out(rgb_table(VIRIDIS), is_dark), np.uint8)
