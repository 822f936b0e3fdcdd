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
        """Labels (B,) int and capsule lengths (B, J) -> losses (B,)."""
        labels = ops.reshape(y_true, (-1,))  # (B,)
        present = ops.one_hot(labels, y_pred.shape[-1], dtype=y_pred.dtype)  # (B, J)
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


@keras.saving.register_keras_serializable(package="capsnet")
class ReconstructionLoss(keras.losses.Loss):
    """Squared error *summed* over an image's pixels (section 4.1), mean over the batch."""

    def __init__(self, name: str = "reconstruction_loss", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Images and reconstructions (B, 28, 28, 1) -> losses (B,)."""
        return ops.sum(ops.square(y_true - y_pred), axis=(1, 2, 3))
