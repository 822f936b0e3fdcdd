"""Whether digits lie as the bundled ones do: turned, mirrored, inverted, or with other labels.

Neither can be known from a file. Where the classes are the ten digits, the mean picture of each is
compared with that of the bundled digits, as the data is and in the seven other positions.
"""

from __future__ import annotations

import numpy as np

from capsnet.data.bundled import load_bundled
from capsnet.data.resizing import resized

SIDE = 28
MOST = 200
"""Pictures of a class that are compared."""

LEAST_GAIN = 0.1
"""Another position has to fit better by this much, of a correlation, to be spoken of."""

LEAST_CLASS_GAIN = 0.08
"""A class's own mean has to fit it better than the others' by this much."""

POSITIONS = {
    "as they are": lambda x: x,
    "transposed": lambda x: x.swapaxes(1, 2),
    "mirrored": lambda x: x[:, :, ::-1],
    "upside down": lambda x: x[:, ::-1],
    "turned by half": lambda x: x[:, ::-1, ::-1],
    "turned to the left": lambda x: x.swapaxes(1, 2)[:, ::-1],
    "turned to the right": lambda x: x.swapaxes(1, 2)[:, :, ::-1],
    "transposed and turned by half": lambda x: x.swapaxes(1, 2)[:, ::-1, ::-1],
}
"""How a picture may lie, (J, H, W), and what brings that back."""


def compare_with_digits(images: np.ndarray, labels: np.ndarray) -> str | None:
    """A sentence if digits do not lie as the bundled ones do; None if they do.

    Args:
        images: (N, H, W, C) uint8.
        labels: (N,), 0 to 9.
    """
    given = _means(images, labels)
    bundled = load_bundled()
    known = _means(bundled.images, bundled.labels)
    fits = {name: _fit(_normal(turn(given)), known) for name, turn in POSITIONS.items()}
    signed = {(name, sign): sign * fit for name, (fit, _) in fits.items() for sign in (1, -1)}
    (position, sign), best = max(signed.items(), key=lambda item: item[1])
    own, others = fits[position]
    if sign * (own - others) < LEAST_CLASS_GAIN:
        return (
            "the pictures of a label do not look like that digit: do the labels belong to them, "
            "in this order?"
        )
    if best - signed["as they are", 1] < LEAST_GAIN:
        return None
    seem = [] if position == "as they are" else [position]
    seem += ["inverted"] if sign < 0 else []
    cures = ["--transpose"] if position == "transposed" else []
    cures += ["--invert"] if sign < 0 else []
    cure = f": {' '.join(cures)}" if cures else ""
    return f"compared with MNIST's digits they seem {' and '.join(seem)}{cure}"


def _means(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean picture of each digit, (10, 28, 28), each with mean 0 and length 1."""
    chosen = [np.flatnonzero(labels == c)[:MOST] for c in range(10)]
    means = np.zeros((10, SIDE, SIDE))
    for c, of_class in enumerate(chosen):
        if len(of_class):
            grey = images[of_class].mean(axis=(0, 3))[None, ..., None]
            means[c] = resized(np.rint(grey).astype(np.uint8), SIDE)[0, ..., 0]
    return _normal(means)


def _normal(means: np.ndarray) -> np.ndarray:
    centred = means - means.mean(axis=(1, 2), keepdims=True)
    return centred / np.maximum(np.linalg.norm(centred, axis=(1, 2), keepdims=True), 1e-9)


def _fit(given: np.ndarray, known: np.ndarray) -> tuple[float, float]:
    """Mean correlation of each class with itself, and with the others."""
    correlations = np.einsum("iyx,jyx->ij", given, known)
    own = np.trace(correlations) / 10
    return float(own), float((correlations.sum() - np.trace(correlations)) / 90)
