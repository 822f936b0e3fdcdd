"""Masking, and the network that draws a digit from one capsule's pose."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from capsnet.ops import Tensor, safe_norm


def longest(digit_capsules: Tensor, lengths: Callable[[Tensor], Tensor] = safe_norm) -> Tensor:
    """The class of the longest capsule: (B, J, D) -> (B,) int32, the network's prediction.

    Args:
        digit_capsules: v_j, (B, J, D).
        lengths: what a length is: the `lengths` of the network's routing.
    """
    _, places = ops.top_k(lengths(digit_capsules), 1)  # argmax exports to what runs nowhere
    return places[:, 0]


def mask(digit_capsules: Tensor, classes: Tensor) -> Tensor:
    """Zero all capsules but one an image (section 4.1 of the paper).

    Args:
        digit_capsules: (B, J, D).
        classes: which capsule to keep, (B,) int, 0 to J - 1; or (B, J) float, 1 for each of those
            to keep, of which there may be none.

    Returns:
        (B, J, D).
    """
    if len(classes.shape) == 2:
        keep = ops.cast(classes, digit_capsules.dtype)
    else:
        keep = ops.one_hot(classes, digit_capsules.shape[1], dtype=digit_capsules.dtype)
    return digit_capsules * keep[..., None]  # of (B, J)


@keras.saving.register_keras_serializable(package="capsnet")
class Decoder(keras.layers.Layer):
    """Three dense layers from the masked digit capsules to an image (figure 2 of the paper).

    Args:
        image_shape: height, width and channels of the image to draw.
        units: units of the hidden layers, ReLU.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int] = (28, 28, 1),
        units: tuple[int, ...] = (512, 1024),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.image_shape, self.units = tuple(image_shape), tuple(units)
        self.hidden = [keras.layers.Dense(n, activation="relu") for n in self.units]
        self.pixels = keras.layers.Dense(math.prod(self.image_shape), activation="sigmoid")

    def dense_layers(self) -> tuple[keras.layers.Dense, ...]:
        """All layers, in the order of a call, and of the weights that a browser is sent.

        No property: Keras would save the layers by its name, and earlier versions not find them.
        """
        return (*self.hidden, self.pixels)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Create the weights for masked capsules of (B, J, D)."""
        size = input_shape[1] * input_shape[2]
        for layer in self.dense_layers():
            layer.build((None, size))
            size = layer.units

    def call(self, masked_capsules: Tensor) -> Tensor:
        """Masked capsules (B, J, D) -> images (B, 28, 28, 1), float in [0, 1]."""
        features = ops.reshape(masked_capsules, (-1, math.prod(masked_capsules.shape[1:])))
        for layer in self.dense_layers():
            features = layer(features)
        return ops.reshape(features, (-1, *self.image_shape))  # (B, 28, 28, 1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "image_shape": self.image_shape, "units": self.units}
