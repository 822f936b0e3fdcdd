"""Many images, batch by batch, with somebody who watches. NumPy only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

BATCH = 50
"""Images at a time: their votes take 37 MB in the paper's network."""

Forward = Callable[[np.ndarray], Any]
"""Images (B, H, W, C) float32 in [0, 1] -> arrays with an axis B in front."""

Watch = Callable[[int, int], None]
"""Called with how many images of how many are done; what it raises ends the work."""


class Cancelled(Exception):
    """The work was cancelled by its watcher."""


class Pictures(Protocol):
    """What has images and labels and can be cut, as `capsnet.data.images.Digits`."""

    @property
    def labels(self) -> np.ndarray:
        """The classes, (N,) int."""

    def __len__(self) -> int: ...

    def __getitem__(self, chosen: Any, /) -> Pictures: ...

    def pixels(self) -> np.ndarray:
        """The images, (N, H, W, C) float32 in [0, 1]."""


def watch_nobody(done: int, of: int) -> None:
    """Nobody watches."""


def part(watch: Watch, index: int, parts: int) -> Watch:
    """A watcher of one of several equal parts, which reports to that of the whole.

    Args:
        watch: is called with the progress of the whole.
        index: which part, from 0.
        parts: how many there are.
    """
    return lambda done, of: watch(index * of + done, parts * of)


def stream(
    pictures: Pictures,
    function: Forward,
    change: Callable[[np.ndarray], np.ndarray] | None = None,
    watch: Watch = watch_nobody,
) -> Iterator[tuple[slice, Any]]:
    """Run a pass over many images and keep nothing of it.

    Args:
        pictures: the images.
        function: the pass.
        change: what happens to each batch of images before, such as a transformation.
        watch: told after each batch.

    Yields:
        The batch's place among the images, and what the pass gave for it.
    """
    for start in range(0, len(pictures), BATCH):
        place = slice(start, min(start + BATCH, len(pictures)))
        images = pictures[place].pixels()
        yield place, function(images if change is None else change(images))
        watch(place.stop, len(pictures))
