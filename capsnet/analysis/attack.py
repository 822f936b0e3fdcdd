"""White-box attacks: a small change of each pixel that turns a network's answer, and its detection.

The step goes by the sign of a loss's gradient in the image (I. Goodfellow, J. Shlens, C. Szegedy,
"Explaining and Harnessing Adversarial Examples", 2014, arXiv:1412.6572), once or again and again
(A. Kurakin, I. Goodfellow, S. Bengio 2016, arXiv:1607.02533).

Which loss matters. The margin loss is exactly 0 where the label's capsule is longer than m+ and all
others are shorter than m-, and so is its gradient: its sign attacks nothing there, and a network
seems robust that is not. The difference of lengths has no such dead zone.

The reconstruction exposes many attacks: N. Frosst, S. Sabour, G. Hinton,
"DARCCC: Detecting Adversaries by Reconstruction from Class Conditional Capsules", 2018,
arXiv:1811.06969.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import keras
import numpy as np
from keras import ops

from capsnet.analysis.streaming import BATCH
from capsnet.config import check_rounds
from capsnet.network.losses import MarginLoss

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet

FALSE_ALARMS = 0.05
"""Share of untouched images that a detector may call attacked."""

Gradient = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Images (B, H, W, C) and labels (B,) -> the loss's gradient in the images, (B, H, W, C)."""


@dataclass(frozen=True)
class Attack:
    """How a network is attacked.

    Attributes:
        epsilon: the most that a pixel is changed, 0 to 1.
        kind: `"fgsm"`, one step of that size; `"iterated"`, several smaller ones.
        loss: `"lengths"`, the longest other capsule's length less the label's, or `"margin"`.
        targeted: to be read as a given class, not only as any other.
        steps: of the iterated attack, at least 1.
    """

    epsilon: float
    kind: Literal["fgsm", "iterated"] = "fgsm"
    loss: Literal["lengths", "margin"] = "lengths"
    targeted: bool = False
    steps: int = 10

    def __post_init__(self) -> None:
        if not 0 <= self.epsilon <= 1:
            raise ValueError(f"Expected epsilon from 0 to 1. Received: {self.epsilon}")
        if self.kind not in ("fgsm", "iterated"):
            raise ValueError(f"Expected kind as fgsm or iterated. Received: {self.kind!r}")
        if self.loss not in ("lengths", "margin"):
            raise ValueError(f"Expected loss as lengths or margin. Received: {self.loss!r}")
        if self.steps < 1:
            raise ValueError(f"Expected at least 1 step. Received: {self.steps}")


def attacked(
    images: np.ndarray, labels: np.ndarray, attack: Attack, gradient: Gradient
) -> np.ndarray:
    """Change images so that a network reads them wrongly.

    Args:
        images: (B, H, W, C) float32 in [0, 1].
        labels: (B,) int: the true classes, or those to be read as if the attack is targeted.
        attack: how.
        gradient: of the attack's loss in the images, as `loss_gradient` makes it.

    Returns:
        The changed images, in [0, 1], no pixel further than epsilon from what it was.
    """
    steps = 1 if attack.kind == "fgsm" else attack.steps
    # Steps of an iterated attack add up to more than epsilon, so that it can go along the border.
    size = attack.epsilon if steps == 1 else min(attack.epsilon, 2.5 * attack.epsilon / steps)
    low = np.clip(images - attack.epsilon, 0, 1)
    high = np.clip(images + attack.epsilon, 0, 1)
    uphill = -1 if attack.targeted else 1
    changed = images
    for _ in range(steps):
        step = uphill * size * np.sign(gradient(changed, labels))
        changed = np.clip(changed + step, low, high).astype(np.float32)
    return changed


def loss_gradient(
    model: CapsNet, loss: Literal["lengths", "margin"] = "lengths", rounds: int | None = None
) -> Gradient:
    """The gradient of a loss in the images, through all of the network and every round of routing.

    A network that was trained with the coefficients as constants (`gradient="last"`) is attacked
    with the whole gradient all the same: an attacker is bound by no such thing.

    Args:
        model: the network.
        loss: as in `Attack`.
        rounds: routing rounds, 1 to 10; None for the network's own.
    """
    rounds = check_rounds(model.digit_capsules.rounds if rounds is None else rounds)
    routing = dataclasses.replace(model.digit_capsules.routing, gradient="all")
    c = model.config
    margin = MarginLoss(c.margin_positive, c.margin_negative, c.margin_down_weight)

    def total(images: Any, labels: Any) -> Any:
        primary = model.primary_capsules(model.conv1(images))
        layer = model.digit_capsules
        capsules = routing.route(layer.prediction_vectors(primary), rounds, layer.routing_values())
        lengths = routing.lengths(capsules)
        if loss == "margin":
            return ops.sum(margin.call(labels, lengths))
        return ops.sum(length_difference(lengths, labels))

    compiled = _image_gradient(total)

    def run(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        count = len(images)
        size = 1 if count == 1 else BATCH * -(-count // BATCH)
        padding = ((0, size - count), (0, 0), (0, 0), (0, 0))
        padded = np.pad(images, padding), np.pad(labels, (0, size - count))
        return ops.convert_to_numpy(compiled(*map(ops.convert_to_tensor, padded)))[:count]

    return run


def length_difference(lengths: Any, labels: Any) -> Any:
    """The longest other capsule's length less the label's: lengths (B, J), labels (B,) -> (B,).

    Above 0 an image is read wrongly.
    """
    of_label = ops.one_hot(labels, lengths.shape[-1], dtype=lengths.dtype)  # (B, J)
    others = ops.max(lengths - 2.0 * of_label, axis=-1)  # a length is below 1
    return others - ops.sum(lengths * of_label, axis=-1)


def reconstruction_distance(images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """How far each image is from what the network draws of it: squared error, summed, (B,)."""
    return np.square(images - drawn, dtype=np.float64).sum(axis=(1, 2, 3))


def alarm_threshold(distances: np.ndarray, false_alarms: float = FALSE_ALARMS) -> float:
    """The distance that so large a share of untouched images exceeds, and no larger one.

    Args:
        distances: of untouched images, (N,), N at least 1.
        false_alarms: the share, 0 to 1.
    """
    if not len(distances):
        raise ValueError("Expected at least one distance. Received: none")
    return float(np.quantile(distances, 1 - false_alarms, method="inverted_cdf"))


def other_classes(labels: np.ndarray, classes: int, rng: np.random.Generator) -> np.ndarray:
    """A class to be read as for each image, any but its own with equal chance, (B,) int."""
    return (labels + rng.integers(1, classes, len(labels))) % classes


def _image_gradient(total: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        @tf.function
        def by_tape(images: Any, labels: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(images)
                value = total(images, labels)
            return tape.gradient(value, images)

        return by_tape
    if backend == "jax":
        import jax

        return jax.jit(jax.grad(total))
    raise ValueError(f"Expected Keras on tensorflow or jax for an attack. Received: {backend}")
