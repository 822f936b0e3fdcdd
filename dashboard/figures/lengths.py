"""The data from which the answer is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np


def answer_data(
    image: np.ndarray, lengths: np.ndarray, drawings: np.ndarray, margins: tuple[float, float]
) -> dict[str, Any]:
    """What the answer component draws.

    Args:
        image: what the network got, (28, 28, 1) in [0, 1].
        lengths: of its capsules, (10,).
        drawings: what each capsule would draw of it, (10, 28, 28, 1) in [0, 1].
        margins: m- and m+ of the margin loss.

    Returns:
        `lengths` and `margins` as numbers; `longest`, a class; `seen` and `drawings` as bytes,
        255 for ink.
    """
    return {
        "lengths": [float(length) for length in lengths],
        "margins": list(margins),
        "longest": int(lengths.argmax()),
        "seen": _levels(image),
        "drawings": _levels(drawings),
    }


def _levels(image: np.ndarray) -> bytes:
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).tobytes()
