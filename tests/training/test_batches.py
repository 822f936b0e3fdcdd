import dataclasses

import numpy as np

from capsnet.training.batches import TrainingBatches
from capsnet.training_config import TrainingConfig


def test_batches_are_a_function_of_seed_and_epoch(digits):
    training = TrainingConfig(batch_size=30, shift=2, seed=3)

    def batch(epoch, seed=3, index=1):
        batches = TrainingBatches(digits, dataclasses.replace(training, seed=seed))
        batches.epoch = epoch
        return batches[index][0]["images"]

    np.testing.assert_array_equal(batch(5), batch(5))
    assert not np.array_equal(batch(5), batch(6))
    assert not np.array_equal(batch(5), batch(5, seed=4))
    assert not np.array_equal(batch(5), batch(5, index=2))


def test_an_image_is_shifted_anew_in_every_epoch(digits):
    batches = TrainingBatches(digits[:1], TrainingConfig(shift=2))
    shown = set()
    for epoch in range(10):
        batches.epoch = epoch
        shown.add(batches[0][0]["images"].tobytes())
    assert len(shown) > 5


def test_an_epoch_shows_each_image_once(digits):
    batches = TrainingBatches(digits, TrainingConfig(batch_size=60, shift=0))
    assert len(batches) == 4  # 60 + 60 + 60 + 20
    seen = np.concatenate([batches[i][0]["images"] for i in range(4)])
    assert sorted(i.tobytes() for i in seen) == sorted(i.tobytes() for i in digits.pixels())


def test_a_batch_holds_images_labels_and_targets(digits):
    inputs, targets = TrainingBatches(digits, TrainingConfig(batch_size=10))[0]
    assert inputs["images"].shape == (10, 28, 28, 1)
    assert inputs["images"].dtype == np.float32
    assert inputs["images"].max() <= 1
    np.testing.assert_array_equal(targets["lengths"], inputs["labels"])
    np.testing.assert_array_equal(targets["reconstruction"], inputs["images"])


def test_inputs_and_targets_share_no_memory(digits):
    """TensorFlow may overwrite the targets, where several workers train, before it has read all."""
    inputs, targets = TrainingBatches(digits, TrainingConfig(batch_size=10))[0]
    assert not np.shares_memory(inputs["images"], targets["reconstruction"])


def test_distortions_and_flourishes_reach_the_batch(digits):
    def batch(**training):
        ones = digits[np.flatnonzero(digits.labels == 1)]
        batches = TrainingBatches(ones, TrainingConfig(batch_size=10, **training))
        return batches[0][0]["images"]

    plain = batch(shift=0)
    for asked in ({"flourishes": 1.0}, {"hands": 1.0}, {"thickness": 1.0}, {"rotation": 20.0}):
        changed = batch(shift=0, **asked)
        assert (changed != plain).any(axis=(1, 2, 3)).mean() >= 0.9, asked
