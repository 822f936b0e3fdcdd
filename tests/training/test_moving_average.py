"""A run that keeps a moving average and is stopped in its second epoch."""

import keras
import numpy as np
import pytest

from capsnet.errors import TrainingInterrupted
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints
from capsnet.training import run_folder, snapshots
from capsnet.training.callbacks.snapshots import ten_digits
from capsnet.training.train import train
from capsnet.training_config import TrainingConfig


class Stopped(keras.callbacks.Callback):
    """Keeps the weights after each step; Ctrl-C in the second epoch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(self.model.get_weights())
        if len(self.seen) == 3:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def stopped(small_config, digits, tmp_path_factory):
    """The run's folder, its weights after each step, and what it reported."""
    settings = TrainingConfig(
        epochs=2, batch_size=50, learning_rate=2e-2, ema=0.9, seed=1, keep_by="margin_loss"
    )
    folder, steps, lines = tmp_path_factory.mktemp("stopped"), Stopped(), []
    with pytest.raises(TrainingInterrupted):
        train(
            small_config,
            settings,
            digits[:100],
            digits[100:],
            folder,
            report=lines.append,
            callbacks=(steps,),
        )
    return folder, steps.seen, lines


def averaged(steps):
    """The moving average of the weights after each step."""
    average, *later = steps
    for weights in later:
        average = [0.9 * a + 0.1 * w for a, w in zip(average, weights, strict=True)]
    return average


def test_a_run_that_is_stopped_leaves_its_moving_average(stopped):
    folder, steps, _ = stopped
    left = checkpoints.load(folder / run_folder.INTERRUPTED).get_weights()
    for actual, expected in zip(left, averaged(steps), strict=True):
        np.testing.assert_allclose(actual, expected, atol=1e-5)


def test_snapshots_look_at_the_moving_average_after_an_epoch(stopped, small_config, digits):
    folder, steps, _ = stopped
    page = snapshots.read(snapshots.pages(folder)[-1])
    assert (page.epoch, page.step) == (1, 0)
    model = CapsNet(small_config)

    def lengths(weights):
        model.set_weights(weights)
        return model.trace(ten_digits(digits[100:]).pixels()).lengths[-1]

    np.testing.assert_allclose(page.lengths, lengths(averaged(steps[:2])), atol=1e-3)
    assert np.abs(page.lengths - lengths(steps[1])).max() > 0.02  # not those of the last step


def test_the_best_network_is_chosen_by_what_was_asked_for(stopped):
    _, _, lines = stopped
    assert lines[0].startswith("Epoch 1: validation margin loss ")
