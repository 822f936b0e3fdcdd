"""Every decision in which capsule networks differ, as a documented field, and the named presets."""

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

AUTO: Literal["auto"] = "auto"
"""A value that is decided on the machine on which a run begins."""

LARGEST = {
    "shift": 14,
    "rotation": 180,
    "shear": 1,
    "elastic": 14,
    "thickness": 1,
    "flourishes": 1,
    "untouched": 1,
    "two": 1,
    "none": 1,
    "hands": 1,
}
"""How far images may be changed; beyond half of their side hardly anything is left in sight."""

MOST = {"epochs": 9_999, "batch_size": 100_000, "learning_rate": 1e30}
"""Beyond all reason: what is larger is a slip, and some of it more than arithmetic can hold."""

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

OF_DIGITS = ("mnist", "bundled")
"""The datasets whose classes are known to be the digits 0 to 9."""


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


@dataclass(frozen=True)
class TrainingConfig(JsonFields):
    """How a network is trained.

    Attributes:
        dataset: a name in `capsnet.data.datasets`, or the path of an `.npz` file.
        epochs: passes over the training images.
        batch_size: images a step.
        learning_rate: Adam's learning rate, the peak if the schedule is `"cosine"`.
        schedule: `"constant"`, or `"cosine"`: a linear warm-up, then a cosine down to 0.
        warmup_steps: steps of the warm-up (cosine only); a short run warms up for a quarter of
            its steps at most.
        shift: training images are moved by up to so many whole pixels along each axis,
            zero-filled (paper: 2; notebook: 0).
        rotation: and turned by up to so many degrees either way.
        scale: and stretched along each axis by a factor of up to 1 + or - this, below 1.
        shear: and slanted: each row is moved by up to this times its distance from the middle.
        elastic: and bent: smooth random displacements of this standard deviation, in pixels.
        thickness: and written thicker or thinner, by up to this share (0 to 1) of a step that
            grows or thins strokes by about a pixel on each side.
        flourishes: share of the ones that are given an upstroke, and of the sevens that are
            given a bar (`capsnet.data.stroke_variants`); for digits only.
        untouched: share of the images (0 to 1) that are not shifted or distorted (flourishes they
            may have).
        two: share of the images (0 to 1) that are overlaid with another digit of a different class,
            each moved by up to 4 pixels, their ink added and clipped (section 6 of the paper).
            Both are present; one of them, drawn by lot, is reconstructed by itself.
        none: share of the images in whose place comes a picture of no digit: textures, letters,
            signs, shapes, scribbles (`capsnet.data.no_digit`). No class is there. Digits only.
        hands: share of the 1s, 4s, 7s and 9s in whose place a pen writes the same digit in a form
            of other hands (`capsnet.data.stroke_forms`); for digits only.
        learns: which weights change: `"all"`, or `"capsules"`: all but the first convolution's,
            which takes little more than half of the time. For what starts from a trained network.
        ema: momentum of the moving average of the weights, which is then what is validated and
            saved; 0 for none.
        keep_by: what an epoch's network has to have less of, on validation, to be the one that
            is kept: `"loss"`, the whole of it, or `"margin_loss"`, for the one that reads best,
            however sharp its drawings are.
        patience: stop after so many epochs without less of that; 0 for never.
        start: a checkpoint whose weights training starts from; None for new weights.
        seed: of the initial weights, the order of the images and their distortions.
        transpose: exchange the pictures' rows and columns; None where their format says so.
        invert: exchange dark and light.
        resize: side that the pictures are brought to, 16 to 96; 0 for none.
        pad: side that they are filled up to, 16 to 96; 0 for none.
        conv_dtype: type in which the two convolutions are computed in training. `"bfloat16"`
            nearly doubles the speed of a processor that has it and takes several times as long
            on one that has not; `"auto"` is the faster one, tried out as a run begins. The weights
            stay float32, and a saved network always computes in float32.
    """

    dataset: str = "mnist"
    epochs: int = 30
    batch_size: int = 128
    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    warmup_steps: int = 0
    shift: int = 2
    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    thickness: float = 0.0
    flourishes: float = 0.0
    untouched: float = 0.0
    two: float = 0.0
    none: float = 0.0
    hands: float = 0.0
    learns: Literal["all", "capsules"] = "all"
    ema: float = 0.0
    keep_by: Literal["loss", "margin_loss"] = "loss"
    patience: int = 0
    start: str | None = None
    seed: int = 0
    conv_dtype: Literal["float32", "bfloat16", "auto"] = "float32"
    transpose: bool | None = None
    invert: bool = False
    resize: int = 0
    pad: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("resize", "pad"):
            if getattr(self, name) and not SMALLEST_SIDE <= getattr(self, name) <= LARGEST_SIDE:
                raise ValueError(
                    f"Expected {name} of 0 or from {SMALLEST_SIDE} to {LARGEST_SIDE}. "
                    f"Received: {getattr(self, name)}"
                )
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"Expected {name} of at least 1. Received: {getattr(self, name)}")
        if not self.learning_rate > 0:
            raise ValueError(f"Expected a positive learning_rate. Received: {self.learning_rate}")
        for name, most in MOST.items():
            if getattr(self, name) > most:
                raise ValueError(
                    f"Expected {name} of at most {most:,}. "
                    f"Received: {repr(getattr(self, name))[:60]}"
                )
        for name in ("warmup_steps", "patience"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"Expected {name} of at least 0. Received: {getattr(self, name)}")
        for name, most in LARGEST.items():
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(
                    f"Expected {name} from 0 to {most}. Received: {getattr(self, name)}"
                )
        for name in ("scale", "ema"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"Expected {name} of at least 0 and below 1. Received: {getattr(self, name)}"
                )
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"Expected seed from 0 to 2**32 - 1. Received: {self.seed}")
        for name in ("flourishes", "none", "hands"):
            if getattr(self, name) and self.dataset not in OF_DIGITS:
                raise ValueError(
                    f"Expected {name} of 0 where the classes are not digits. "
                    f"Received: {getattr(self, name)}, dataset {self.dataset}"
                )
        if self.two + self.none > 1:
            raise ValueError(
                "Expected two and none to be at most 1 together. "
                f"Received: {self.two} and {self.none}"
            )

    @property
    def is_mixture(self) -> bool:
        """Whether images may hold any number of classes, so that labels are sets."""
        return bool(self.two or self.none)


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
