"""The batches of a training run: shuffled and distorted, the same again for the same seed."""

from __future__ import annotations

import math

import keras
import numpy as np

from capsnet.config import TrainingConfig
from capsnet.data.augmentation import augmented
from capsnet.data.images import Digits
from capsnet.data.stroke_variants import flourished


def steps_per_epoch(training: TrainingConfig, digits: Digits) -> int:
    """Batches in one pass over `digits`; the last one may be smaller."""
    return math.ceil(len(digits) / training.batch_size)


class TrainingBatches(keras.utils.PyDataset):
    """Shuffled, distorted batches, as a function of seed, epoch and index alone.

    Args:
        digits: the training images.
        training: batch size, distortions and seed.
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
        # NumPy pads with zeros: batch 0 has the stream of the order. Else all runs would change.
        rng = np.random.default_rng((self.training.seed, self._epoch, index))
        training = self.training
        images = flourished(batch.images, batch.labels, training.flourishes, rng)
        images = augmented(images, training, rng)
        labels = batch.labels
        inputs = {"images": images, "labels": labels}
        # A copy: TensorFlow takes an array's memory over, and may write the loss's differences
        # into the memory of the targets while a gradient still reads the images.
        return inputs, {"lengths": labels, "reconstruction": images.copy()}
