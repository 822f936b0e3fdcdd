"""Some of the pictures that a run is validated on, kept beside its network.

The pages can then show the network pictures of its own kind, wherever its data may be. Digits need
none: MNIST's validation pictures come with this project.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from capsnet.config import CapsNetConfig
from capsnet.data.images import Images, read_npz
from capsnet.errors import DataError
from capsnet.storage.atomic_files import replacing
from capsnet.training_config import OF_DIGITS, TrainingConfig

FILE = "validation.npz"
MOST_PICTURES, MOST_BYTES = 500, 8_000_000


def count(network: CapsNetConfig, training: TrainingConfig) -> int:
    """How many pictures a run keeps at most; 0 for a run of digits."""
    if training.dataset in OF_DIGITS:
        return 0
    return min(MOST_PICTURES, MOST_BYTES // math.prod(network.image_shape))


def keep(folder: Path, pictures: Images, network: CapsNetConfig, training: TrainingConfig) -> None:
    """Write a run's pictures, unless they are there.

    Args:
        folder: the run's.
        pictures: its validation pictures; the first of each class are taken, one class in turn
            after another.
        network: its settings, as `training`.
        training: how it is trained.

    Raises:
        OSError: if they cannot be written.
    """
    most = count(network, training)
    if not most or (folder / FILE).is_file():
        return
    chosen = pictures[in_turn(pictures.labels)[:most]]
    with replacing(folder / FILE) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, images=chosen.images, labels=chosen.labels)


def in_turn(labels: np.ndarray) -> np.ndarray:
    """The places of pictures, (N,): the first of each class, then the second of each, and so on."""
    order = np.argsort(labels, kind="stable")
    sizes = np.unique(labels, return_counts=True)[1]
    rank = np.empty(len(labels), int)
    rank[order] = np.concatenate([np.zeros(0, int), *(np.arange(size) for size in sizes)])
    return np.lexsort((labels, rank))


def read(folder: Path, network: CapsNetConfig) -> Images | None:
    """The pictures beside a network; None if there are none, or none that it takes."""
    try:
        found = read_npz(folder / FILE, ("images", "labels"))[0]
    except DataError:
        return None
    fits = found.shape == network.image_shape and len(found)
    return found if fits and found.labels.max() < network.num_classes else None
