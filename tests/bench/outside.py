"""How well a network reads handwriting from outside MNIST.

    python -m tests.bench.outside digits.csv.gz [CHECKPOINT ...]

The file is the UCI data set "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak;
CC BY 4.0): 64 numbers from 0 to 16, an image of 8 x 8, and the class on each line. The wheel of
scikit-learn on PyPI carries its 1,797 test digits as `sklearn/datasets/data/digits.csv.gz`. No
network here was trained on it or chosen by it. Most of its writers are from Turkey: many sevens
are barred, and most ones have an upstroke.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from capsnet.tensorflow_startup import load_tensorflow_quietly

BATCH = 200


def read(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """The images as a visitor's own would reach the network, and their classes.

    Args:
        path: a CSV file of 65 numbers a line, gzipped or not.

    Returns:
        (N, 28, 28, 1) float32 in [0, 1], and (N,) int.
    """
    from capsnet.data.normalisation import normalise

    rows = np.loadtxt(path, delimiter=",")
    ink = rows[:, :64].reshape(-1, 8, 8) / 16
    return np.stack([normalise(image) for image in ink]), rows[:, 64].astype(int)


def print_accuracy(images: np.ndarray, labels: np.ndarray, chosen: Sequence[str]) -> None:
    """Print each checkpoint's accuracy, and that for each class; the shipped one's if none is."""
    load_tensorflow_quietly()
    from capsnet.storage import checkpoints

    for checkpoint in chosen or (None,):
        model = checkpoints.load(checkpoint)
        answers = model.predict(images, batch_size=BATCH, verbose=0)["lengths"].argmax(-1)
        right = answers == labels
        print(f"{checkpoint or 'the shipped network'}: {right.mean():.1%} of {len(labels)} digits")
        print("  " + "  ".join(f"{c}: {right[labels == c].mean():.0%}" for c in range(10)))


if __name__ == "__main__":
    print_accuracy(*read(sys.argv[1]), sys.argv[2:])
