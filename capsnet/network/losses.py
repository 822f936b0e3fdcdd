"""Margin loss and reconstruction loss, as Keras losses: one value an image."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from capsnet.ops import Tensor


@keras.saving.register_keras_serializable(package="capsnet")
class MarginLoss(keras.losses.Loss):
    r"""Equation 4 of the paper, summed over the classes, mean over the batch.

        L_k = T_k max(0, m^+ - ||v_k||)^2 + \lambda (1 - T_k) max(0, ||v_k|| - m^-)^2

    Args:
        positive: m+, the length a present class should reach.
        negative: m-, the length an absent class should stay below.
        down_weight: lambda, the weight of absent classes.
    """

    def __init__(
        self,
        positive: float = 0.9,
        negative: float = 0.1,
        down_weight: float = 0.5,
        name: str = "margin_loss",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.positive, self.negative, self.down_weight = positive, negative, down_weight

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Labels and capsule lengths (B, J) -> losses (B,).

        Labels are (B,) int, one class an image, or (B, J) float, 1 for each class that is there.
        """
        present = present_classes(y_true, y_pred)
        too_short = ops.square(ops.maximum(0.0, self.positive - y_pred))
        too_long = ops.square(ops.maximum(0.0, y_pred - self.negative))
        losses = present * too_short + self.down_weight * (1.0 - present) * too_long
        return ops.sum(losses, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "positive": self.positive,
            "negative": self.negative,
            "down_weight": self.down_weight,
        }


def present_classes(labels: Tensor, lengths: Tensor) -> Tensor:
    """Labels (B,) or (B, 1) int, or sets (B, J) float, as sets: (B, J) of 0 and 1."""
    if len(labels.shape) == 2 and labels.shape[-1] == lengths.shape[-1] > 1:
        return ops.cast(labels, lengths.dtype)
    return ops.one_hot(ops.reshape(labels, (-1,)), lengths.shape[-1], dtype=lengths.dtype)


@keras.saving.register_keras_serializable(package="capsnet")
def sets_found(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Whether the classes that are there are the longest capsules; for none, all below 0.5.

    Args:
        y_true: (B, J) float, 1 for each class that is there.
        y_pred: the capsule lengths, (B, J).

    Returns:
        (B,), 1 where it is so.
    """
    present = present_classes(y_true, y_pred) > 0.5
    shortest = ops.min(ops.where(present, y_pred, 2.0), axis=-1)
    longest = ops.max(ops.where(present, -1.0, y_pred), axis=-1)
    found = ops.where(ops.any(present, axis=-1), shortest > longest, longest < 0.5)
    return ops.cast(found, y_pred.dtype)


@keras.saving.register_keras_serializable(package="capsnet")
class ReconstructionLoss(keras.losses.Loss):
    """Squared error *summed* over an image's pixels (section 4.1), mean over the batch."""

    def __init__(self, name: str = "reconstruction_loss", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Images and reconstructions (B, 28, 28, 1) -> losses (B,)."""
        return ops.sum(ops.square(y_true - y_pred), axis=(1, 2, 3))
