"""How numbers are written, on every page and in every chart alike."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share, 0 to 1, to the second decimal: one of 5,000 pictures is 0.02 %."""
    return f"{share:.2%}".replace("%", " %")


def squared_error(value: float) -> str:
    """The squared error of a reconstruction, summed over its pixels."""
    return f"{value:.2f}"
