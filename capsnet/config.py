"""Every decision in which capsule networks differ, as a documented field."""

from __future__ import annotations

import dataclasses
import itertools
import math
import numbers
from dataclasses import dataclass
from typing import Any, Literal

from capsnet.config_checks import JsonFields

LONGEST_NAME = 60
"""Characters of a class's name, or of any other name in a config, at most."""

MAX_ROUNDS = 10

SIZES = (
    "image_shape",
    "conv_filters",
    "conv_kernel",
    "primary_maps",
    "primary_dim",
    "primary_kernel",
    "primary_stride",
    "num_classes",
    "digit_dim",
    "decoder_units",
)
"""The settings of a network on which the shapes of its weights depend."""

Activation = Literal["relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "linear"]
"""Keras's names for what may stand between the primary convolution and the squash."""

MOST_CAPSULES = 4 * 1152
"""Primary capsules of a network that the pages show: traces, which are kept, grow with them."""

SMALLEST_SIDE, LARGEST_SIDE = 16, 96
"""Rows and columns of the pictures that datasets may have."""

SMALLEST_FOR_PAPER = 20
"""Side of the smallest pictures that the paper's two kernels of 9 leave anything of."""

SMALL_KERNEL = 5
"""Side of both kernels for smaller ones."""


@dataclass(frozen=True)
class CapsNetConfig(JsonFields):
    """The network, its routing and its loss; the defaults are the paper's.

    Attributes:
        image_shape: height, width and channels of the input. What the pages can show of a network
            of these sizes, `capsnet.capabilities` says.
        conv_filters: filters of the first convolution (paper: 256).
        conv_kernel: side of its square kernel, stride 1, ReLU (paper: 9).
        primary_maps: capsule maps of the primary layer (paper: 32).
        primary_dim: dimensions of a primary capsule (paper: 8).
        primary_kernel: side of the primary convolution's kernel (paper: 9).
        primary_stride: its stride (paper: 2).
        primary_activation: activation between that convolution and the squash. The paper
            does not state one and the authors' code has none; the notebook uses `"relu"`.
        num_classes: digit capsules, one a class (paper: 10).
        class_names: what the classes are called; None for the digits 0 to 9.
        digit_dim: dimensions of a digit capsule, the pose (paper: 16).
        routing: a name in `capsnet.routing.registry` (paper: `"agreement"`).
        rounds: routing rounds, 1 to 10 (paper: 3). Can be changed at inference.
        loop: `"static"` unrolls the rounds, `"dynamic"` runs them in a loop of the backend
            (`while_loop` on TensorFlow); the results are equal.
        gradient: `"all"` sends the gradient through every round, as the paper does; `"last"`
            treats the coupling coefficients as constants, which halves the cost of routing.
        W_stddev: standard deviation of the normal initialisation of W. The paper states none;
            the notebook's 0.01 makes the first votes so short that learning stalls at first.
        compile_routing: compile the routing with XLA on TensorFlow (faster in training).
        decoder_units: hidden units of the reconstruction network (paper: 512 and 1024).
        margin_positive: m+ of the margin loss (paper: 0.9).
        margin_negative: m- of the margin loss (paper: 0.1).
        margin_down_weight: lambda of the margin loss, for absent classes (paper: 0.5).
        reconstruction_weight: weight of one image's squared error, summed over its pixels
            (paper: 0.0005; the notebook's sum over a batch of 50 amounts to 0.025).
    """

    image_shape: tuple[int, int, int] = (28, 28, 1)
    conv_filters: int = 256
    conv_kernel: int = 9
    primary_maps: int = 32
    primary_dim: int = 8
    primary_kernel: int = 9
    primary_stride: int = 2
    primary_activation: Activation | None = None
    num_classes: int = 10
    class_names: tuple[str, ...] | None = None
    digit_dim: int = 16
    routing: str = "agreement"
    rounds: int = 3
    loop: Literal["static", "dynamic"] = "static"
    gradient: Literal["all", "last"] = "all"
    W_stddev: float = 0.1
    compile_routing: bool = True
    decoder_units: tuple[int, ...] = (512, 1024)
    margin_positive: float = 0.9
    margin_negative: float = 0.1
    margin_down_weight: float = 0.5
    reconstruction_weight: float = 0.0005

    def __post_init__(self) -> None:
        check_rounds(self.rounds)
        super().__post_init__()
        for name in SIZES:
            size = getattr(self, name)
            if (min(size, default=1) if isinstance(size, tuple) else size) < 1:
                raise ValueError(f"Expected {name} of at least 1. Received: {size}")
        for name in ("W_stddev", "reconstruction_weight", "margin_down_weight"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"Expected {name} of at least 0. Received: {getattr(self, name)}")
        if self.class_names is not None and len(self.class_names) != self.num_classes:
            raise ValueError(
                f"Expected {self.num_classes} class_names. Received: {self.class_names}"
            )
        if min(self.primary_grid) < 1:
            raise ValueError(
                "Expected an image_shape large enough for both convolutions. "
                f"Received: image_shape={self.image_shape}"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """What each class is called, in their order."""
        return self.class_names or tuple(str(c) for c in range(self.num_classes))

    @property
    def conv_grid(self) -> tuple[int, int]:
        """Rows and columns of the first convolution's output: 20 x 20 in the paper."""
        height, width, _ = self.image_shape
        return height - self.conv_kernel + 1, width - self.conv_kernel + 1

    @property
    def primary_grid(self) -> tuple[int, int]:
        """Rows and columns of the primary capsules: 6 x 6 in the paper."""
        rows, columns = self.conv_grid
        return (
            (rows - self.primary_kernel) // self.primary_stride + 1,
            (columns - self.primary_kernel) // self.primary_stride + 1,
        )

    @property
    def num_primary_capsules(self) -> int:
        """I, the number of primary capsules: 1152 in the paper."""
        rows, columns = self.primary_grid
        return rows * columns * self.primary_maps

    def fitted(
        self, image_shape: tuple[int, int, int], class_names: tuple[str, ...] | None
    ) -> CapsNetConfig:
        """The same network for other pictures and classes.

        For pictures below 20 pixels both kernels become smaller, for large ones the primary stride
        longer, so that there are no more than `MOST_CAPSULES` primary capsules.

        Args:
            image_shape: height, width and channels of the pictures.
            class_names: what the classes are called; None for the digits 0 to 9.
        """
        sizes: dict[str, Any] = {"image_shape": image_shape}
        if image_shape != self.image_shape and min(image_shape[:2]) < SMALLEST_FOR_PAPER:
            sizes |= {"conv_kernel": SMALL_KERNEL, "primary_kernel": SMALL_KERNEL}
        fitted = dataclasses.replace(
            self,
            class_names=class_names,
            num_classes=10 if class_names is None else len(class_names),
            **sizes,
        )
        while image_shape != self.image_shape and fitted.num_primary_capsules > MOST_CAPSULES:
            fitted = dataclasses.replace(fitted, primary_stride=fitted.primary_stride + 1)
        return fitted

    @property
    def weight_shapes(self) -> list[tuple[int, ...]]:
        """The shapes of all weights but a routing's own, in ascending order.

        They, with those of `capsnet.routing.registry.weight_shapes`, and what `CapsNet.build`
        creates go together: a checkpoint with other weights is refused.
        """
        channels = self.primary_maps * self.primary_dim
        units = (
            self.num_classes * self.digit_dim,
            *self.decoder_units,
            math.prod(self.image_shape),
        )
        kernels: list[tuple[int, ...]] = [
            (self.conv_kernel, self.conv_kernel, self.image_shape[2], self.conv_filters),
            (self.primary_kernel, self.primary_kernel, self.conv_filters, channels),
            *itertools.pairwise(units),
        ]
        biases = [kernel[-1:] for kernel in kernels]
        W = (self.num_primary_capsules, self.num_classes, self.digit_dim, self.primary_dim)
        return sorted([*kernels, *biases, W])


def check_rounds(rounds: Any) -> int:
    """Return `rounds`, as Python's own kind of number, if routing can run so many times.

    Raises:
        ValueError: unless it is a whole number from 1 to 10.
    """
    whole = isinstance(rounds, numbers.Integral) and not isinstance(rounds, bool)
    if not whole or not 1 <= rounds <= MAX_ROUNDS:
        raise ValueError(
            f"Expected rounds to be a whole number from 1 to {MAX_ROUNDS}. Received: {rounds!r}"
        )
    return int(rounds)
