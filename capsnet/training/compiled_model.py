"""A network with its losses, optimizer and learning-rate schedule, ready for `fit`."""

from __future__ import annotations

from typing import Any

import keras

from capsnet.config import CapsNetConfig
from capsnet.network.losses import MarginLoss, ReconstructionLoss, sets_found
from capsnet.network.model import CapsNet
from capsnet.training_config import TrainingConfig

MOST_WARMUP = 0.25
"""Share of a run's steps that the warm-up may take: in a short run, too, the rate has to fall."""


def compiled_model(network: CapsNetConfig, training: TrainingConfig, steps: int) -> CapsNet:
    """A new network with its losses, optimizer and learning-rate schedule.

    Args:
        network: the network.
        training: batch size, learning rate and schedule.
        steps: steps an epoch, which stretch the schedule.
    """
    model = CapsNet(network, conv_dtype=training.conv_dtype)
    model.conv1.trainable = training.learns == "all"
    optimizer = keras.optimizers.Adam(
        learning_rate(training, steps), use_ema=bool(training.ema), ema_momentum=training.ema
    )
    optimizer.build(model.trainable_variables)
    tensorflow = keras.backend.backend() == "tensorflow"
    model.compile(
        optimizer=optimizer,
        loss={
            "lengths": MarginLoss(
                network.margin_positive, network.margin_negative, network.margin_down_weight
            ),
            "reconstruction": ReconstructionLoss(),
        },
        loss_weights={"lengths": 1.0, "reconstruction": network.reconstruction_weight},
        metrics={"lengths": _accuracy(training)},
        # The routing is compiled by itself; XLA's gradients of convolutions crawl on a CPU.
        jit_compile=False if tensorflow else "auto",
    )
    return model


def _accuracy(training: TrainingConfig) -> keras.metrics.Metric:
    if training.is_mixture:
        return keras.metrics.MeanMetricWrapper(sets_found, name="accuracy")
    return keras.metrics.SparseCategoricalAccuracy(name="accuracy")


def learning_rate(training: TrainingConfig, steps: int) -> Any:
    """A number, or Keras's schedule of one; arguments as `compiled_model`."""
    if training.schedule == "constant":
        return training.learning_rate
    total = training.epochs * steps
    warmup = min(training.warmup_steps, int(MOST_WARMUP * total))
    if not warmup:
        return keras.optimizers.schedules.CosineDecay(training.learning_rate, total)
    return keras.optimizers.schedules.CosineDecay(
        0.0, total - warmup, warmup_target=training.learning_rate, warmup_steps=warmup
    )
