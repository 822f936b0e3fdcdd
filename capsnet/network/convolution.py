"""A convolution whose kernel's gradient is computed as fast as the convolution itself."""

from __future__ import annotations

import time
from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from capsnet.devices import accelerators
from capsnet.ops import Tensor

TRIED_FOR = 2.0
"""Seconds for which a type is tried out, and at least twice."""


@keras.saving.register_keras_serializable(package="capsnet")
class Convolution(keras.layers.Conv2D):
    """Keras's `Conv2D` without padding, trained faster on a processor.

    The gradient of a kernel is a convolution too, of the inputs with the gradient of the outputs:
    batch and channels change places, and what was the stride becomes the dilation. TensorFlow's
    own operation for it is slow where the stride is not 1; through its forward convolution the
    same sums take about half the time on a processor. On other backends nothing is changed.
    """

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """Inputs (B, H, W, C) and kernel (K, L, C, F) -> outputs (B, Y, X, F)."""
        if keras.backend.backend() != "tensorflow":
            return super().convolution_op(inputs, kernel)
        # Cast even to its own type: a custom gradient takes values and refuses variables.
        return convolve(inputs, ops.cast(kernel, inputs.dtype), self.strides)


def convolve(inputs: Tensor, kernel: Tensor, strides: tuple[int, int]) -> Tensor:
    """Convolve without padding; the kernel's gradient is computed as another convolution.

    Args:
        inputs: (B, H, W, C).
        kernel: (K, L, C, F).
        strides: steps along H and W.

    Returns:
        Outputs (B, Y, X, F), of the gradients that Keras's own convolution has.
    """

    @ops.custom_gradient
    def convolved(inputs: Tensor, kernel: Tensor) -> tuple[Tensor, Any]:
        def gradients(upstream: Tensor) -> tuple[Tensor, Tensor]:
            return (
                _inputs_gradient(upstream, kernel, strides, inputs.shape[1:3]),
                _kernel_gradient(upstream, inputs, strides, kernel.shape[:2]),
            )

        return ops.conv(inputs, kernel, strides, padding="valid"), gradients

    return convolved(inputs, kernel)


def _inputs_gradient(
    upstream: Tensor, kernel: Tensor, strides: tuple[int, int], size: tuple[int, int]
) -> Tensor:
    """What the outputs' gradient (B, Y, X, F) is to the inputs, (B, H, W, C)."""
    reached = _reached(upstream.shape[1:3], kernel.shape[:2], strides)
    beyond = tuple(whole - part for whole, part in zip(size, reached, strict=True))
    return ops.conv_transpose(upstream, kernel, strides, padding="valid", output_padding=beyond)


def _kernel_gradient(
    upstream: Tensor, inputs: Tensor, strides: tuple[int, int], size: tuple[int, int]
) -> Tensor:
    """What the outputs' gradient (B, Y, X, F) is to the kernel, (K, L, C, F)."""
    height, width = _reached(upstream.shape[1:3], size, strides)
    images = ops.transpose(inputs[:, :height, :width], (3, 1, 2, 0))  # (C, H, W, B)
    kernels = ops.transpose(upstream, (1, 2, 0, 3))  # (Y, X, B, F)
    sums = ops.conv(images, kernels, 1, padding="valid", dilation_rate=strides)  # (C, K, L, F)
    return ops.transpose(sums, (1, 2, 0, 3))


def _reached(
    outputs: tuple[int, int], kernel: tuple[int, int], strides: tuple[int, int]
) -> tuple[int, int]:
    """How many rows and columns of the inputs the outputs depend on."""
    rows, columns = (
        (count - 1) * stride + side
        for count, side, stride in zip(outputs, kernel, strides, strict=True)
    )
    return rows, columns


def fastest_dtype() -> Literal["float32", "bfloat16"]:
    """The type in which this machine learns convolutions faster, tried out in a few seconds."""
    return "bfloat16" if _seconds("bfloat16") < _seconds("float32") else "float32"


def _seconds(dtype: str) -> float:
    """The time of a step of training two convolutions; the best of a few.

    A processor without bfloat16 may be quick on the way there and ten times slower back.
    """
    policy = "float32" if dtype == "float32" else f"mixed_{dtype}"
    model = keras.Sequential(
        [
            keras.layers.Conv2D(128, 9, activation="relu", dtype=policy),
            Convolution(128, 9, 2, dtype=policy),
            keras.layers.Flatten(),
        ]
    )
    model.compile(
        loss="mse", jit_compile=False if keras.backend.backend() == "tensorflow" else "auto"
    )
    images, wanted = np.ones((32, 28, 28, 1), "float32"), np.zeros((32, 6 * 6 * 128), "float32")
    # Processor time, so that the same machine decides alike however busy it is: equal seeds are to
    # give equal runs. An accelerator's work is not counted by it.
    clock = time.perf_counter if accelerators() else time.process_time
    model.train_on_batch(images, wanted)  # prepares what the others find
    seconds: list[float] = []
    end = time.perf_counter() + TRIED_FOR
    while len(seconds) < 2 or (len(seconds) < 8 and time.perf_counter() < end):
        start = clock()
        model.train_on_batch(images, wanted)
        seconds.append(clock() - start)
    return min(seconds)
