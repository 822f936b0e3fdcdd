"""The network's answer to one image: two pictures and ten capsule lengths.

It paints on canvases that stay where they are, so that nothing flickers while an answer follows
the pen.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.components.browser_half import mounted

_component = mounted(
    "capsnet_answer", "answer/answer.js", html="answer/answer.html", styles=("answer/answer.css",)
)


def show_answer(key: str, data: Mapping[str, Any] | None, names: Sequence[str], said: str) -> None:
    """Show an answer.

    Args:
        key: of the component.
        data: from `answer_data`; None for no image at all.
        names: what each class is called.
        said: what is read aloud of it, once the pen rests.
    """
    sent = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in (data or {}).items()
    }
    _component(key=key, data={**sent, "said": said, "names": list(names)})


def answer_data(
    image: np.ndarray, lengths: np.ndarray, drawings: np.ndarray, margins: tuple[float, float]
) -> dict[str, Any]:
    """What the answer component draws.

    Args:
        image: what the network got, (28, 28, 1) in [0, 1].
        lengths: of its capsules, (10,).
        drawings: what each capsule would draw of it, (10, 28, 28, 1) in [0, 1].
        margins: m- and m+ of the margin loss.

    Returns:
        `lengths` and `margins` as numbers; `longest`, a class; `seen` and `drawings` as bytes,
        255 for ink.
    """
    return {
        "lengths": [float(length) for length in lengths],
        "margins": list(margins),
        "longest": int(lengths.argmax()),
        "seen": _levels(image),
        "drawings": _levels(drawings),
    }


def _levels(image: np.ndarray) -> bytes:
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).tobytes()
