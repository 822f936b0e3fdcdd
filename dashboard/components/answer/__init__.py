"""The network's answer to one image: two pictures and ten capsule lengths.

It paints on canvases that stay where they are, so that nothing flickers while an answer follows
the pen.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from capsnet.reading import read_lengths
from dashboard.components.modules import joined
from dashboard.components.verdict import in_words

FOLDER = Path(__file__).parent

_component = st.components.v2.component(
    "capsnet_answer",
    html=(FOLDER / "answer.html").read_text(encoding="utf-8"),
    css=(FOLDER / "answer.css").read_text(encoding="utf-8"),
    js=joined(FOLDER / "answer.js"),
    isolate_styles=False,
)


def show_answer(
    key: str, data: Mapping[str, Any] | None, names: Sequence[str], said: str = ""
) -> None:
    """Show an answer.

    Args:
        key: of the component.
        data: from `figures.lengths.answer_data`; None for no image at all.
        names: what each class is called.
        said: what is read aloud where there is no image: why not.
    """
    sent = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in (data or {}).items()
    }
    sent["said"] = in_one_sentence(data["lengths"], names) if data else said
    _component(key=key, data={**sent, "names": list(names)})


def in_one_sentence(lengths: Sequence[float], names: Sequence[str]) -> str:
    """The verdict for those who only hear it."""
    reading = read_lengths(np.asarray(lengths))
    headline, line = in_words(reading, names)
    return f"Read as {names[reading.best]}. {headline}{'. ' * bool(headline)}{line}"
