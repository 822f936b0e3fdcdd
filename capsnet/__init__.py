"""A capsule network (Sabour, Frosst and Hinton 2017) that shows its own arithmetic.

Package map, in the order of imports: each part needs only those above it.

    errors              the errors raised here; what a library's error says, in one line
    assets              where the shipped network and the bundled digits lie
    config_checks       what the fields of a config may hold, and how they travel as JSON
    config              every decision about a network, as documented dataclass fields
    training_config     every setting of a training run, likewise
    presets             networks and ways to train them, under a name
    capabilities        what can be shown of a network, asked of its config
    tensorflow_startup  load TensorFlow without its start-up messages
    ops                 squash, safe_norm
    devices             the accelerators that compute beside the processor
    routing             routing by agreement, and famous wrong routings
    network             layers, decoder, losses, CapsNet, its trace
    storage             checkpoints, their safety, model cards, files that appear whole
    data                pictures, datasets, drawings, augmentation
    analysis            prediction, evaluation, pose, pose atlas, misclassified digits; forward
                        passes over a split, transformations, attacks, parse trees, and the
                        experiments made of them
    training            train a network; a run's folder; what comes of a run
    figures             arrays or a trace in, a Plotly figure out
    cli                 `python -m capsnet`: a module for each command

Axes, always in this order:

    R   routing rounds (in front, where there is one)
    B   images
    I   primary capsules, 6 x 6 x 32 = 1152 in the paper, flattened as (row, column, map)
    J   digit capsules, 10
    D   pose dimensions of a digit capsule, 16 (K: of a primary capsule, 8)

What a notebook needs lies here too, and is loaded when it is first asked for, so that
`import capsnet` is instant (TensorFlow takes seconds):

    import capsnet

    model = capsnet.load()
    trace = model.trace(capsnet.bundled_digits()[:1])
    capsnet.figures.lengths(trace).show()

Reference: Sabour, Frosst and Hinton, "Dynamic Routing Between Capsules", NIPS 2017,
https://arxiv.org/abs/1710.09829 ("the paper" throughout this package).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from capsnet import figures as figures
    from capsnet.config import CapsNetConfig as CapsNetConfig
    from capsnet.data.bundled import bundled_digits as bundled_digits
    from capsnet.data.normalisation import normalise as normalise
    from capsnet.network.model import CapsNet as CapsNet
    from capsnet.storage.checkpoints import load as load

__all__ = ["CapsNet", "CapsNetConfig", "bundled_digits", "figures", "load", "normalise"]

_HOMES = {
    "CapsNet": "capsnet.network.model",
    "CapsNetConfig": "capsnet.config",
    "bundled_digits": "capsnet.data.bundled",
    "load": "capsnet.storage.checkpoints",
    "normalise": "capsnet.data.normalisation",
}


def __getattr__(name: str) -> Any:
    """Import one of the names above when it is first asked for."""
    if name == "figures":
        return importlib.import_module("capsnet.figures")
    if name not in _HOMES:
        raise AttributeError(f"module 'capsnet' has no attribute {name!r}")
    if name in ("CapsNet", "load"):
        importlib.import_module("capsnet.tensorflow_startup").load_tensorflow_quietly()
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The names that can be asked for."""
    return sorted([*globals(), *__all__])
