"""A sheet with two digits that the visitor drags; the network in the browser answers meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.components.browser_half import mounted

_component = mounted(
    "capsnet_two_sheet",
    "two_sheet/sheet.js",
    html="two_sheet/sheet.html",
    styles=("two_sheet/sheet.css",),
)


def two_sheet(
    key: str,
    *,
    session: Mapping[str, Any],
    images: Sequence[np.ndarray],
    one: str,
    places: Sequence[Sequence[int]],
    farthest: int,
    answered: int | None,
    classes: tuple[int, int],
    drawn: Sequence[np.ndarray],
    lengths: np.ndarray,
    names: Sequence[str],
    network: Mapping[str, Any],
    on_places: Callable[[], None],
) -> None:
    """Show the sheet.

    Args:
        key: of the component; its state then has `places`, see `dropped`.
        session: from `dashboard.state.session.identity`.
        images: the two pictures before they are moved, each (H, W, 1) in [0, 1].
        one: what a picture is called.
        places: how far each is moved, in pixels right and down.
        farthest: how far a picture may be moved either way.
        answered: the number of the visitor's last message that is answered here.
        classes: the capsules that are looked for.
        drawn: what they draw from the sheet, each of an image's shape.
        lengths: the capsule lengths, (J,).
        names: of the classes.
        network: for the browser to run, from `dashboard.state.offer_to_browser`: `settings` and
            `trouble`.
        on_places: called when the visitor has let go of a digit.
    """
    packed = [_packed(image) for image in images]
    _component(
        key=key,
        data={
            "session": dict(session),
            "images": packed,
            "of": "".join(packed),
            "shape": list(images[0].shape),
            "one": one,
            "places": [list(place) for place in places],
            "farthest": farthest,
            "answered": answered,
            "classes": list(classes),
            "drawn": [_packed(image) for image in drawn],
            "lengths": np.asarray(lengths, float).tolist(),
            "names": list(names),
            "network": dict(network),
        },
        on_places_change=on_places,
    )


def dropped(sent: Any, farthest: int) -> tuple[tuple[int, ...], int] | None:
    """Where the visitor has put the two digits.

    Args:
        sent: what the browser sent, or anyone else.
        farthest: as above.

    Returns:
        Pixels right and down of the first, then of the second, and the message's number; None if
        the message says nothing of the kind.
    """
    if not isinstance(sent, Mapping):
        return None
    places, number = sent.get("places"), sent.get("number")
    if not isinstance(places, list) or len(places) != 4 or type(number) is not int:
        return None
    if not all(type(at) is int and abs(at) <= farthest for at in places):
        return None
    return tuple(places), number


def _packed(image: np.ndarray) -> str:
    return base64.b64encode(np.asarray(image, "<f4").tobytes()).decode()
