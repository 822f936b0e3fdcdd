"""Networks and ways to train them, under a name: the paper's, the notebook's, quicker ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from capsnet.config import CapsNetConfig
from capsnet.training_config import AUTO, TrainingConfig


@dataclass(frozen=True)
class Preset:
    """A network and the way to train it, under one name."""

    description: str
    network: CapsNetConfig = field(default_factory=CapsNetConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)


PRESETS: Mapping[str, Preset] = {
    "paper": Preset("The paper's network, loss and augmentation."),
    "notebook": Preset(
        "A. Geron's notebook: two rounds, ReLU before the squash, no augmentation.",
        CapsNetConfig(
            rounds=2, primary_activation="relu", W_stddev=0.01, reconstruction_weight=0.025
        ),
        TrainingConfig(epochs=10, batch_size=50, shift=0),
    ),
    "explorer": Preset(
        "The paper's network in 40 to 120 minutes on two cores; the shipped one began with a "
        "variant of it.",
        CapsNetConfig(gradient="last", W_stddev=0.05, reconstruction_weight=0.02),
        TrainingConfig(
            epochs=8,
            batch_size=100,
            learning_rate=1.5e-3,
            schedule="cosine",
            warmup_steps=300,
            conv_dtype=AUTO,
        ),
    ),
    "compact": Preset(
        "A small network of the same kind, trained in a few minutes: for live demonstrations.",
        CapsNetConfig(
            conv_filters=64,
            primary_maps=8,
            gradient="last",
            W_stddev=0.1,
            reconstruction_weight=0.02,
        ),
        TrainingConfig(
            epochs=4,
            batch_size=50,
            learning_rate=2e-3,
            schedule="cosine",
            warmup_steps=200,
            shift=1,
            conv_dtype=AUTO,
        ),
    ),
    "letters": Preset(
        "EMNIST's letters, 26 classes of 28 x 28: give the path of its files.",
        CapsNetConfig(
            num_classes=26,
            conv_filters=128,
            primary_maps=16,
            gradient="last",
            reconstruction_weight=0.01,
        ),
        TrainingConfig(
            epochs=6,
            batch_size=100,
            learning_rate=1.5e-3,
            schedule="cosine",
            warmup_steps=300,
            shift=1,
            conv_dtype=AUTO,
        ),
    ),
    "fashion": Preset(
        "Fashion-MNIST, ten kinds of clothes of 28 x 28: the paper's network, hardly shifted.",
        CapsNetConfig(gradient="last", W_stddev=0.05, reconstruction_weight=0.005),
        TrainingConfig(
            dataset="fashion-mnist",
            epochs=8,
            batch_size=100,
            learning_rate=1.5e-3,
            schedule="cosine",
            warmup_steps=300,
            shift=1,
            conv_dtype=AUTO,
        ),
    ),
    "smallnorb": Preset(
        "smallNORB, 5 kinds of toys in stereo pairs, at 48 x 48 as in the paper (section 7; it "
        "trains on random 32 x 32 parts, here is the whole): give the path of its files.",
        CapsNetConfig(
            image_shape=(48, 48, 2),
            num_classes=5,
            primary_stride=3,
            gradient="last",
            reconstruction_weight=0.0005,
        ),
        TrainingConfig(
            epochs=10,
            batch_size=64,
            schedule="cosine",
            warmup_steps=300,
            shift=2,
            resize=48,
            conv_dtype=AUTO,
        ),
    ),
    "cifar10": Preset(
        "CIFAR-10, photos of 32 x 32 in ten classes: 64 maps as in the paper (section 7; it has "
        "24 x 24 parts and seven networks together): give the path of its files.",
        CapsNetConfig(
            image_shape=(32, 32, 3),
            primary_maps=64,
            gradient="last",
            reconstruction_weight=0.0005,
        ),
        TrainingConfig(
            epochs=20,
            batch_size=64,
            schedule="cosine",
            warmup_steps=500,
            shift=2,
            conv_dtype=AUTO,
        ),
    ),
}
