"""How soon the network answers a pen: one visitor in a real browser, and twenty at once.

python -m tests.bench.draw STROKES LONG_STROKE_SECONDS STROKES_OF_EACH_VISITOR
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import multiprocessing
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.bench.startup import APP, serving, wait_for
from tests.bench.visitor import Visitor
from tests.browser import chromium
from tests.drawings import DIGITS, Point

VISITORS = 20
SINGLE = [digit for digit, strokes in DIGITS.items() if len(strokes) == 1]
"""Digits written in one stroke."""

STEP = 1 / 60
"""Seconds between two places of the pen, as a mouse tells them."""

WATCH = """() => {
    const pad = document.querySelector('[data-testid=draw-pad]');
    const isAnswered = () => pad.getAttribute('aria-busy') === 'false';
    window.penUp = null;
    window.waits = [];
    const done = () => {  // on the screen, that is, once the next frame begins
        if (penUp === null || !isAnswered()) return;
        const up = penUp;
        penUp = null;
        requestAnimationFrame(() => waits.push(performance.now() - up));
    };
    pad.addEventListener('pointerup', () => {
        penUp = performance.now();
        setTimeout(done);  // an answer may be there already
    });
    new MutationObserver(done).observe(pad, { attributeFilter: ['aria-busy'] });
    window.updates = 0;
    const values = () => [...document.querySelectorAll('.answer .bartext')];
    const shown = () => values().map(e => e.textContent).join();
    let last = shown();
    const look = () => {
        const now = shown();
        if (now !== last) updates++;
        last = now;
        requestAnimationFrame(look);
    };
    look();
}"""


def measure(strokes: int, long_seconds: float, each: int) -> dict[str, Any]:
    """Draw alone on idle and on busy cores, then with twenty visitors.

    Args:
        strokes: of the visitor with the browser.
        long_seconds: how long a long stroke lasts.
        each: strokes of each of the twenty.
    """
    with serving(APP) as (address, pid), chromium() as browser:
        wait_for(address)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(120_000)
        page.goto(f"{address}/draw?runtime=server")
        page.get_by_test_id("draw-pad").wait_for()
        page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        page.evaluate(WATCH)
        write(page, 1)  # whatever comes once only has come
        result: dict[str, Any] = {"alone": alone(page, strokes, long_seconds)}
        with busy_cores():
            result["busy"] = alone(page, strokes, long_seconds)
        page.close()
        before = resident_mb(pid)
        result["together"] = together(address, each)
        result["together"]["memory_growth_mb"] = resident_mb(pid) - before
    return result


def alone(page: Page, strokes: int, long_seconds: float) -> dict[str, Any]:
    """One visitor: seconds from pen-up to answer, and updates a second of a long stroke."""
    page.evaluate("waits = []")
    drawn = 0
    for digit in itertools.cycle(DIGITS):
        if drawn >= strokes:
            break
        drawn += write(page, digit)
    return {
        "pen_up": [wait / 1000 for wait in page.evaluate("waits")],
        "updates_a_second": long_stroke(page, long_seconds),
    }


def write(page: Page, digit: int) -> int:
    """Write a digit at a hand's speed on a fresh sheet; returns how many strokes it took."""
    page.get_by_test_id("draw-clear").evaluate("button => button.click()")
    page.wait_for_timeout(600)
    for stroke in DIGITS[digit]:
        drag(page, stroke)
        page.wait_for_function("penUp === null")
    page.wait_for_timeout(1500)  # it settles, as it would with people
    return len(DIGITS[digit])


def drag(page: Page, stroke: list[Point]) -> None:
    """Move the pen along a stroke, at the speed of the places that a mouse tells."""
    box = page.get_by_test_id("draw-pad").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
    page.mouse.move(*places[0])
    page.mouse.down()
    due = time.perf_counter()
    for before, after in itertools.pairwise(places):
        for part in (0.25, 0.5, 0.75, 1):
            due += STEP
            time.sleep(max(0, due - time.perf_counter()))
            page.mouse.move(*(a + (b - a) * part for a, b in zip(before, after, strict=True)))
    page.mouse.up()


def long_stroke(page: Page, seconds: float) -> float:
    """Answers shown in each second while the pen goes round and round."""
    turns = seconds / STEP / 4 / 16  # 16 places a turn, 4 moves between two
    angles = [2 * math.pi * k / 16 for k in range(int(16 * turns))]
    places = [(0.5 + 0.3 * math.cos(a), 0.5 + 0.3 * math.sin(1.07 * a)) for a in angles]
    page.evaluate("updates = 0")
    start = time.perf_counter()
    drag(page, places)
    rate = page.evaluate("updates") / (time.perf_counter() - start)
    page.wait_for_function("penUp === null")
    page.wait_for_timeout(1500)
    return rate


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """Two processes that compute all the time."""
    spinners = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(2)]
    for spinner in spinners:
        spinner.start()
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.terminate()
            spinner.join()


def _spin() -> None:
    while True:
        pass


def together(address: str, each: int) -> dict[str, Any]:
    """Twenty visitors, each drawing `each` digits."""
    visitors = [Visitor(address, seed) for seed in range(VISITORS)]
    threads = [
        threading.Thread(target=_work, args=(visitor, place, each))
        for place, visitor in enumerate(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = [visitor.record for visitor in visitors]
    for visitor in visitors:
        visitor.close()
    return {
        "visitors": VISITORS,
        "pen_up": [wait for record in records for wait in record.pen_up],
        "updates_a_second": [r.updates / max(r.pen_down, 1e-9) for r in records],
        "errors": [error for record in records for error in record.errors],
    }


def _work(visitor: Visitor, place: int, each: int) -> None:
    try:
        for k in range(each):
            digit = SINGLE[(place + k) % len(SINGLE)]
            visitor.write(digit, DIGITS[digit][0])
    except Exception as error:  # whatever it was, it is reported
        visitor.record.errors.append(f"{type(error).__name__}: {error}")


def resident_mb(pid: int) -> float:
    """Memory that a process holds now; not a number where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return math.nan
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def summary(seconds: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    return 1000 * statistics.median(seconds), 1000 * p95


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))))
