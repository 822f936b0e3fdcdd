"""Made data of other shapes than MNIST's, and small networks that learned a little of it."""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from capsnet.config import CapsNetConfig
from capsnet.data.images import Images
from capsnet.training_config import TrainingConfig

LETTERS = CapsNetConfig(
    image_shape=(32, 32, 3),
    conv_filters=8,
    primary_maps=2,
    num_classes=26,
    class_names=tuple(string.ascii_uppercase),
    digit_dim=8,
    rounds=5,
    decoder_units=(16, 32),
    reconstruction_weight=0.01,
    compile_routing=False,
)
"""26 letters in colour, 8 pose dimensions, 5 rounds."""

SOLIDS = CapsNetConfig(
    image_shape=(96, 96, 2),
    conv_filters=4,
    primary_maps=1,
    primary_stride=6,
    num_classes=5,
    class_names=("animal", "person", "plane", "truck", "car <b>"),
    digit_dim=16,
    rounds=3,
    decoder_units=(8, 16),
    reconstruction_weight=0.001,
    compile_routing=False,
)
"""Five kinds of things in stereo pairs, as smallNORB has them; one name is like markup."""


def letters(count: int, seed: int = 0) -> Images:
    """Letters in colour on coloured ground, (N, 32, 32, 3); picture n is of class n % 26."""
    rng = np.random.default_rng(seed)
    font = ImageFont.load_default(size=24)
    pictures = []
    for n in range(count):
        ground, ink = rng.integers(0, 110, 3), rng.integers(145, 256, 3)
        sheet = Image.new("RGB", (32, 32), tuple(map(int, ground)))
        place = tuple(rng.integers(4, 9, 2) - (0, 4))
        letter = string.ascii_uppercase[n % 26]
        ImageDraw.Draw(sheet).text(place, letter, tuple(map(int, ink)), font)
        pictures.append(np.asarray(sheet))
    return Images(np.stack(pictures), np.arange(count) % 26)


def solids(count: int, seed: int = 0) -> Images:
    """Polygons seen by two eyes on light ground, (N, 96, 96, 2); picture n is of class n % 5."""
    rng = np.random.default_rng(seed)
    pictures = []
    for n in range(count):
        eyes, middle, turn = [], rng.integers(40, 56, 2), rng.uniform(0, 6)
        for shift in (-4, 4):
            sheet = Image.new("L", (96, 96), 200)
            around = (int(middle[0]) + shift, int(middle[1]), 26)
            pen = ImageDraw.Draw(sheet)
            pen.regular_polygon(around, n % 5 + 3, np.degrees(turn), fill=60, outline=120)
            eyes.append(np.asarray(sheet))
        pictures.append(np.stack(eyes, axis=-1))
    return Images(np.stack(pictures), np.arange(count) % 5)


def train_letters(folder: Path) -> None:
    """A finished run of `LETTERS` in `folder`."""
    _train(LETTERS, letters(520), letters(52, seed=1), folder)


def train_solids(folder: Path) -> None:
    """A finished run of `SOLIDS` in `folder`."""
    _train(SOLIDS, solids(60), solids(20, seed=1), folder)


def _train(network: CapsNetConfig, train: Images, validation: Images, folder: Path) -> None:
    from capsnet.training.train import train as run

    training = TrainingConfig(
        dataset="made.npz", epochs=1, batch_size=20, learning_rate=5e-3, shift=0
    )
    run(network, training, train, validation, folder, report=lambda _: None)
