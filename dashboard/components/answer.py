"""The network's answer to one image: two pictures and ten capsule lengths.

It paints on canvases that stay where they are, so that nothing flickers while an answer follows
the pen.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.components.browser_half import mounted

_component = mounted(
    "capsnet_answer", "answer/answer.js", html="answer/answer.html", styles=("answer/answer.css",)
)


def show_answer(key: str, data: Mapping[str, Any] | None, names: Sequence[str], said: str) -> None:
    """Show an answer.

    Args:
        key: of the component.
        data: from `figures.lengths.answer_data`; None for no image at all.
        names: what each class is called.
        said: what is read aloud of it, once the pen rests.
    """
    sent = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in (data or {}).items()
    }
    _component(key=key, data={**sent, "said": said, "names": list(names)})
