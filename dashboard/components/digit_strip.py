"""A strip of small pictures, each a button."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.components.browser_half import mounted
from dashboard.components.picture import address

_component = mounted(
    "capsnet_digit_strip",
    "digit_strip/strip.js",
    html="digit_strip/strip.html",
    styles=("digit_strip/strip.css",),
)


def digit_strip(
    key: str, digits: Sequence[tuple[np.ndarray, str, str]], on_pick: Callable[[], None]
) -> None:
    """Show the strip.

    Args:
        key: of the component; `picked` reads its value.
        digits: (H, W, C) uint8 each, 255 for ink or light; what to call it; what to write beneath
            it.
        on_pick: called before the script runs, when one has been clicked.
    """
    items = [
        {"id": _id(image), "picture": address(image), "name": name, "below": below}
        for image, name, below in digits
    ]
    _component(key=key, data={"items": items}, on_picked_change=on_pick)


def picked(value: Mapping[str, Any], images: Iterable[np.ndarray]) -> int | None:
    """Which of these pictures has been clicked; None if it is none of them.

    The browser names the picture, not its place: the strip may have changed under the hand.
    """
    return next((k for k, image in enumerate(images) if _id(image) == value.get("picked")), None)


def _id(image: np.ndarray) -> str:
    return hashlib.sha1(image.tobytes(), usedforsecurity=False).hexdigest()
