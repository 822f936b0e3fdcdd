"""The network's answer to one image: pictures, and the capsule lengths as figures.

Pictures are painted on canvases that stay where they are, and the figures' values are changed in
place, so that nothing flickers while an answer follows the pen.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from capsnet import figures
from capsnet.config import MAX_ROUNDS
from dashboard.components.browser_half import mounted
from dashboard.components.figure import kit, text_of

_component = mounted(
    "capsnet_answer",
    "answer/answer.js",
    html="answer/answer.html",
    styles=("figure.css", "answer/answer.css"),
)


def show_answer(
    key: str,
    data: Mapping[str, Any] | None,
    names: Sequence[str],
    margins: tuple[float, float],
    said: str,
    usual_error: float | None = None,
) -> None:
    """Show an answer.

    Args:
        key: of the component.
        data: from `answer_data`; None for no image at all.
        names: what each class is called.
        margins: m- and m+ of the margin loss.
        said: what is read aloud of it, once the pen rests.
        usual_error: squared error that 95 % of the validation images stay below; a reconstruction
            with a larger one is told to be poor. None if that is not known.
    """
    sent = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in (data or {}).items()
    }
    told = {"said": said, "names": list(names), "margins": list(margins), "usual": usual_error}
    _component(key=key, data={**sent, **told, "charts": charts(tuple(names), margins)})


@functools.lru_cache(8)
def charts(names: tuple[str, ...], margins: tuple[float, float]) -> dict[str, Any]:
    """What the browser draws the lengths with: two figures that wait for their values."""
    by_round = figures.lengths_by_round(np.zeros((MAX_ROUNDS, len(names))), names=names)
    by_round.frames = ()
    by_round.layout.sliders = by_round.layout.updatemenus = ()
    lengths = figures.capsule_lengths(np.zeros(len(names)), names, margins)
    return {**kit(), "figures": {"lengths": text_of(lengths), "rounds": text_of(by_round)}}


def answer_data(image: np.ndarray, lengths: np.ndarray, drawings: np.ndarray) -> dict[str, Any]:
    """What the answer component draws.

    Args:
        image: what the network got, (H, W, C) in [0, 1].
        lengths: of its capsules, (J,).
        drawings: what each capsule would draw of it, (J, H, W, C) in [0, 1].

    Returns:
        `lengths` as numbers; `seen` and `drawings` as bytes, 255 for ink or light; `shape` of a
        picture.
    """
    return {
        "lengths": [float(length) for length in lengths],
        "shape": list(image.shape),
        "seen": _levels(image),
        "drawings": _levels(drawings),
    }


def _levels(image: np.ndarray) -> bytes:
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).tobytes()
