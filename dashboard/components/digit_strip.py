"""A strip of small pictures, each a button."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dashboard.components.browser_half import mounted

_component = mounted(
    "capsnet_digit_strip",
    "digit_strip/strip.js",
    html="digit_strip/strip.html",
    styles=("digit_strip/strip.css",),
)


def digit_strip(
    key: str, digits: Sequence[tuple[bytes, str, str]], on_pick: Callable[[], None]
) -> None:
    """Show the strip.

    Args:
        key: of the component; `picked` reads its value.
        digits: 28 x 28 bytes each, 255 for ink; what to call it; what to write beneath it.
        on_pick: called before the script runs, when one has been clicked.
    """
    items = [
        {"id": _id(ink), "ink": base64.b64encode(ink).decode(), "name": name, "below": below}
        for ink, name, below in digits
    ]
    _component(key=key, data={"items": items}, on_picked_change=on_pick)


def picked(value: Mapping[str, Any], inks: Iterable[bytes]) -> int | None:
    """Which of these pictures has been clicked; None if it is none of them.

    The browser names the picture, not its place: the strip may have changed under the hand.
    """
    return next((k for k, ink in enumerate(inks) if _id(ink) == value.get("picked")), None)


def _id(ink: bytes) -> str:
    return hashlib.sha1(ink, usedforsecurity=False).hexdigest()
