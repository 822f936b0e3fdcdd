"""What each part of a training recipe does, told by short runs of the `compact` network.

    python -m tests.bench.recipes FOLDER [digits.csv.gz] [--epochs 2] [--data mnist.npz]

Every run has the same seed and epochs and one thing changed. For each it prints the accuracy and
squared error on validation and, given the file that `tests.bench.outside` describes, the accuracy
on handwriting from outside MNIST. One run each: differences below about 0.2 % on validation and
1.5 % outside are noise.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from capsnet.presets import PRESETS
from capsnet.tensorflow_startup import load_tensorflow_quietly

SHAPES = {"rotation": 12.0, "scale": 0.1, "shear": 0.15}
TOUCHED = {"untouched": 0.4}
RECIPES: dict[str, dict[str, Any]] = {
    "shifts alone": {},
    "no shifts": {"shift": 0},
    "rotation, scale, shear": {**SHAPES, **TOUCHED},
    "elastic": {"elastic": 0.6, **TOUCHED},
    "thickness": {"thickness": 0.5, **TOUCHED},
    "barred 7s, upstroked 1s": {"flourishes": 0.3},
    "all of these": {**SHAPES, "elastic": 0.6, "thickness": 0.5, "flourishes": 0.3, **TOUCHED},
    "constant learning rate": {"schedule": "constant", "warmup_steps": 0},
    "moving average": {"ema": 0.99},
    "reconstruction weighs 0.0005": {"reconstruction_weight": 0.0005},
}
"""What differs from the preset; the reconstruction's weight belongs to the network."""


def main() -> None:
    """Train and measure each recipe in turn; those whose run has finished are only measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.recipes", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the runs are kept")
    parser.add_argument("outside", type=Path, nargs="?", help="digits.csv.gz")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--data", type=Path, help="mnist.npz; as for train")
    arguments = parser.parse_args()
    load_tensorflow_quietly()
    print("recipe | validation | squared error | outside")
    for name, changes in RECIPES.items():
        row = measured(name, changes, arguments)
        print(f"{name} | {row['accuracy']:.2%} | {row['error']:.1f} | {row['outside']}", flush=True)


def measured(name: str, changes: dict[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    """One recipe's run and what came of it."""
    from capsnet.data import datasets
    from capsnet.storage import checkpoints
    from capsnet.training.run_folder import RUN
    from capsnet.training.train import train
    from tests.bench import outside

    preset = PRESETS["compact"]
    of_network = {f.name for f in dataclasses.fields(preset.network)} & set(changes)
    network = dataclasses.replace(preset.network, **{n: changes[n] for n in of_network})
    of_training = {n: value for n, value in changes.items() if n not in of_network}
    training = dataclasses.replace(preset.training, epochs=arguments.epochs, **of_training)
    digits = datasets.load_split("train", arguments.data)
    validation = datasets.load_split("validation", arguments.data)
    folder = arguments.folder / name.replace(" ", "-").replace(",", "")
    resume = (folder / RUN).exists()
    run = train(network, training, digits, validation, folder, resume, report=lambda line: None)
    best = [row for row in run.history if row["best"]][-1]  # of the network that is kept
    told = "-"
    if arguments.outside:
        images, labels = outside.read(arguments.outside)
        lengths = checkpoints.load(run.best).predict(images, batch_size=200, verbose=0)["lengths"]
        told = f"{(lengths.argmax(-1) == labels).mean():.1%}"
    return {
        "accuracy": best["val_accuracy"],
        "error": best["val_reconstruction_error"],
        "outside": told,
    }


if __name__ == "__main__":
    main()
