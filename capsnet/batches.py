"""The batches of a training run: shuffled and shifted, the same again for the same seed."""

from __future__ import annotations

import math

import keras
import numpy as np

from capsnet.config import TrainingConfig
from capsnet.data import Digits, to_pixels


def steps_per_epoch(training: TrainingConfig, digits: Digits) -> int:
    """Batches in one pass over `digits`; the last one may be smaller."""
    return math.ceil(len(digits) / training.batch_size)


class TrainingBatches(keras.utils.PyDataset):
    """Shuffled, shifted batches, as a function of seed, epoch and index alone.

    Args:
        digits: the training images.
        training: batch size, shift and seed.
    """

    def __init__(self, digits: Digits, training: TrainingConfig) -> None:
        super().__init__()
        self.digits, self.training = digits, training
        self.epoch = 0

    @property
    def epoch(self) -> int:
        """The epoch whose order the batches follow, from 0."""
        return self._epoch

    @epoch.setter
    def epoch(self, epoch: int) -> None:
        self._epoch = epoch
        rng = np.random.default_rng((self.training.seed, epoch))
        self._order = rng.permutation(len(self.digits))

    def __len__(self) -> int:
        return steps_per_epoch(self.training, self.digits)

    def __getitem__(self, index: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        size = self.training.batch_size
        batch = self.digits[self._order[index * size : (index + 1) * size]]
        rng = np.random.default_rng((self.training.seed, self._epoch, index))
        images = to_pixels(shifted(batch.images, self.training.shift, rng))
        labels = batch.labels
        inputs = {"images": images, "labels": labels}
        return inputs, {"lengths": labels, "reconstruction": images}


def shifted(images: np.ndarray, shift: int, rng: np.random.Generator) -> np.ndarray:
    """Move each image by up to `shift` whole pixels along each axis, filling with zeros.

    Args:
        images: (N, H, W).
        shift: largest distance, at least 0.
        rng: draws the distances.
    """
    if not shift:
        return images
    n, height, width = images.shape
    padded = np.pad(images, ((0, 0), (shift, shift), (shift, shift)))
    top, left = rng.integers(0, 2 * shift + 1, (2, n))
    rows = top[:, None, None] + np.arange(height)[None, :, None]
    columns = left[:, None, None] + np.arange(width)[None, None, :]
    return padded[np.arange(n)[:, None, None], rows, columns]
