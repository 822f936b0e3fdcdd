"""What the pose atlas says of each dimension, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from capsnet.analysis.pose_atlas import REACH, Meaning, PoseAtlas


def offer(atlas: PoseAtlas) -> list[list[Mapping[str, str] | None]]:
    """The explorer's `meanings`: for each capsule and dimension a label with its strength.

    Returns:
        `{"label": ..., "left": ..., "right": ..., "all": ...}` or None where nothing fits: the
        measure that is seen to change most, what the slider's ends do to it, and all that the
        slider changes.
    """
    capsules, dimensions, _ = atlas.r.shape
    return [[_words(atlas, c, d) for d in range(dimensions)] for c in range(capsules)]


def table(atlas: PoseAtlas) -> str:
    """What all dimensions of all capsules do to the right, as an HTML table with r."""
    capsules, dimensions, _ = atlas.r.shape
    cells = np.array(
        [[_cell(atlas.meanings(c, d)) for c in range(capsules)] for d in range(dimensions)]
    )
    head = "".join(f"<th scope='col'>{c}</th>" for c in range(capsules))
    rows = "".join(
        f"<tr><th scope='row'>{d}</th>{''.join(row)}</tr>" for d, row in enumerate(cells)
    )
    return f"<div class='pose-atlas'><table><tr><th></th>{head}</tr>{rows}</table></div>"


def _cell(found: list[Meaning]) -> str:
    if not found:
        return "<td>–</td>"
    return f"<td>{_ends(found[0])[1]}<br>{_signed(found[0].r)}</td>"


def _words(atlas: PoseAtlas, capsule: int, dimension: int) -> Mapping[str, str] | None:
    found = atlas.meanings(capsule, dimension)
    if not found:
        return None
    said = "; ".join(f"{_effect(meaning)} ({_strength(meaning)})" for meaning in found)
    left, right = _ends(found[0])
    return {
        "label": f"{found[0].measure.name}, {_strength(found[0])}",
        "left": left,
        "right": right,
        "all": f"From −{REACH:g} to +{REACH:g}: {said}. "
        f"Measured on {atlas.digits} real digits of class {capsule}.",
    }


def _effect(meaning: Meaning) -> str:
    """How much the measure changes over the whole sweep."""
    amount = f"{abs(meaning.change):.1f} {meaning.measure.unit}".replace(" °", "°")
    return f"{amount} {_ends(meaning)[1]}"


def _ends(meaning: Meaning) -> tuple[str, str]:
    """What the picture becomes to the left and to the right."""
    measure = meaning.measure
    less_to_more = (measure.less, measure.more)
    return less_to_more if meaning.change > 0 else less_to_more[::-1]


def _strength(meaning: Meaning) -> str:
    """How closely the measure follows, without the direction: the words beside it give that."""
    return f"|r| = {abs(meaning.r):.2f}"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
