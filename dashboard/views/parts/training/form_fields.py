"""The numbers that the form of a new run has: their names, ranges and steps."""

from __future__ import annotations

from typing import NamedTuple

from capsnet.config import MAX_ROUNDS

LONGEST = 20
"""Characters of a number in a link; Python reads whole numbers of any length, slowly."""


class Field(NamedTuple):
    """A number that can be set.

    Attributes:
        label: what it is called.
        largest: what it may be.
        step: of its buttons; whole if the number is.
        format: as in C.
        help: in a sentence.
        least: what it must be.
    """

    label: str
    largest: float
    step: float
    format: str
    help: str | None = None
    least: float = 0

    @property
    def brief(self) -> str:
        """The label without its unit, inside a sentence."""
        return self.label.split(",")[0].lower()

    @property
    def type(self) -> type[int] | type[float]:
        """Of the number."""
        return int if isinstance(self.step, int) else float

    @property
    def expected(self) -> str:
        """What it must be, for the visitor."""
        if self.type is int:
            return f"a whole number from {self.least:.0f} to {self.largest:,.0f}"
        return f"a number from {self.least:g} to {self.largest:g}"

    def read(self, written: str) -> float:
        """The number that a link has.

        Raises:
            ValueError: if it is none that can be set here.
        """
        if len(written) > LONGEST or not self.least <= self.type(written) <= self.largest:
            raise ValueError(written)
        return self.type(written)


OF_A_RUN = {
    "epochs": Field("Epochs", 500, 1, "%d", "Passes over all training images.", least=1),
    "rounds": Field("Routing rounds", MAX_ROUNDS, 1, "%d", least=1),
    "reconstruction_weight": Field(
        "Weight of the reconstruction",
        1.0,
        0.0005,
        "%.4f",
        "Weight of an image's squared error in the loss. With more weight the network draws more "
        "clearly and reads a little worse.",
    ),
    "seed": Field("Seed", 1_000_000, 1, "%d"),
    "shift": Field("Shift, pixels at most", 6, 1, "%d"),
    "learning_rate": Field(
        "Learning rate",
        0.1,
        0.0005,
        "%.5f",
        "Adam's learning rate at its peak. Lower it if a run ended with a loss that is no number.",
        least=1e-5,
    ),
}

DISTORTIONS = {
    "rotation": Field("Turn, degrees", 45.0, 5.0, "%.0f"),
    "scale": Field("Stretch, as a share", 0.5, 0.05, "%.2f"),
    "shear": Field("Slant, pixels a row", 1.0, 0.05, "%.2f"),
    "elastic": Field("Bend, pixels", 5.0, 0.25, "%.2f"),
    "thickness": Field("Stroke, pixels (about)", 1.0, 0.1, "%.1f", "Thinner or thicker strokes."),
    "flourishes": Field(
        "Bars and upstrokes, share", 1.0, 0.1, "%.1f", "Of the sevens and the ones; digits only."
    ),
    "untouched": Field("Left as they are, share", 1.0, 0.1, "%.1f"),
}

FIELDS = OF_A_RUN | DISTORTIONS
