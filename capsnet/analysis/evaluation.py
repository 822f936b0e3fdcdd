"""How good a network is on a split."""

from __future__ import annotations

import dataclasses
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from capsnet.data.images import Digits, check_classes
from capsnet.network.losses import MarginLoss
from capsnet.network.model import CapsNet

USUAL = 95
"""Percentile of the squared errors that an image's own is compared with."""


@dataclass(frozen=True)
class Evaluation:
    """Figures of one network on one split.

    Attributes:
        images: number of images.
        accuracy: share of images whose longest capsule is their class, 0 to 1.
        margin_loss: mean over the images.
        reconstruction_error: squared error summed over an image's pixels, mean over the images;
            decoded from the *predicted* class's capsule.
        usual_error: what 95 % of the images' squared errors are at most: a picture whose error is
            larger is redrawn worse than nearly all of them.
        confusion: confusion[true][predicted], counts.
    """

    images: int
    accuracy: float
    margin_loss: float
    reconstruction_error: float
    usual_error: float
    confusion: list[list[int]]

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON-ready values."""
        return asdict(self)


def evaluate(
    model: CapsNet, digits: Digits, batch_size: int = 100, rounds: int | None = None
) -> Evaluation:
    """Measure a network; the true labels are used for scoring only, never for masking.

    Args:
        model: the network.
        digits: the images and labels to measure it on; at least one.
        batch_size: images a step.
        rounds: routing rounds, 1 to 10, of the same weights, computed in float32; None for the
            network as it is.

    Raises:
        ValueError: for no images, or of another shape than the network takes, or of a class that
            it does not know; for `rounds` out of range.
    """
    if not len(digits):
        raise ValueError("Expected at least one image. Received: none")
    c = model.config
    if (shape := digits[:1].pixels().shape[1:]) != c.image_shape:
        raise ValueError(
            f"Expected images of the network's shape, {c.image_shape}. Received: {shape}"
        )
    check_classes(digits, c.num_classes)
    if rounds is not None:
        routed = type(model)(dataclasses.replace(c, rounds=rounds))
        routed.set_weights(model.get_weights())
        model = routed
    margin_loss = MarginLoss(c.margin_positive, c.margin_negative, c.margin_down_weight)
    confusion = np.zeros((c.num_classes, c.num_classes), np.int64)
    margin = 0.0
    errors: list[np.ndarray] = []
    for start in range(0, len(digits), batch_size):
        batch = digits[start : start + batch_size]
        images = batch.pixels()
        outputs = model.predict_on_batch(images)
        lengths, drawn = outputs["lengths"], outputs["reconstruction"]
        np.add.at(confusion, (batch.labels, lengths.argmax(axis=-1)), 1)
        margin += float(margin_loss(batch.labels, lengths)) * len(batch)
        errors.append(np.square(drawn - images, dtype=np.float64).sum(axis=(1, 2, 3)))
    count, squared_errors = len(digits), np.concatenate(errors)
    return Evaluation(
        images=count,
        accuracy=float(np.trace(confusion)) / count,
        margin_loss=margin / count,
        reconstruction_error=float(squared_errors.mean()),
        usual_error=float(np.percentile(squared_errors, USUAL)),
        confusion=confusion.tolist(),
    )
