"""A network as it is before any training: the same layers, their weights drawn at random."""

from __future__ import annotations

from pathlib import Path

import keras

from capsnet.config import CapsNetConfig
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints


def save_untrained(config: CapsNetConfig, path: Path, seed: int = 0) -> None:
    """Write an untrained network to a `.keras` file.

    Args:
        config: what it is.
        path: the file, ending in `.keras`.
        seed: what its weights are drawn from.
    """
    keras.utils.set_random_seed(seed)
    checkpoints.save(CapsNet(config), path)
