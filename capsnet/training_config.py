"""How a network is trained: every setting of a run, as a documented field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from capsnet.config import LARGEST_SIDE, SMALLEST_SIDE
from capsnet.config_checks import JsonFields

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

OF_DIGITS = ("mnist", "bundled")
"""The datasets whose classes are known to be the digits 0 to 9."""


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
