"""The network as a file for other runtimes: LiteRT, ONNX or TensorFlow's SavedModel.

What is exported is the network's own layers and its own routing, traced with a batch of one: no
formula stands here a second time. Outputs have the names of `CapsNetTrace`'s fields. Routing goes
through ten rounds, the most there are; R rounds are the first R of ten.

Each export runs what it wrote and compares it with Keras; see `largest_errors`.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from capsnet.config import MAX_ROUNDS
from capsnet.errors import ExportError, first_line
from capsnet.network.decoder import longest, mask
from capsnet.network.model import CapsNet
from capsnet.ops import Tensor

Part = Literal["network", "encoder", "decoder"]
Format = Literal["litert", "onnx", "saved_model"]
Arrays = Mapping[str, np.ndarray]

NEEDS = {
    "litert": ("tensorflow", "ai_edge_litert"),
    "onnx": ("tf2onnx", "onnx", "onnxruntime"),
    "saved_model": ("tensorflow",),
}
"""Packages that each format is written and run with."""


@keras.saving.register_keras_serializable(package="capsnet")
class TracedNetwork(keras.Model):
    """A network that answers with everything it computes, for images and a silenced mask.

    Args:
        network: whose layers and routing are used.
        rounds: routing rounds.
        decodes: whether the decoder's picture of the longest capsule, after as many rounds as the
            network was trained with, is among the outputs.
    """

    def __init__(self, network: CapsNet, rounds: int = MAX_ROUNDS, decodes: bool = True) -> None:
        super().__init__(name="network" if decodes else "encoder")
        self.network, self.rounds, self.decodes = network, rounds, decodes

    def call(self, images: Tensor, silenced: Tensor) -> dict[str, Tensor]:
        """Images (B, 28, 28, 1) -> the fields of a `CapsNetTrace` but `images`.

        Args:
            images: in [0, 1].
            silenced: (B, 6, 6, 32), 1 for a primary capsule that is switched off, else 0.
        """
        network = self.network
        conv1 = network.conv1(images)
        primary_capsules = network.primary_capsules(conv1)
        primary_capsules = primary_capsules * (1.0 - silenced)[..., None]
        votes = network.digit_capsules.prediction_vectors(primary_capsules)
        layer = network.digit_capsules
        routed = layer.routing.trace(votes, self.rounds, layer.routing_values())
        outputs = {
            "conv1": ops.cast(conv1, "float32"),
            "primary_capsules": primary_capsules,
            "prediction_vectors": votes,
            **routed._asdict(),
            "lengths": layer.routing.lengths(routed.digit_capsules),
        }
        if self.decodes:
            last = routed.digit_capsules[layer.rounds - 1]
            chosen = longest(last, layer.routing.lengths)
            outputs["reconstruction"] = network.decoder(mask(last, chosen))
        return outputs


@keras.saving.register_keras_serializable(package="capsnet")
class MaskedDecoder(keras.Model):
    """The decoder alone: masked capsules (B, J, D) -> reconstruction (B, 28, 28, 1)."""

    def __init__(self, network: CapsNet) -> None:
        super().__init__(name="decoder")
        self.decoder = network.decoder

    def call(self, masked_capsules: Tensor) -> dict[str, Tensor]:
        """Draw what the one capsule describes that is not zero."""
        return {"reconstruction": self.decoder(masked_capsules)}


def inputs_of(model: CapsNet, part: Part) -> dict[str, tuple[int, ...]]:
    """The inputs of an export by name, with their shapes."""
    config = model.config
    if part == "decoder":
        return {"masked_capsules": (1, config.num_classes, config.digit_dim)}
    return {
        "images": (1, *config.image_shape),
        "silenced": (1, *config.primary_grid, config.primary_maps),
    }


def export(
    model: CapsNet, path: Path, part: Part = "network", to: Format = "litert", half: bool = False
) -> None:
    """Write a part of the network to a file of another runtime (SavedModel: to a folder).

    Args:
        model: the network.
        path: what to write; nothing may be there. LiteRT wants an ending of `.tflite`.
        part: `"network"` for everything a trace has, `"encoder"` for the same without the
            decoder, `"decoder"` for that alone.
        to: the format.
        half: keep weights in half precision (LiteRT only). They are computed with in single.

    Raises:
        ExportError: if a package is missing, or the network cannot be expressed in the format.
    """
    check_packages(to)
    exported = (
        MaskedDecoder(model)
        if part == "decoder"
        else TracedNetwork(model, decodes=part == "network")
    )
    shapes = inputs_of(model, part)
    exported(*(np.zeros(shape, np.float32) for shape in shapes.values()))  # else none exports
    signature = [
        keras.InputSpec(shape=shape, dtype="float32", name=name) for name, shape in shapes.items()
    ]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the exporters' own code
            exported.export(
                str(path),
                format="tf_saved_model" if to == "saved_model" else to,
                input_signature=signature,
                verbose=False,
                **(_litert_options(half) if to == "litert" else {}),
            )
    except Exception as error:  # each exporter has kinds of its own
        raise ExportError(
            f"Expected a network that can be written as {to}. Received: {first_line(error)}"
        ) from error


def largest_errors(
    model: CapsNet, path: Path, samples: np.ndarray, part: Part, to: Format
) -> dict[str, float]:
    """Run an export on images and compare every output with what Keras computes.

    Args:
        model: the network it was made of.
        path: the export.
        samples: images (N, 28, 28, 1) float32 in [0, 1].
        part: which part it is.
        to: its format.

    Returns:
        The largest absolute difference of each output.

    Raises:
        ExportError: if it cannot be run, or an output is missing.
    """
    run = runner(path, to)
    found: dict[str, float] = {}
    for image in samples:
        inputs, expected = _expected(model, image[None], part)
        try:
            outputs = run(inputs)
        except Exception as error:  # each runtime has kinds of its own
            raise ExportError(f"Expected {path} to run. Received: {first_line(error)}") from error
        if missing := expected.keys() - outputs.keys():
            raise ExportError(
                f"Expected outputs {', '.join(expected)} in {path}. "
                f"Received: none named {', '.join(sorted(missing))}"
            )
        for name, array in expected.items():
            apart = np.abs(outputs[name] - array).max()
            found[name] = max(found.get(name, 0.0), float(np.nan_to_num(apart, nan=np.inf)))
    return found


def runner(path: Path, to: Format) -> Callable[[Arrays], dict[str, np.ndarray]]:
    """A function that runs an export: inputs by name -> outputs by name.

    Raises:
        ExportError: if a package is missing, or the file is no such export.
    """
    check_packages(to)
    makers = {"litert": _litert, "onnx": _onnx, "saved_model": _saved_model}
    try:
        return makers[to](path)
    except Exception as error:
        raise ExportError(
            f"Expected an export as {to} at {path}. Received: {first_line(error)}"
        ) from error


def check_packages(to: Format) -> None:
    """Check that a format's packages are installed.

    Raises:
        ExportError: if one is not; it says how to get them.
    """
    if missing := [name for name in NEEDS[to] if find_spec(name) is None]:
        raise ExportError(
            f"Expected the packages that an export as {to} needs: {', '.join(NEEDS[to])}. "
            f"Received: no {', '.join(missing)}; run `pip install {' '.join(missing)}`"
        )
    if keras.backend.backend() != "tensorflow":
        raise ExportError(
            "Expected Keras to compute with TensorFlow, as exports are written with it. "
            f"Received: {keras.backend.backend()}"
        )


def _expected(model: CapsNet, image: np.ndarray, part: Part) -> tuple[Arrays, Arrays]:
    """Inputs of an export, and what Keras makes of them."""
    own = model.trace(image)
    last = own.digit_capsules[-1]  # (1, J, D)
    if part == "decoder":
        masked = ops.convert_to_numpy(mask(ops.convert_to_tensor(last), own.predictions))
        return {"masked_capsules": masked}, {"reconstruction": own.reconstruction}
    silenced = np.zeros(inputs_of(model, part)["silenced"], np.float32)
    silenced.flat[::7] = int(image.sum()) % 2  # of every other image a part is switched off
    off = silenced[0] > 0
    traced = model.trace(image, MAX_ROUNDS, silenced=off)
    expected = {name: array for name, array in vars(traced).items() if name != "images"}
    del expected["reconstruction"]  # of the tenth round
    if part == "network":
        own = model.trace(image, silenced=off)
        expected["reconstruction"] = own.reconstruction
    return {"images": image, "silenced": silenced}, expected


def _litert_options(half: bool) -> dict[str, Any]:
    """Only what a plain LiteRT runtime can run, as browsers have it."""
    import tensorflow as tf

    target = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
    if not half:
        return {"target_spec": target}
    return {
        "optimizations": [tf.lite.Optimize.DEFAULT],
        "target_spec": {**target, "supported_types": [tf.float16]},
    }


def _litert(path: Path) -> Callable[[Arrays], dict[str, np.ndarray]]:
    from ai_edge_litert.interpreter import Interpreter

    run = Interpreter(str(path)).get_signature_runner()
    return lambda inputs: {name: array.copy() for name, array in run(**inputs).items()}


def _onnx(path: Path) -> Callable[[Arrays], dict[str, np.ndarray]]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda inputs: dict(zip(names, session.run(names, dict(inputs)), strict=True))


def _saved_model(path: Path) -> Callable[[Arrays], dict[str, np.ndarray]]:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))

    @functools.wraps(loaded.serve)
    def run(inputs: Arrays) -> dict[str, np.ndarray]:
        outputs = loaded.serve(*(tf.constant(array) for array in inputs.values()))
        return {name: np.asarray(array) for name, array in outputs.items()}

    return run
