"""Every preset learns from made data of its own size."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from capsnet.capabilities import why_not_shown
from capsnet.presets import PRESETS
from capsnet.training.train import compiled_model

OF_OTHER_DATA = ("letters", "smallnorb", "cifar10")


@pytest.mark.parametrize("name", OF_OTHER_DATA)
def test_a_preset_for_other_data_learns(name: str) -> None:
    preset = PRESETS[name]
    assert not why_not_shown(preset.network)
    network = dataclasses.replace(preset.network, conv_filters=16, primary_maps=4)  # in seconds
    assert network.image_shape == preset.network.image_shape
    rng = np.random.default_rng(0)
    labels = np.arange(20) % network.num_classes
    shades = np.linspace(0.1, 0.9, network.num_classes, dtype=np.float32)[labels]
    images = shades[:, None, None, None] * rng.random((20, *network.image_shape), np.float32)
    training = dataclasses.replace(preset.training, schedule="constant", learning_rate=2e-3)
    training = dataclasses.replace(training, conv_dtype="float32")
    model = compiled_model(network, training, steps=4)
    wanted = {"lengths": labels, "reconstruction": images}
    done = model.fit(images, wanted, batch_size=5, epochs=2, verbose=0, shuffle=False)
    first, second = done.history["loss"]
    assert second < first
