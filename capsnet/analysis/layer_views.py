"""What the layers below the digit capsules see: kernels, receptive fields, favourite pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from capsnet.analysis.streaming import Pictures, Watch, stream, watch_nobody

if TYPE_CHECKING:
    from capsnet.config import CapsNetConfig
    from capsnet.network.model import CapsNet


class Field(NamedTuple):
    """The pixels that a capsule or a feature sees: rows top to bottom, columns left to right.

    Attributes:
        top: the first row.
        bottom: the row after the last.
        left: the first column.
        right: the column after the last.
    """

    top: int
    bottom: int
    left: int
    right: int


class Favourites(NamedTuple):
    """What each map of primary capsules answers to most.

    Attributes:
        images: places of images, (M, K), the greatest answer first; -1 where there are fewer.
        rows: the capsule's row, (M, K).
        columns: its column, (M, K).
        lengths: how long it was, (M, K), below 1.
    """

    images: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    lengths: np.ndarray


def first_kernels(model: CapsNet) -> np.ndarray:
    """The kernels of the first convolution, (F, K, K, C): (256, 9, 9, 1) in the paper."""
    return np.moveaxis(np.asarray(model.conv1.get_weights()[0]), -1, 0)


def feature_field(config: CapsNetConfig, row: int, column: int) -> Field:
    """The pixels that a feature of the first convolution sees; 9 x 9 in the paper."""
    return Field(row, row + config.conv_kernel, column, column + config.conv_kernel)


def capsule_field(config: CapsNetConfig, row: int, column: int) -> Field:
    """The pixels that a primary capsule sees; 17 x 17 in the paper.

    Args:
        config: the network's.
        row: of the capsule, 0 to 5 in the paper.
        column: likewise.

    Raises:
        ValueError: for a place outside of the grid.
    """
    rows, columns = config.primary_grid
    if not (0 <= row < rows and 0 <= column < columns):
        raise ValueError(
            f"Expected a place in a grid of {rows} x {columns}. Received: {row}, {column}"
        )
    side = config.conv_kernel + config.primary_kernel - 1
    top, left = row * config.primary_stride, column * config.primary_stride
    return Field(top, top + side, left, left + side)


def favourites(
    model: CapsNet, pictures: Pictures, kept: int = 9, watch: Watch = watch_nobody
) -> Favourites:
    """The images to which the capsules of each map are longest, one place of an image each.

    Args:
        model: the network.
        pictures: the images.
        kept: how many of each map, at least 1.
        watch: told after each batch.
    """
    from capsnet.analysis.forward import routed  # the other views of a trace need no Keras

    c = model.config
    rows, columns = c.primary_grid
    best = Best(c.primary_maps, kept)
    for place, found in stream(pictures, routed(model, 1), watch=watch):
        lengths = found.primary_lengths.reshape(-1, rows * columns, c.primary_maps)
        best.add(lengths, place.start)
    return Favourites(best.images, best.places // columns, best.places % columns, best.lengths)


class Best:
    """The longest capsules of each map so far, at most one an image.

    Args:
        maps: M.
        kept: K, of each map.
    """

    def __init__(self, maps: int, kept: int) -> None:
        self.lengths = np.full((maps, kept), -1.0, np.float32)
        self.images = np.full((maps, kept), -1)
        self.places = np.full((maps, kept), -1)

    def add(self, lengths: np.ndarray, start: int) -> None:
        """Take a batch: lengths (B, places, M); its first image is number `start`."""
        place = lengths.argmax(1).T  # (M, B)
        longest = lengths.max(1).T
        images = np.broadcast_to(start + np.arange(len(lengths)), longest.shape)
        together = [
            np.concatenate(pair, axis=1)
            for pair in (
                (self.lengths, longest),
                (self.images, images),
                (self.places, place),
            )
        ]
        order = np.argsort(-together[0], axis=1, kind="stable")[:, : self.lengths.shape[1]]
        self.lengths, self.images, self.places = (
            np.take_along_axis(each, order, axis=1) for each in together
        )


def to_json(found: Favourites) -> dict[str, Any]:
    """The favourites as JSON-ready values, by map."""
    rounded = np.round(found.lengths.astype(float), 4)
    return {
        "images": found.images.tolist(),
        "rows": found.rows.tolist(),
        "columns": found.columns.tolist(),
        "lengths": rounded.tolist(),
    }
