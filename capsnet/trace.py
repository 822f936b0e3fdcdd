"""Every intermediate of one forward pass, as NumPy arrays."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np


@dataclass(frozen=True)
class CapsNetTrace:
    """What the network computed for B images in R routing rounds; all arrays float32.

    Attributes:
        images: the input, (B, 28, 28, 1) in [0, 1].
        conv1: the first convolution's output, (B, 20, 20, 256), at least 0.
        primary_capsules: u_i, (B, 6, 6, 32, 8), of length below 1.
        prediction_vectors: the votes, (B, I, J, 16); I runs over (row, column, map).
        logits: b_ij, (R, B, I, J), from which each round's coefficients come; 0 in round 1.
        coupling: c_ij, (R, B, I, J), summing to 1 over J.
        digit_capsules: v_j, (R, B, J, 16), of length below 1.
        agreement: vote times digit capsule, (R, B, I, J), added to the logits after the round.
        lengths: the digit capsules' lengths, (R, B, J), below 1.
        reconstruction: what the decoder draws from the longest capsule of the last round,
            (B, 28, 28, 1) in [0, 1].
    """

    images: np.ndarray
    conv1: np.ndarray
    primary_capsules: np.ndarray
    prediction_vectors: np.ndarray
    logits: np.ndarray
    coupling: np.ndarray
    digit_capsules: np.ndarray
    agreement: np.ndarray
    lengths: np.ndarray
    reconstruction: np.ndarray

    @property
    def rounds(self) -> int:
        """R, the number of routing rounds."""
        return len(self.lengths)

    @property
    def predictions(self) -> np.ndarray:
        """The class of the longest capsule after the last round, (B,) int."""
        return self.lengths[-1].argmax(axis=-1)

    def save(self, file: str | BinaryIO) -> None:
        """Write all arrays, under their names, to a compressed `.npz` file."""
        arrays = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        np.savez_compressed(file, **arrays)
