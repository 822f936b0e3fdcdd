"""A visitor of the Draw page without a browser: the pad's side of Streamlit's websocket.

Twenty real browsers on the two cores that the server has would measure the browsers. This sends
what the pad sends (`draw_pad/drawing_sender.js`), when it would, and reads what a page would get.
"""

from __future__ import annotations

import base64
import json
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from capsnet.data import strokes as pen
from tests.drawings import Point

PATIENCE = 60
"""Seconds to wait for an answer."""

SHORTEST_PAUSE, REST = 0.1, 0.7
"""Seconds: between two drawings on their way, and until one counts as settled; as the pad does."""

PEN_SECONDS = 1.0
"""How long a stroke takes."""


@dataclass
class Record:
    """What a visitor went through.

    Attributes:
        pen_up: seconds from each pen-up to the answer to what was drawn.
        updates: answers while the pen was down.
        pen_down: seconds that the pen was down.
        errors: what went wrong, in words.
    """

    pen_up: list[float] = field(default_factory=list)
    updates: int = 0
    pen_down: float = 0.0
    errors: list[str] = field(default_factory=list)


class Visitor:
    """One session on the Draw page.

    Args:
        address: of the server, `http://...`.
        seed: how long this visitor pauses.
        is_local: whether this visitor's browser answers by itself: it then sends what has come to
            rest, and nothing before.
    """

    def __init__(self, address: str, seed: int, is_local: bool = False) -> None:
        self.record = Record()
        self._is_local = is_local
        self._random = random.Random(seed)
        self._number = self._answered = 0
        self._pad = self._fragment = self._page = self._prediction = ""
        self._sheet = self._sent_at = 0.0
        url = address.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = connect(url, max_size=None, open_timeout=PATIENCE)
        request = BackMsg()
        request.rerun_script.page_name = "draw"
        self._socket.send(request.SerializeToString())
        self._read_until(lambda: bool(self._pad))

    def write(self, digit: int, points: Sequence[Point]) -> None:
        """Draw one stroke on a fresh sheet, lift the pen, and let the drawing settle."""
        units = [(round(1000 * x), round(1000 * y)) for x, y in points]
        self._sheet = time.time()
        start = time.perf_counter()
        while (part := (time.perf_counter() - start) / PEN_SECONDS) < 1:
            if not self._is_local and self._answered == self._number and self._pause() <= 0:
                self._send(units[: 1 + int(part * len(units))], down=True)
            self.record.updates += self._read(0.01)
        self.record.pen_down += PEN_SECONDS
        if not self._is_local:
            up = time.perf_counter()
            self._send(units)
            self._read_until(lambda: self._answered == self._number)
            self.record.pen_up.append(time.perf_counter() - up)
        if not self._is_local and self._prediction != str(digit):
            self.record.errors.append(f"expected {digit}, received {self._prediction!r}")
        time.sleep(REST)
        self._send(units, settled=True)
        self._read_until(lambda: self._answered == self._number)
        self._idle(self._random.uniform(0.3, 1.5))

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _pause(self) -> float:
        return self._sent_at + SHORTEST_PAUSE - time.perf_counter()

    def _idle(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._read(0.02)

    def _send(
        self, points: list[tuple[int, int]], down: bool = False, settled: bool = False
    ) -> None:
        self._number += 1
        self._sent_at = time.perf_counter()
        drawing = {
            "number": self._number,
            "strokes": base64.b64encode(pen.pack([pen.Stroke(80, points)])).decode(),
            "sheet": int(1000 * self._sheet),
            "down": down,
            "settled": settled,
        }
        request = BackMsg()
        rerun = request.rerun_script
        rerun.page_script_hash, rerun.fragment_id = self._page, self._fragment
        state = rerun.widget_states.widgets.add()
        state.id, state.json_value = self._pad, json.dumps({"drawing": drawing})
        self._socket.send(request.SerializeToString())

    def _read_until(self, done: Any) -> None:
        deadline = time.perf_counter() + PATIENCE
        while not done():
            if time.perf_counter() > deadline:
                raise TimeoutError(f"Expected an answer within {PATIENCE} s. Received: none")
            self._read(0.05)

    def _read(self, seconds: float) -> int:
        """Read one message, or wait so long; returns how many drawings it answered."""
        try:
            raw = self._socket.recv(timeout=seconds)
        except TimeoutError:
            return 0
        message = ForwardMsg()
        message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
        before = self._answered
        self._take(message)
        return int(self._answered != before)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        if kind != "delta" or message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        shown = element.WhichOneof("type")
        if shown == "exception":
            self.record.errors.append(element.exception.message)
        elif shown == "html":
            found = re.search(r"verdict-class[^>]*>([^<]*)<", element.html.body)
            self._prediction = found[1] if found else self._prediction
        elif shown == "bidi_component" and element.bidi_component.component_name.endswith("_pad"):
            component = element.bidi_component
            self._pad, self._fragment = component.id, message.delta.fragment_id
            self._answered = json.loads(component.json or component.mixed.json)["answered"]
