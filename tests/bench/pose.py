"""What a hand on a pose slider gets: pictures a second, and how late they are.

python -m tests.bench.pose drag browser|server SECONDS
python -m tests.bench.pose class VISITORS SECONDS
python -m tests.bench.pose visits
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, WebSocket
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.bench.startup import APP, PATIENCE, serving, wait_for
from tests.browser import chromium

BY_SERVER = Path(__file__).parent / "pose_by_server.py"
LINK = "pose?digit=42"
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
SLIDER = "pose-slider-3"
NEVER = 30.0
"""Seconds after which no picture is waited for any more."""

STRIDE = 12
"""Pointer moves from one end of a sweep to the other: far strokes, as a hand makes them."""

# From the event's own time stamp, when the browser got it, to the end of the painting of the first
# picture that is at least as new. In the app that decodes on the server a picture says which of
# the slider's values it is for (`paintedShift`); in the explorer it is always the newest.
RECORD = """() => {
    window.recorded = { inputs: 0, paints: 0, milliseconds: [] };
    let waiting = [];
    addEventListener("input", (event) => {
        recorded.inputs++;
        waiting.push([event.target.valueAsNumber, event.timeStamp]);
    }, true);
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...image) {
        put.apply(this, image);
        if (this.canvas.dataset.testid !== "pose-canvas") return;
        recorded.paints++;
        const shift = globalThis.paintedShift;
        const last = shift === undefined ? waiting.length - 1
            : waiting.findLastIndex(([value]) => Math.abs(value - shift) < 1e-6);
        for (const [, begun] of waiting.splice(0, last + 1)) {
            recorded.milliseconds.push(performance.now() - begun);
        }
    };
}"""
DRAG_INSIDE = """async ([testid, start, seconds]) => {
    const slider = document.querySelector(`[data-testid=${testid}]`);
    await new Promise((resolve) => setTimeout(resolve, 1000 * start - Date.now()));
    const begun = performance.now();
    for (let n = 0; performance.now() - begun < 1000 * seconds; n++) {
        slider.value = 0.4 * Math.sin(n / 8);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise(requestAnimationFrame);
    }
    slider.dispatchEvent(new Event("change", { bubbles: true }));
}"""


def drag(where: str, seconds: float) -> dict[str, Any]:
    """Drag a slider's thumb back and forth with the mouse.

    Args:
        where: `"browser"`, the explorer's Pose page; or `"server"`, an app that decodes there.
        seconds: how long.

    Returns:
        `paints_per_second`, `inputs_per_second`, and `p50_ms`, `p95_ms` from event to paint.
    """
    app, path = {"browser": (APP, LINK), "server": (BY_SERVER, "")}[where]
    with serving(app) as (address, _), chromium() as browser:
        wait_for(address)
        page = _opened(browser, f"{address}/{path}", decoder=where == "browser")
        _dragged(page, 1)  # the first strokes compile what later ones run
        page.evaluate(RECORD)
        took = _dragged(page, seconds)
        during = page.evaluate("({ ...recorded })")
        # A server that could not follow paints only now that the hand rests.
        with contextlib.suppress(PlaywrightTimeout):
            page.wait_for_function("recorded.milliseconds.length", timeout=1000 * NEVER)
        page.wait_for_timeout(500)
        recorded = page.evaluate("recorded")
    late = sorted(recorded["milliseconds"]) or [1000 * NEVER]
    return {
        "where": where,
        "paints_per_second": during["paints"] / took,
        "inputs_per_second": during["inputs"] / took,
        "p50_ms": statistics.median(late),
        "p95_ms": late[math.ceil(0.95 * len(late)) - 1],
        "inputs": recorded["inputs"],
    }


def a_class(visitors: int, seconds: float) -> dict[str, Any]:
    """So many visitors, each in a browser context of their own, drag at the same time.

    Returns:
        `cpu_seconds` of the server while they drag, `idle_cpu_seconds` in as long a time before,
        `release_cpu_seconds` for what follows their letting go, and `errors`.
    """
    errors: list[str] = []
    with serving(APP) as (address, pid), chromium() as browser:
        wait_for(address)
        pages = [_visitor(browser, address, errors) for _ in range(visitors)]
        pages[-1].wait_for_timeout(3000)
        idle = _cpu_while(pages[-1], pid, seconds)
        start = time.time() + 1 + 0.1 * visitors  # when all have been told
        for page in pages:
            page.evaluate(
                f"of => {{ window.dragging = ({DRAG_INSIDE})(of) }}", [SLIDER, start, seconds]
            )
        pages[-1].wait_for_timeout(max(0, 1000 * (start - time.time())))
        dragging = _cpu_while(pages[-1], pid, seconds)
        before = _cpu_seconds(pid)
        for page in pages:
            page.evaluate("window.dragging")
            page.wait_for_url("**pose=**")
            errors += page.get_by_test_id("stException").all_inner_texts()
        paints = [page.evaluate("recorded.paints") for page in pages]
        released = _cpu_seconds(pid) - before
        errors = errors.copy()  # closing the browser closes every connection
    return {
        "visitors": visitors,
        "seconds": seconds,
        "paints_per_visitor": statistics.median(paints),
        "fewest_paints": min(paints),
        "idle_cpu_seconds": idle,
        "cpu_seconds": dragging,
        "release_cpu_seconds": released,
        "errors": len(errors),
        "first_errors": errors[:3],
    }


def visits() -> dict[str, float]:
    """Seconds until the page is usable on a warm server: all sliders there, and the decoder.

    Returns:
        `first`, for a browser that has not been there; `again`, once it has the weights.
    """
    with serving(APP) as (address, _), chromium() as browser:
        wait_for(address)
        _opened(browser, f"{address}/{LINK}", decoder=True)  # warms the server
        page = browser.new_context(viewport=LAPTOP).new_page()
        seconds = {}
        for visit in ("first", "again"):
            begun = time.monotonic()
            _open(page, f"{address}/{LINK}", decoder=True)
            seconds[visit] = time.monotonic() - begun
            page.wait_for_timeout(2000)
    return seconds


def _visitor(browser: Browser, address: str, errors: list[str]) -> Page:
    """A visitor of their own on the Pose page; what goes wrong there is added to `errors`."""

    def watch(socket: WebSocket) -> None:
        socket.on("close", lambda _: errors.append("the connection to the server was closed"))

    page = browser.new_context(viewport=LAPTOP).new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("websocket", watch)
    _open(page, f"{address}/{LINK}", decoder=True)
    page.evaluate(RECORD)
    return page


def _cpu_while(page: Page, pid: int, seconds: float) -> float:
    """The processor time of a process over the next seconds."""
    before = _cpu_seconds(pid)
    page.wait_for_timeout(1000 * seconds)
    return _cpu_seconds(pid) - before


def _opened(browser: Browser, address: str, decoder: bool) -> Page:
    page = browser.new_page(viewport=LAPTOP)
    _open(page, address, decoder)
    page.wait_for_timeout(2000)  # the strips are drawn
    return page


def _open(page: Page, address: str, decoder: bool) -> None:
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(address)
    page.get_by_test_id(SLIDER).wait_for()
    if decoder:
        page.locator('.pose[data-runtime="browser"]').wait_for()


def _dragged(page: Page, seconds: float) -> float:
    """Sweep with the button down; the seconds it took."""
    slider = page.get_by_test_id(SLIDER)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    value = float(slider.input_value())
    page.mouse.move(box["x"] + box["width"] * (0.5 + value * 0.9), middle)
    page.mouse.down()
    begun = time.monotonic()
    end = 0.9
    while time.monotonic() - begun < seconds:
        page.mouse.move(box["x"] + box["width"] * end, middle, steps=STRIDE)
        end = 1 - end
    took = time.monotonic() - begun
    page.mouse.up()
    return took


def _cpu_seconds(pid: int) -> float:
    """User and system time a process has had so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(what: str, *arguments: str) -> dict[str, Any]:
    """One measurement, as the command line asks for it."""
    if what == "drag":
        return drag(arguments[0], float(arguments[1]))
    if what == "class":
        return a_class(int(arguments[0]), float(arguments[1]))
    return visits()


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
