"""From what a source holds to pictures (N, H, W, C) uint8 and labels 0 to J - 1, and what was done.

Orders of axes, flat rows, ranges of values and labels of every kind are brought to one form here,
once for all formats; each step is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from capsnet.config import LARGEST_SIDE as LARGEST
from capsnet.config import SMALLEST_SIDE as SMALLEST
from capsnet.data.formats.base import Part, Raw, SplitName
from capsnet.data.layout import as_pictures
from capsnet.data.numbering import number_labels
from capsnet.data.resizing import padded, resized
from capsnet.errors import DataError
from capsnet.training_config import TrainingConfig

CHUNK = 4096
"""Pictures that are converted at a time, so that no second array of floats is made."""

LEVELS = (1, 15, 16, 255, 1023, 4095, 65535)
"""The highest values of whole numbers that pictures come with; 16 is that of UCI's digits."""


@dataclass(frozen=True)
class Arrangement:
    """What is to be done with a source's pictures before anything else.

    Attributes:
        transpose: exchange rows and columns; None where the format itself says so.
        invert: exchange dark and light.
        resize: the side to bring pictures to; 0 for none.
        pad: the side to fill pictures up to, with their paper, on all sides alike; 0 for none.
    """

    transpose: bool | None = None
    invert: bool = False
    resize: int = 0
    pad: int = 0

    @classmethod
    def of(cls, training: TrainingConfig) -> Arrangement:
        """What a run's settings say."""
        return cls(training.transpose, training.invert, training.resize, training.pad)


@dataclass(frozen=True)
class Prepared:
    """A source in this project's form.

    Attributes:
        images: (N, H, W, C) uint8 for each split, 0 to 255.
        labels: (N,) int64 for each split, 0 to J - 1; none for a split without labels.
        class_names: what the J classes are called; empty if nothing is labelled.
        steps: what was found and done, a clause each.
    """

    images: dict[SplitName, np.ndarray]
    labels: dict[SplitName, np.ndarray]
    class_names: tuple[str, ...]
    steps: tuple[str, ...]


def prepare(raw: Raw, how: Arrangement | None = None) -> Prepared:
    """Bring a source's pictures and labels to one form.

    Raises:
        DataError: for pictures of another size, number of channels or range, labels that do not
            match, or fewer than 2 or more than 100 classes.
    """
    how = how or Arrangement()
    steps = list(raw.notes)
    pictures: dict[SplitName, np.ndarray] = {}
    for split, part in raw.parts.items():
        count = None if part.labels is None else max(part.labels.shape, default=0)
        laid, step = as_pictures(part.images, count, part.where)
        pictures[split] = laid
        steps += step
    _check_sizes(pictures, raw.parts)
    numbered = number_labels(raw, {split: len(x) for split, x in pictures.items()})
    steps += numbered.steps
    scale, step = _scale(pictures, raw)
    steps += step
    transpose = raw.transposed if how.transpose is None else how.transpose
    if transpose:
        why = " as its format stores them" if how.transpose is None else ""
        steps.append(f"rows and columns exchanged{why}")
    images = {split: _arranged(x, scale, transpose, how) for split, x in pictures.items()}
    if how.invert:
        steps.append("dark and light exchanged")
    if how.resize:
        steps.append(f"resized to {how.resize} x {how.resize}")
    if how.pad:
        steps.append(f"padded to {how.pad} x {how.pad}")
    _check_side(images, raw.parts)
    return Prepared(images, numbered.labels, numbered.class_names, tuple(dict.fromkeys(steps)))


def _arranged(
    pictures: np.ndarray, scale: tuple[float, float], transpose: bool, how: Arrangement
) -> np.ndarray:
    images = _bytes(pictures, *scale)
    if transpose:
        images = np.ascontiguousarray(images.swapaxes(1, 2))
    if how.invert:
        images = 255 - images
    if how.resize:
        images = resized(images, how.resize)
    return padded(images, how.pad) if how.pad else images


def _bytes(pictures: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values from `low` to `high` as 0 to 255, uint8."""
    if pictures.dtype == np.uint8 and (low, high) == (0, 255):
        return pictures
    images = np.empty(pictures.shape, np.uint8)
    for start in range(0, len(pictures), CHUNK):
        part = pictures[start : start + CHUNK].astype(np.float64)
        images[start : start + CHUNK] = np.clip(
            np.rint((part - low) * (255 / (high - low))), 0, 255
        )
    return images


def _scale(
    pictures: Mapping[SplitName, np.ndarray], raw: Raw
) -> tuple[tuple[float, float], list[str]]:
    """Which values are 0 and 255, for all splits alike, and that in words."""
    first = next(iter(pictures.values()))
    where = next(iter(raw.parts.values())).where
    is_bytes = first.dtype == np.uint8
    if is_bytes and (raw.keras or (len(first) and first[:1000].max() > LEVELS[2])):
        return (0, 255), []  # a file in MNIST's form is taken as it always was
    low = min(float(x.min()) for x in pictures.values() if x.size)
    high = max(float(x.max()) for x in pictures.values() if x.size)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DataError(f"Expected numbers for all pixels in {where}. Received: NaN or infinity")
    if low >= 0 and high <= 1:
        return (0, 1), ["values 0 to 1 scaled"]
    if low >= -1 and high <= 1:
        return (-1, 1), ["values -1 to 1 scaled"]
    if low < 0:
        raise DataError(
            f"Expected pixels from 0 to 1, -1 to 1, 0 to 255 or 0 to 65535 in {where}. "
            f"Received: from {low:g} to {high:g}; standardised pictures have lost their black"
        )
    level = next((level for level in LEVELS if high <= level), None)
    if level is None:
        raise DataError(f"Expected pixels of at most 65535 in {where}. Received: {high:g}")
    if level == 15 and first.dtype.kind == "f":
        level = 16
    said = [] if level == 255 else [f"values 0 to {high:g} scaled"]
    return (0, level), said


def _check_sizes(pictures: Mapping[SplitName, np.ndarray], parts: Mapping[SplitName, Part]) -> None:
    shapes = {split: x.shape[1:] for split, x in pictures.items()}
    if len(set(shapes.values())) > 1:
        listed = ", ".join(f"{split} {shape}" for split, shape in shapes.items())
        raise DataError(
            f"Expected pictures of one size in all splits of {next(iter(parts.values())).where}. "
            f"Received: {listed}"
        )


def _check_side(images: Mapping[SplitName, np.ndarray], parts: Mapping[SplitName, Part]) -> None:
    for split, x in images.items():
        height, width = x.shape[1:3]
        if not len(x):
            raise DataError(f"Expected pictures in {parts[split].where}. Received: none")
        if not (SMALLEST <= min(height, width) and max(height, width) <= LARGEST):
            raise DataError(
                f"Expected pictures of {SMALLEST} to {LARGEST} pixels a side in "
                f"{parts[split].where}, or --resize N or --pad N. Received: {height} x {width}"
            )
