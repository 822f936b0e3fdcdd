"""The routing rounds in the browser: one player that drives every view, with no server trip."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from capsnet import figures
from dashboard.components.browser_half import mounted
from dashboard.components.figure import kit, text_of

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

ALIGNMENT = 4
"""Bytes to which the arrays are aligned: the widest of their types."""

CloseCall = Literal["offer", "back", "none"]


@dataclass(frozen=True)
class RoutingTrace:
    """The routing of one picture, as the player shows it.

    Attributes:
        title: said above its figures when there are several.
        arrays: float32, int32, int16 or uint8 arrays by name, from `player_data`.
        figures: the JSON of figures by name: those of `charts_of`.
        scaled: whether the colour scales cover it; what lies outside takes their ends.
    """

    title: str
    arrays: Mapping[str, np.ndarray]
    figures: Mapping[str, str]
    scaled: bool = True


@dataclass(frozen=True)
class Comparison:
    """What is shown beside the current digit's routing.

    Attributes:
        beside: `"nothing"`, `"pinned"`, `"silenced"` or the name of a mistake.
        silenced: places along I of the primary capsules that are switched off.
        network: which network's they are.
    """

    beside: str
    silenced: Sequence[int]
    network: str


def routing_player(
    traces: Sequence[RoutingTrace],
    words: Mapping[str, Mapping[str, Any]],
    colours: Sequence[Sequence[int]],
    names: Sequence[str],
    one: str,
    comparison: Comparison,
    close_call: CloseCall,
    lesson: Mapping[str, Any] | None,
    calls: Mapping[str, Callable[[], None]],
    tells_digit: bool = False,
    files: Mapping[str, Any] | None = None,
    key: str = "routing_player",
) -> None:
    """Mount the player and its views.

    Args:
        traces: one routing, or two to compare; the first can be looked into capsule by capsule.
        words: title, text, equation and look (what to look for) of each view; `law` and `whatif`
            have lists of more.
        colours: the colour map, rows of red, green and blue, dark to light.
        names: what each digit capsule's class is called; its number, where that is all.
        one: what a picture is called: a digit, or only a picture.
        comparison: what the second routing is.
        close_call: a digit about which routing decides: whether to offer it, or the way back.
        lesson: what the lesson asks for: `part`, shown alone; `round`, "first" or "last", to stand
            in; `play`, whether to play from there; `waits`, whether it keeps the other rounds back,
            because the class is to guess them. None outside the lesson.
        calls: what to call when the visitor asks for something; the state of `key` then has it
            under the same name. `silence`: all places along I that are to be silent, a list.
            `beside`: what to compare with, a string. `pin`: the current digit. `rounds`: how many.
            `close_call`: "offer" for that digit, "back" for the one before it. `digit`: the class
            that was picked, a number.
        tells_digit: whether to tell of each class that is picked.
        files: the network for the browser to run, the `settings` of
            `dashboard.state.offer_to_browser`; None where the server answers.
        key: the component's key.
    """
    told: dict[str, Any] = {
        "words": words,
        "colours": colours,
        "names": names,
        "one": one,
        "close_call": close_call,
        "lesson": lesson,
        "files": files,
        "tells_digit": tells_digit,
    }
    header = {**told, **kit()}
    data = pack(traces, **header, **asdict(comparison))
    named: dict[str, Any] = {f"on_{name}_change": call for name, call in calls.items()}
    _component(key=key, data=data, **named)


def charts_of(trace: CapsNetTrace, names: Sequence[str]) -> dict[str, str]:
    """The JSON of all figures that step with the rounds of a trace, by name."""
    drawn = {
        "lengths": figures.lengths(trace, names=names),
        "coupling": figures.coupling(trace, names=names),
        "coupling-unweighted": figures.coupling(trace, weighted=False, names=names),
        "entropy": figures.entropy(trace),
        "logit-changes": figures.logit_changes(trace),
    }
    for each in drawn.values():
        each.layout.sliders = each.layout.updatemenus = ()  # the player steps through the rounds
    return {name: text_of(each) for name, each in drawn.items()}


def pack(traces: Sequence[RoutingTrace], **header: Any) -> bytes:
    """Everything the browser needs, in one piece of bytes.

    The length of a JSON header (4 bytes, little-endian), the header, then the arrays; the header
    says where each lies, counted from its own end.
    """
    body = bytearray()
    described = []
    for trace in traces:
        entries = []
        for name, array in trace.arrays.items():
            entries.append(
                {
                    "name": name,
                    "dtype": array.dtype.name,
                    "shape": array.shape,
                    "offset": len(body),
                }
            )
            body += np.ascontiguousarray(array).tobytes()
            body += bytes(-len(body) % ALIGNMENT)
        told = {"title": trace.title, "scaled": trace.scaled, "figures": dict(trace.figures)}
        described.append({**told, "arrays": entries})
    shown = traces[0].arrays["image"].tobytes() + str(header.get("network")).encode()
    token = hashlib.sha1(shown, usedforsecurity=False).hexdigest()  # of the digit and the network
    text = json.dumps({**header, "token": token, "traces": described}).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return struct.pack("<I", len(text)) + text + bytes(body)


_component = mounted(
    "routing_player",
    "routing_player/main.js",
    html="routing_player/player.html",
    styles=("figure.css", "routing_player/style.css"),
    is_isolated=True,
)
