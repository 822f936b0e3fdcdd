"""The batches of a training run: shuffled and distorted, the same again for the same seed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from capsnet.config import CapsNetConfig
from capsnet.data.augmentation import augmented
from capsnet.data.images import Digits
from capsnet.data.mixture import Mixed, mixed, written
from capsnet.training_config import TrainingConfig

VALIDATION_SEED = 24
"""Of the mixture on which a run is validated."""


def steps_per_epoch(training: TrainingConfig, digits: Digits) -> int:
    """Batches in one pass over `digits`; the last one may be smaller."""
    return math.ceil(len(digits) / training.batch_size)


class TrainingBatches(keras.utils.PyDataset):
    """Shuffled, distorted batches, as a function of seed, epoch and index alone.

    Args:
        digits: the training images.
        training: batch size, distortions, mixture and seed.
        classes: J, how many classes the network knows.
    """

    def __init__(self, digits: Digits, training: TrainingConfig, classes: int = 10) -> None:
        super().__init__()
        self.digits, self.training, self.classes = digits, training, classes
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
        if training.is_mixture:
            return inputs_and_targets(mixed(batch, self.digits, training, self.classes, rng))
        images = augmented(written(batch, training, rng), training, rng)
        labels = batch.labels
        inputs = {"images": images, "labels": labels}
        # A copy: TensorFlow takes an array's memory over, and may write the loss's differences
        # into the memory of the targets while a gradient still reads the images.
        return inputs, {"lengths": labels, "reconstruction": images.copy()}


def inputs_and_targets(mixture: Mixed) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What the network is given of a mixture, and what is asked of it."""
    return (
        {"images": mixture.images, "labels": mixture.drawn},
        {"lengths": mixture.present, "reconstruction": mixture.target},
    )


def validation_mixture(digits: Digits, training: TrainingConfig, classes: int = 10) -> Mixed:
    """What a run with a mixture is validated on: all digits as they are, and a share of the rest.

    Two digits and none have the shares of training, but at most half as many pictures as there
    are digits. They are of the kinds that are learned from: what is held back for measuring
    chooses nothing. The same for every seed.

    Args:
        digits: the validation digits.
        training: the shares.
        classes: J.
    """
    rng = np.random.default_rng(VALIDATION_SEED)
    single = max(1 - training.two - training.none, 0.1)
    most = len(digits) // 2
    parts = [
        (len(digits), TrainingConfig(shift=0)),
        (min(most, round(len(digits) * training.two / single)), TrainingConfig(shift=0, two=1.0)),
        (min(most, round(len(digits) * training.none / single)), TrainingConfig(shift=0, none=1.0)),
    ]
    made = [
        mixed(digits[rng.permutation(len(digits))[:count]], digits, plain, classes, rng)
        for count, plain in parts
        if count
    ]
    return Mixed(
        *(
            np.concatenate([getattr(part, field.name) for part in made])
            for field in dataclasses.fields(Mixed)
        )
    )


def validation_data(
    network: CapsNetConfig, training: TrainingConfig, digits: Digits
) -> tuple[Any, dict[str, Any]]:
    """What validates an epoch: digits, drawn from the longest capsule; or a mixture of sets."""
    if training.is_mixture:
        return inputs_and_targets(validation_mixture(digits, training, network.num_classes))
    pixels = digits.pixels()
    return pixels, {"lengths": digits.labels, "reconstruction": pixels}


def validation_batch_size(count: int, largest: int, devices: int) -> int:
    """The batch size, of at least half of `largest`, that leaves the fullest last batch.

    Keras averages the margin loss and the reconstruction error over batches, not images: the
    images of a smaller last batch count too much. Several devices take batches that are all
    alike if there are such, and divisible among them if possible.
    """
    largest = min(largest, count)
    sizes: Sequence[int] = range(max(1, largest // 2), largest + 1)
    if devices > 1:
        sizes = [size for size in sizes if count % size == 0] or sizes
        sizes = [size for size in sizes if size % devices == 0] or sizes
    return max(sizes, key=lambda size: (((count - 1) % size + 1) / size, size))
