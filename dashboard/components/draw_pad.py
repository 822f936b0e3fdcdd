"""A pad to draw on: the strokes stay in the browser, copies of them come here.

While the pen moves, the newest drawing is sent as soon as the one before has been answered;
`settled` comes once it has rested. The pad takes the server's drawing only when `revision`
changes, that is, when the visitor has chosen another digit elsewhere.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.components.browser_half import mounted
from dashboard.state.digit import LINK_NAMES

_component = mounted(
    "capsnet_draw_pad", "draw_pad/pad.js", html="draw_pad/pad.html", styles=("draw_pad/pad.css",)
)


@dataclass(frozen=True)
class Drawing:
    """What the pad sent.

    Attributes:
        number: of this message; the pad waits until it is answered.
        strokes: packed as in `capsnet.data.strokes`; empty for an empty sheet.
        sheet: which sheet of paper it is; each Clear takes a new one.
        down: whether the pen was still on the paper.
        settled: whether the pen has rested for a while.
        picture: whether the picture that had been drawn over lies there again.
    """

    number: int = 0
    strokes: bytes = b""
    sheet: int = 0
    down: bool = False
    settled: bool = False
    picture: bool = False


def draw_pad(
    key: str,
    *,
    session: Mapping[str, Any],
    answered: int,
    strokes: bytes,
    picture: str,
    is_faint: bool,
    revision: int,
    link: Mapping[str, str],
    network: Mapping[str, Any],
    on_change: Callable[[], None],
) -> None:
    """Show the pad.

    Args:
        key: of the component.
        session: from `dashboard.state.session.identity`.
        answered: the number of the drawing that this run answers.
        strokes: what to show when it is new or `revision` changes.
        picture: a `data:` address to show in place of strokes, or "".
        is_faint: the picture only stands there until something is drawn.
        revision: changes when the pad is to show something else than was drawn on it.
        link: the query parameters of the digit shown. Once the pen rests the pad puts them into
            the page's address, in place of the last ones: a line added to the browser's history
            for every stroke would leave its Back button useless.
        network: for the browser to answer by itself: `settings` and `trouble` from
            `state.offer_to_browser`; `whole`, whether the sheet goes in as it is; `margins` of the
            margin loss.
        on_change: called before the script runs, when the drawing has changed; `drawing` reads it.
    """
    _component(
        key=key,
        data={
            "session": dict(session),
            "answered": answered,
            "revision": revision,
            "strokes": base64.b64encode(strokes).decode(),
            "picture": picture,
            "faint": is_faint,
            "link": dict.fromkeys(LINK_NAMES) | dict(link),
            "network": dict(network),
        },
        on_drawing_change=on_change,
    )


def drawing(value: Mapping[str, Any] | None) -> Drawing:
    """The drawing in the component's value; an empty one if there is none or it is no drawing."""
    sent = (value or {}).get("drawing")
    if not isinstance(sent, Mapping):
        return Drawing()
    try:
        return Drawing(
            number=int(sent["number"]),
            strokes=base64.b64decode(sent["strokes"], validate=True),
            sheet=int(sent["sheet"]),
            down=bool(sent["down"]),
            settled=bool(sent["settled"]),
            picture=bool(sent.get("picture")),
        )
    except (KeyError, TypeError, ValueError, OverflowError, binascii.Error):
        return Drawing()
