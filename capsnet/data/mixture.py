"""Training pictures of one digit, of two overlaid ones, and of none."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from capsnet.data import no_digit
from capsnet.data.augmentation import augmented, shifted
from capsnet.data.images import Digits
from capsnet.data.stroke_forms import with_other_forms
from capsnet.data.stroke_variants import flourished
from capsnet.training_config import TrainingConfig

OVERLAY_SHIFT = 4
"""Two digits are moved by up to so many pixels each (section 6 of the paper)."""

SPOILT, TEXTURES, LETTERS = 0.08, 0.17, 0.3
"""Shares of the pictures of no digit; the rest are drawings of a pen."""


@dataclass(frozen=True)
class Mixed:
    """Pictures with any number of digits.

    Attributes:
        images: (N, 28, 28, 1) float32 in [0, 1].
        present: (N, J) float32, 1 for each class that is there.
        drawn: (N, J) float32, 1 for the class to reconstruct, one of those present.
        target: (N, 28, 28, 1) float32, what its reconstruction should be: that digit alone; paper
            where there is none.
    """

    images: np.ndarray
    present: np.ndarray
    drawn: np.ndarray
    target: np.ndarray


def mixed(
    batch: Digits,
    others: Digits,
    training: TrainingConfig,
    classes: int,
    rng: np.random.Generator,
) -> Mixed:
    """Distort a batch, overlay some of it with other digits, and put no digit in place of some.

    Args:
        batch: N digits.
        others: what the overlaid ones are from, of at least two classes.
        training: the distortions, and the shares `two`, `none` and `hands`.
        classes: J.
        rng: draws all of it.
    """
    n = len(batch)
    fate = rng.random(n)
    none = np.flatnonzero(fate < training.none)
    two = np.flatnonzero((fate >= training.none) & (fate < training.none + training.two))
    one = np.flatnonzero(fate >= training.none + training.two)
    images = np.zeros(batch.images.shape, np.float32)
    images[one] = _distorted(batch[one], training, rng)
    target = images.copy()
    present = np.eye(classes, dtype=np.float32)[batch.labels]
    drawn = present.copy()
    if len(two):
        still = dataclasses.replace(training, shift=0)
        partners = others[_of_another_class(batch.labels[two], others.labels, rng)]
        first = _distorted(batch[two], still, rng)
        second = _distorted(partners, still, rng)
        images[two], first, second = overlaid(first, second, rng)
        present[two, partners.labels] = 1
        choose_second = rng.random(len(two)) < 0.5
        target[two] = np.where(choose_second[:, None, None, None], second, first)
        chosen = np.where(choose_second, partners.labels, batch.labels[two])
        drawn[two] = np.eye(classes, dtype=np.float32)[chosen]
    if len(none):
        images[none] = without_digit(batch[none], training, rng)
        target[none], present[none], drawn[none] = 0, 0, 0
    return Mixed(images, present, drawn, target)


def overlaid(
    first: np.ndarray, second: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two digits on one sheet: each moved by up to 4 pixels, their ink added and clipped.

    Args:
        first: (N, 28, 28, 1) float32 in [0, 1].
        second: likewise.
        rng: draws the shifts.

    Returns:
        The sheets, and each digit alone where it lies on them, all (N, 28, 28, 1).
    """
    first, second = (shifted(d, OVERLAY_SHIFT, rng) for d in (first, second))
    return np.minimum(first + second, 1), first, second


def overlaid_pairs(
    digits: Digits, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each digit overlaid with another of a different class, for measuring.

    Args:
        digits: N of them, undistorted, of at least two classes.
        rng: draws partners and shifts.

    Returns:
        The sheets (N, 28, 28, 1); the digits alone, (N, 2, 28, 28, 1); their classes, (N, 2).
    """
    partners = digits[_of_another_class(digits.labels, digits.labels, rng)]
    sheets, first, second = overlaid(digits.pixels(), partners.pixels(), rng)
    return sheets, np.stack([first, second], 1), np.stack([digits.labels, partners.labels], 1)


def without_digit(digits: Digits, training: TrainingConfig, rng: np.random.Generator) -> np.ndarray:
    """Pictures of no digit, of the kinds to learn from, some of them made of digits.

    Args:
        digits: N digits, each a picture's place, and its material where it is a spoilt digit.
        training: the distortions of what is written.
        rng: draws all of it.

    Returns:
        (N, 28, 28, 1) float32 in [0, 1].
    """
    n = len(digits)
    fate = rng.random(n)
    result = np.zeros(digits.ink.shape, np.float32)
    bundled = no_digit.letters()
    letter = (fate >= TEXTURES) & (fate < TEXTURES + LETTERS)
    drawing = fate >= TEXTURES + LETTERS
    result[drawing] = no_digit.drawings(int(drawing.sum()), rng)
    result[letter] = bundled[rng.integers(len(bundled), size=letter.sum())] / np.float32(255)
    spoilable = np.isin(digits.labels, (3, 4, 7)) & (fate > 1 - 3 * SPOILT)
    result[spoilable] = no_digit.spoilt(
        digits.ink[spoilable], digits.labels[spoilable]
    ) / np.float32(255)
    result = augmented(np.rint(result * 255).astype(np.uint8)[..., None], training, rng)[..., 0]
    texture = fate < TEXTURES
    result[texture] = no_digit.textures(int(texture.sum()), rng)
    return result[..., None]


def _distorted(digits: Digits, training: TrainingConfig, rng: np.random.Generator) -> np.ndarray:
    return np.array(augmented(written(digits, training, rng), training, rng), np.float32)


def written(digits: Digits, training: TrainingConfig, rng: np.random.Generator) -> np.ndarray:
    """Pictures, (N, H, W, C) uint8; of digits, some as other hands would write them."""
    if not (training.hands or training.flourishes):
        return digits.images
    ink = with_other_forms(digits.ink, digits.labels, training.hands, rng)
    return flourished(ink, digits.labels, training.flourishes, rng)[..., None]


def _of_another_class(
    labels: np.ndarray, others: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Indices into `others`, (N,), of classes that differ from `labels`."""
    chosen = rng.integers(len(others), size=len(labels))
    while len(same := np.flatnonzero(others[chosen] == labels)):
        chosen[same] = rng.integers(len(others), size=len(same))
    return chosen
