"""What the server's memory does while visitors come and go: `python -m tests.bench.soak SECONDS`.

Fifty visitors at a time, none of them with a browser (which would be what is measured). Each comes
by a link with a digit of their own, opens all pages in turn, looks at each for a while, and leaves;
another one comes in their place.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import threading
import time
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.bench.draw import resident_mb
from tests.bench.startup import APP, serving, wait_for

VISITORS = 50
PAGES = (
    *("", "draw", "routing", "pose", "layers", "transform"),
    *("two_digits", "doubts", "attack", "compare", "training"),
)
LOOK = 8.0
"""Seconds for which a visitor looks at a page, on the average."""

EARLY = 1 / 6
"""When the first measurement is taken, as a part of all: after ten minutes of an hour."""

PATIENCE = 120
DIGITS = 5000


def measure(seconds: float) -> dict[str, Any]:
    """Let visitors come for so many seconds; megabytes held early and at the end."""
    with serving(APP) as (address, pid):
        wait_for(address)
        start = time.monotonic()
        seen: list[tuple[float, float]] = []
        errors: list[str] = []
        end = start + seconds
        crowd = [
            threading.Thread(target=_come_and_go, args=(address, seed, end, errors), daemon=True)
            for seed in range(VISITORS)
        ]
        for each in crowd:
            each.start()
        while (now := time.monotonic()) < end:
            seen.append((now - start, resident_mb(pid)))
            time.sleep(min(2.0, seconds / 60))
        for each in crowd:
            each.join(PATIENCE)
    early = _around(seen, EARLY * seconds, seconds)
    late = _around(seen, seconds, seconds)
    return {
        "seconds": seconds,
        "early_mb": early,
        "late_mb": late,
        "ratio": late / early,
        "visits": errors.count(""),
        "errors": [told for told in errors if told],
        "seen": [(round(at), round(mb)) for at, mb in seen[:: max(1, len(seen) // 60)]],
    }


def _around(seen: list[tuple[float, float]], at: float, seconds: float) -> float:
    """The median of what was held in the twentieth of all that ends there."""
    return statistics.median(mb for when, mb in seen if at - seconds / 20 <= when <= at)


def _come_and_go(address: str, seed: int, end: float, errors: list[str]) -> None:
    """One place after another that is taken by visitors; an empty word for each who left well."""
    chance = random.Random(seed)
    time.sleep(chance.uniform(0, min(LOOK, end - time.monotonic())))
    while time.monotonic() < end:
        try:
            _visit(address, chance, end)
            errors.append("")
        except (OSError, TimeoutError, WebSocketException) as error:
            errors.append(f"{type(error).__name__}: {error}"[:200])


def _visit(address: str, chance: random.Random, end: float) -> None:
    url = address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(url, max_size=None, open_timeout=PATIENCE) as line:
        for page in PAGES:
            if time.monotonic() > end:
                return
            request = BackMsg()
            request.rerun_script.page_name = page
            rounds = chance.randint(1, 10)
            digit = chance.randrange(DIGITS)
            request.rerun_script.query_string = f"digit={digit}&rounds={rounds}"
            line.send(request.SerializeToString())
            _until_finished(line)
            time.sleep(chance.expovariate(1 / LOOK) if time.monotonic() < end else 0)


def _until_finished(line: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while (left := deadline - time.monotonic()) > 0:
        raw = line.recv(timeout=left)
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            raise OSError(message.delta.new_element.exception.message)
        if kind == "script_finished":
            return
    raise TimeoutError(f"Expected the page within {PATIENCE} s. Received: none")


if __name__ == "__main__":
    print(json.dumps(measure(float(sys.argv[1]))))
