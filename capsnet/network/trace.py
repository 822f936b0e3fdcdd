"""Every intermediate of one forward pass, as NumPy arrays."""

from __future__ import annotations

import dataclasses
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from capsnet.errors import UNREADABLE, no_file

AXES = {
    "images": "BHWC",
    "conv1": "BYXF",
    "primary_capsules": "BVUMK",
    "prediction_vectors": "BIJD",
    "logits": "RBIJ",
    "coupling": "RBIJ",
    "digit_capsules": "RBJD",
    "agreement": "RBIJ",
    "lengths": "RBJ",
    "reconstruction": "BHWC",
}
"""A letter for each axis of each array; axes of one letter are of one size."""


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
        """Write all arrays, under their names, to a compressed `.npz` file.

        Args:
            file: its path, to which NumPy adds `.npz` if it ends otherwise; or an open file.
        """
        arrays = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: str | Path) -> CapsNetTrace:
        """Read what `save` wrote, or `python -m capsnet trace --out`.

        Args:
            path: the file, with its ending.

        Raises:
            ValueError: for a missing or damaged file, and for one that holds anything else.
        """
        expected = f"Expected a trace, as CapsNetTrace.save writes it, at {path}."
        if not Path(path).is_file():
            raise ValueError(f"{expected} Received: {no_file(path)}")
        try:
            # NumPy forgets to close a damaged file, and takes what is no archive for a pickle.
            with Path(path).open("rb") as file, zipfile.ZipFile(file):
                file.seek(0)
                with np.load(file, allow_pickle=False) as arrays:
                    loaded = {name: arrays[name] for name in arrays}
        except UNREADABLE as error:
            raise ValueError(
                f"{expected} Received: a file that cannot be read ({error})"
            ) from error
        if set(loaded) != set(AXES):
            raise ValueError(f"{expected} Received: arrays {', '.join(sorted(loaded))}")
        sizes: dict[str, int] = {}
        for name, array in loaded.items():
            if not isinstance(array, np.ndarray):  # a member that NumPy has not written
                raise ValueError(f"{expected} Received: {name} that is no array")
            axes = dict(zip(AXES[name], array.shape, strict=False))
            fits = array.ndim == len(AXES[name]) and array.dtype == np.float32
            if not fits or any(sizes.setdefault(a, n) != n or n < 1 for a, n in axes.items()):
                raise ValueError(
                    f"{expected} Received: {name} of shape {array.shape} and type {array.dtype}, "
                    "which goes with no network, or not with the other arrays"
                )
        if (capsules := sizes["V"] * sizes["U"] * sizes["M"]) != sizes["I"]:
            raise ValueError(
                f"{expected} Received: {capsules} primary capsules, and votes of {sizes['I']}"
            )
        return cls(**loaded)
