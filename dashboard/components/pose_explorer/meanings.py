"""What the pose atlas says of each dimension, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from capsnet.atlas import REACH, Meaning, PoseAtlas


def offer(atlas: PoseAtlas) -> list[list[Mapping[str, str] | None]]:
    """The explorer's `meanings`: for each capsule and dimension a label with its strength.

    Returns:
        `{"amount": ..., "label": ..., "more": ...}` or None where nothing fits.
    """
    capsules, dimensions, _ = atlas.r.shape
    return [[_words(atlas, c, d) for d in range(dimensions)] for c in range(capsules)]


def table(atlas: PoseAtlas) -> str:
    """The labels of all capsules as an HTML table: a row for each dimension."""
    capsules, dimensions, _ = atlas.r.shape
    cells = np.array(
        [[_cell(atlas.meanings(c, d)) for c in range(capsules)] for d in range(dimensions)]
    )
    head = "".join(f"<th scope='col'>{c}</th>" for c in range(capsules))
    rows = "".join(
        f"<tr><th scope='row'>{d}</th>{''.join(row)}</tr>" for d, row in enumerate(cells)
    )
    return f"<table class='pose-atlas'><tr><th></th>{head}</tr>{rows}</table>"


def _cell(found: list[Meaning]) -> str:
    if not found:
        return "<td>–</td>"
    best = found[0]
    strength = f"{best.r:.2f}".replace("-", "−")
    return f"<td>{best.measure.name}<br>{strength}</td>"


def _words(atlas: PoseAtlas, capsule: int, dimension: int) -> Mapping[str, str] | None:
    found = atlas.meanings(capsule, dimension)
    if not found:
        return None
    said = "; ".join(f"{_effect(meaning)} (r = {_signed(meaning.r)})" for meaning in found)
    return {
        "amount": _amount(found[0]),
        "label": str(found[0]),
        "more": f"From −{REACH:g} to +{REACH:g}: {said}. "
        f"Measured on {atlas.digits} real digits of class {capsule}.",
    }


def _effect(meaning: Meaning) -> str:
    measure = meaning.measure
    word = measure.more if meaning.change > 0 else measure.less
    return f"{abs(meaning.change):.1f} {measure.unit} {word}".replace(" °", "°")


def _amount(meaning: Meaning) -> str:
    """How much the measure changes over the whole sweep."""
    sign = "+" if meaning.change > 0 else "−"
    return f"{sign}{abs(meaning.change):.1f} {meaning.measure.unit}".replace(" °", "°")


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
