"""A convolution's gradients, against Keras's own layer."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from capsnet.network import convolution
from capsnet.network.convolution import Convolution


def outputs_and_gradients(layer: keras.Layer, images: tf.Tensor) -> list[np.ndarray]:
    """Outputs, and the gradients of a function of them by images, kernel and bias."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        outputs = layer(images)
        total = tf.reduce_sum(tf.sin(tf.cast(outputs, "float32")))
    weights = [weight.value for weight in layer.trainable_variables]
    return [outputs.numpy(), *(g.numpy() for g in tape.gradient(total, [images, *weights]))]


@pytest.mark.parametrize("strides", [(1, 1), (2, 2), (2, 3)])
@pytest.mark.parametrize("activation", [None, "relu"])
def test_the_same_as_keras_with_any_stride(strides: tuple[int, int], activation: str) -> None:
    keras.utils.set_random_seed(0)
    images = tf.random.stateless_normal((3, 20, 19, 5), (1, 2))
    ours = Convolution(7, (9, 8), strides, activation=activation)
    keras_own = keras.layers.Conv2D(7, (9, 8), strides, activation=activation)
    for layer in (ours, keras_own):
        layer.build(images.shape)
    keras_own.set_weights(ours.get_weights())
    for one, other in zip(
        outputs_and_gradients(ours, images), outputs_and_gradients(keras_own, images), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("compiled", [False, True])
def test_mixed_precision_computes_in_bfloat16_and_learns_in_float32(compiled: bool) -> None:
    images = tf.random.stateless_normal((2, 11, 11, 3), (1, 2))
    layer = Convolution(4, 5, 2, dtype="mixed_bfloat16")
    layer.build(images.shape)

    def kernel_gradient() -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            outputs = layer(images)
            total = tf.reduce_sum(tf.cast(outputs, "float32"))
        return outputs, tape.gradient(total, layer.kernel.value)

    outputs, gradient = (tf.function(kernel_gradient) if compiled else kernel_gradient)()
    assert outputs.dtype == tf.bfloat16
    assert gradient.dtype == tf.float32
    windows = np.stack(
        [images[:, y : y + 7 : 2, x : x + 7 : 2] for y in range(5) for x in range(5)]
    )
    expected = windows.sum(axis=(1, 2, 3)).reshape(5, 5, 3, 1)  # the same for each filter
    np.testing.assert_allclose(gradient, np.broadcast_to(expected, gradient.shape), atol=0.3)


@pytest.mark.parametrize(
    ("seconds", "fastest"),
    [
        ({"float32": 0.010, "bfloat16": 0.006}, "bfloat16"),
        ({"float32": 0.010, "bfloat16": 0.200}, "float32"),
    ],
)
def test_the_type_that_took_less_time_is_the_fastest(monkeypatch, seconds, fastest) -> None:
    monkeypatch.setattr(convolution, "_seconds", seconds.__getitem__)
    assert convolution.fastest_dtype() == fastest


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_both_types_are_tried_out(dtype: str) -> None:
    assert 0 < convolution._seconds(dtype) < 60
