"""An exported network, run by LiteRT: its answers without Keras and without TensorFlow.

It is the same graph that visitors' browsers run (see `capsnet.network.export`), so it takes a tenth
of TensorFlow's memory and is there in a second.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from capsnet.config import CapsNetConfig
from capsnet.errors import ExportError, first_line
from capsnet.network.trace import CapsNetTrace


class Answer(NamedTuple):
    """What the network says of one image, without what it computed on the way.

    Attributes:
        lengths: ||v_j|| after the last round, (J,) float32, below 1.
        drawings: what the decoder draws from each digit capsule, (J, 28, 28, 1) float32 in
            [0, 1]; that of the longest capsule is the reconstruction.
        digit_capsules: v_j after the last round, (J, D) float32.
    """

    lengths: np.ndarray
    drawings: np.ndarray
    digit_capsules: np.ndarray


class ExportedNetwork:
    """Encoder and decoder of a network, as `capsnet.network.export` writes them.

    Args:
        encoder: a LiteRT file of the part `"encoder"`.
        decoder: one of the part `"decoder"`.
        config: of the network they were made of.

    Raises:
        ExportError: if one of them cannot be run, or LiteRT is not there.
    """

    def __init__(self, encoder: Path, decoder: Path, config: CapsNetConfig) -> None:
        self.config = config
        self._encoder = _Part(encoder, ["images", "silenced"])
        self._decoder = _Part(decoder, ["masked_capsules"])
        self._silenced = np.zeros((1, *config.primary_grid, config.primary_maps), np.float32)

    def rounds(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lengths (R, J) and digit capsules (R, J, D) of each of ten rounds.

        Args:
            image: (1, 28, 28, 1) float32 in [0, 1].
        """
        names = ["lengths", "digit_capsules"]
        lengths, capsules = self._encoder.run(names, image, self._silenced)
        return lengths[:, 0], capsules[:, 0]

    def trace(self, image: np.ndarray) -> CapsNetTrace:
        """Everything that the network computes of one image, in as many rounds as it was trained.

        Args:
            image: (1, 28, 28, 1) float32 in [0, 1].
        """
        once = ["conv1", "primary_capsules", "prediction_vectors"]
        by_round = ["logits", "coupling", "digit_capsules", "agreement", "lengths"]
        found = self._encoder.run([*once, *by_round], image, self._silenced)
        arrays = dict(zip([*once, *by_round], found, strict=True))
        arrays |= {name: arrays[name][: self.config.rounds] for name in by_round}
        longest = arrays["lengths"][-1].argmax(axis=-1)
        drawn = self.decode(arrays["digit_capsules"][-1], longest)
        return CapsNetTrace(images=image, reconstruction=drawn, **arrays)

    def answer(self, image: np.ndarray) -> Answer:
        """The network's answer to one image, (1, 28, 28, 1) float32 in [0, 1]."""
        lengths, capsules = (each[self.config.rounds - 1] for each in self.rounds(image))
        classes = self.config.num_classes
        each_alone = np.repeat(capsules[None], classes, axis=0)  # (J, J, D)
        return Answer(lengths, self.decode(each_alone, np.arange(classes)), capsules)

    def digit_capsules(self, images: np.ndarray) -> np.ndarray:
        """The digit capsules of images after the last round, (B, J, D)."""
        last = self.config.rounds - 1
        return np.stack([self.rounds(image[None])[1][last] for image in images])

    def lengths(self, images: np.ndarray) -> np.ndarray:
        """The capsule lengths of images after the last round, (B, J)."""
        last = self.config.rounds - 1
        return np.stack([self.rounds(image[None])[0][last] for image in images])

    def decode(self, digit_capsules: np.ndarray, classes: np.ndarray | int) -> np.ndarray:
        """What one capsule of each image would draw, all others masked; as `CapsNet.decode`.

        Args:
            digit_capsules: (B, J, D) float.
            classes: which capsule to keep: one for all, or (B,).

        Returns:
            (B, 28, 28, 1) float32 in [0, 1].
        """
        drawn = []
        for place, kept in enumerate(np.broadcast_to(classes, len(digit_capsules))):
            masked = np.zeros((1, *digit_capsules.shape[1:]), np.float32)
            masked[0, kept] = digit_capsules[place, kept]
            drawn.append(self._decoder.run(["reconstruction"], masked)[0][0])
        return np.stack(drawn)


class _Part:
    """One LiteRT file; its inputs in the order of their names here."""

    def __init__(self, path: Path, inputs: Sequence[str]) -> None:
        try:
            from ai_edge_litert.interpreter import Interpreter

            self._interpreter = Interpreter(str(path), num_threads=1)  # as many visitors as cores
            self._interpreter.allocate_tensors()
            runner = self._interpreter.get_signature_runner()
            given, found = runner.get_input_details(), runner.get_output_details()
            self._inputs = [given[name]["index"] for name in inputs]
            self._outputs = {name: found[name]["index"] for name in found}
        except Exception as error:  # LiteRT has many kinds for a damaged file
            raise ExportError(
                f"Expected an export that LiteRT can run at {path}. Received: {first_line(error)}"
            ) from error
        self._lock = threading.Lock()

    def run(self, outputs: Sequence[str], *arrays: np.ndarray) -> list[np.ndarray]:
        """The outputs of these names, of the inputs in their order."""
        with self._lock:
            for index, array in zip(self._inputs, arrays, strict=True):
                self._interpreter.set_tensor(index, np.ascontiguousarray(array, np.float32))
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(self._outputs[name]) for name in outputs]
