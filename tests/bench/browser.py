"""The network in the visitor's browser beside the network on the server, in one run.

python -m tests.bench.browser STROKES LONG_STROKE_SECONDS VISITORS DIGITS
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

from tests.bench.draw import drag, long_stroke, resident_mb
from tests.bench.startup import APP, serving, wait_for
from tests.bench.visitor import Visitor
from tests.browser import chromium
from tests.drawings import DIGITS

LAPTOP: ViewportSize = {"width": 1366, "height": 768}
SINGLE = [digit for digit, strokes in DIGITS.items() if len(strokes) == 1]
BATCH = 100

WATCH = """() => {
    const pad = document.querySelector('[data-testid=draw-pad]');
    window.penUp = null;
    window.lastInk = 0;
    window.painted = [];
    pad.addEventListener('pointermove', (event) => event.buttons && (lastInk = performance.now()));
    new MutationObserver(() => requestAnimationFrame(() => painted.push(performance.now())))
        .observe(pad, { attributeFilter: ['data-answers'] });
}"""
ANSWERS = "Number(document.querySelector('[data-testid=draw-pad]').dataset.answers ?? 0)"
READY = '[data-testid="draw-pad"][data-runtime="{}"]'
RESTS = '[data-testid="stApp"][data-test-script-state="notRunning"]'
LENGTHS = """async (images) => {
    const network = await capsnetNetwork.promise;
    const found = [];
    for (const levels of images) {
        const image = Float32Array.from(levels, (level) => level / 255);
        found.push([...(await network.ask("lengths", { image })).lengths]);
    }
    return found;
}"""


def measure(strokes: int, long_seconds: float, visitors: int, digits: int) -> dict[str, Any]:
    """Both runtimes, and the server as it is with TensorFlow.

    Args:
        strokes: digits that the visitor with the browser writes.
        long_seconds: how long a long stroke lasts.
        visitors: who draw at once, without a browser.
        digits: bundled digits whose lengths are compared with those of Keras.
    """
    found: dict[str, Any] = {}
    with chromium() as browser:
        for runtime in ("browser", "server", "keras"):
            found[runtime] = _of_runtime(browser, runtime, strokes, long_seconds, visitors)
        found["parity"] = parity(browser, digits)
    return found


def _of_runtime(
    browser: Browser, runtime: str, strokes: int, long_seconds: float, visitors: int
) -> dict[str, Any]:
    """One server, started with `CAPSNET_RUNTIME` set, and all that is measured of it."""
    os.environ["CAPSNET_RUNTIME"] = runtime
    who = "browser" if runtime == "browser" else "server"
    begun = time.perf_counter()
    with serving(APP) as (address, pid):
        wait_for(address)
        context = browser.new_context(viewport=LAPTOP)
        page = context.new_page()
        page.set_default_timeout(120_000)
        wire = _Wire(page, context.new_cdp_session(page))
        page.goto(f"{address}/draw")
        page.locator(READY.format(who)).wait_for()
        page.wait_for_selector(RESTS)
        result: dict[str, Any] = {"start_seconds": time.perf_counter() - begun}
        page.wait_for_timeout(2000)
        result["first_bytes"] = wire.taken()
        page.reload()
        page.locator(READY.format(who)).wait_for()
        page.wait_for_selector(RESTS)
        page.wait_for_timeout(2000)
        result["later_bytes"] = wire.taken()
        for other in ("", "pose", "draw"):
            page.goto(f"{address}/{other}")
            page.wait_for_selector(RESTS)
            page.wait_for_timeout(1500)
        page.locator(READY.format(who)).wait_for()
        result["memory_mb"] = resident_mb(pid)
        result |= drawing(page, wire, who, strokes, long_seconds)
        if runtime != "keras":
            result["together"] = together(page, address, pid, who, visitors)
        context.close()
    return result


def drawing(page: Page, wire: _Wire, who: str, strokes: int, seconds: float) -> dict[str, Any]:
    """Milliseconds from the last ink to the painted answer; answers a second; frames sent."""
    page.evaluate(WATCH)
    page.evaluate("window.updates = 0")
    waits, frames = [], 0
    for digit in itertools.islice(itertools.cycle(SINGLE), strokes + 1):
        page.get_by_test_id("draw-clear").evaluate("button => button.click()")
        page.wait_for_timeout(1000)
        page.evaluate("painted = []")
        before = wire.sent
        drag(page, DIGITS[digit][0])
        frames += wire.sent - before
        page.wait_for_timeout(600)  # what comes later answers the drawing that has come to rest
        ink, painted = page.evaluate("[lastInk, painted]")
        waits += [max(0.0, painted[-1] - ink)] if painted else [600.0]
    before, begun = page.evaluate(ANSWERS), time.perf_counter()
    page.evaluate("penUp = null")
    long_stroke(page, seconds)
    rate = (page.evaluate(ANSWERS) - before) / (time.perf_counter() - begun - 1.5)
    return {"pen_up_ms": waits[1:], "answers_a_second": rate, "frames": frames}


def together(page: Page, address: str, pid: int, who: str, count: int) -> dict[str, Any]:
    """So many visitors draw by messages while the one with the browser does."""
    idle = _cpu_while(pid, 5)
    crowd = [Visitor(address, seed, is_local=who == "browser") for seed in range(count)]
    threads = [threading.Thread(target=_write, args=(each, k)) for k, each in enumerate(crowd)]
    cpu, begun = _cpu_seconds(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    page.evaluate("painted = []")
    waits: list[float] = []
    while any(thread.is_alive() for thread in threads):
        page.get_by_test_id("draw-clear").evaluate("button => button.click()")
        page.wait_for_timeout(300)
        page.evaluate("painted = []")
        drag(page, DIGITS[SINGLE[len(waits) % len(SINGLE)]][0])
        page.wait_for_timeout(600)
        ink, painted = page.evaluate("[lastInk, painted]")
        waits += [max(0.0, painted[-1] - ink)] if painted else [600.0]
    seconds = time.perf_counter() - begun
    used = _cpu_seconds(pid) - cpu
    for each in crowd:
        each.close()
    pen_up = [1000 * wait for each in crowd for wait in each.record.pen_up]
    return {
        "visitors": count,
        "idle_cpu": idle,
        "cpu": used / seconds,
        "pen_up_ms": pen_up,
        "seen_ms": waits,
        "errors": [error for each in crowd for error in each.record.errors],
    }


def parity(browser: Browser, count: int) -> dict[str, Any]:
    """Lengths that the browser gives bundled digits, and those of Keras."""
    from capsnet.tensorflow_startup import load_tensorflow_quietly

    load_tensorflow_quietly()
    from capsnet.data.bundled import load_bundled
    from capsnet.storage import checkpoints

    os.environ["CAPSNET_RUNTIME"] = "browser"
    digits, model = load_bundled()[:: max(1, 5000 // count)], checkpoints.load()
    worst, changed = 0.0, 0
    with serving(APP) as (address, _):
        wait_for(address)
        page = browser.new_page(viewport=LAPTOP)
        page.set_default_timeout(120_000)
        page.goto(f"{address}/draw")
        page.locator(READY.format("browser")).wait_for()
        for start in range(0, len(digits), BATCH):
            part = digits[start : start + BATCH]
            found = page.evaluate(LENGTHS, part.images.reshape(len(part), -1).tolist())
            here = np.array(found).reshape(len(part), -1, model.config.num_classes)
            lengths = here[:, model.config.rounds - 1]
            expected = model.predict(part.pixels(), batch_size=BATCH, verbose=0)["lengths"]
            worst = max(worst, float(np.abs(lengths - expected).max()))
            changed += int((lengths.argmax(1) != expected.argmax(1)).sum())
        page.close()
    return {"digits": len(digits), "largest_error": worst, "changed": changed}


class _Wire:
    """What passes between a page and its server."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.bytes = self.sent = 0
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: self._add(event["encodedDataLength"]))
        page.on("websocket", self._listen)

    def taken(self) -> int:
        """Bytes since it was last asked."""
        taken, self.bytes = self.bytes, 0
        return taken

    def _listen(self, socket: Any) -> None:
        socket.on("framereceived", lambda data: self._add(len(data)))
        socket.on("framesent", lambda _: self._count())

    def _add(self, count: float) -> None:
        self.bytes += int(count)

    def _count(self) -> None:
        self.sent += 1


def _write(visitor: Visitor, place: int) -> None:
    try:
        for k in range(3):
            digit = SINGLE[(place + k) % len(SINGLE)]
            visitor.write(digit, DIGITS[digit][0])
    except Exception as error:  # whatever it was, it is reported
        visitor.record.errors.append(f"{type(error).__name__}: {error}")


def _cpu_while(pid: int, seconds: float) -> float:
    """The share of one core that a process takes over the next seconds."""
    before = _cpu_seconds(pid)
    time.sleep(seconds)
    return (_cpu_seconds(pid) - before) / seconds


def _cpu_seconds(pid: int) -> float:
    """User and system time a process has had so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    strokes, seconds, visitors, digits = sys.argv[1:]
    print(json.dumps(measure(int(strokes), float(seconds), int(visitors), int(digits))))
