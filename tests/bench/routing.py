"""How long a visitor of the routing page waits, in a real browser.

    python -m tests.bench.routing REPETITIONS

Waits for the server are from the click to the paint that shows the answer; waits for the browser
alone are the Event Timing API's, from the event to the next paint.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, Position, ViewportSize, WebSocket

from capsnet.config import MAX_ROUNDS
from tests.bench.startup import PATIENCE, server, wait_for
from tests.browser import chromium

SCREEN: ViewportSize = {"width": 1366, "height": 768}

FIND = """const found = (selector) => [...document.querySelectorAll('*')]
    .map((element) => element.shadowRoot?.querySelector(selector)).find(Boolean);"""

SHOWN = FIND + "return found('.routing[data-shown]')?.dataset.shown;"
"""What the player shows: digit, comparison, how many are silent, rounds."""

WATCH = """
window.slowest = 0;
window.paints = [];
new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries())
        if (/^(click|keydown)$/.test(name)) window.slowest = Math.max(window.slowest, duration);
}).observe({ type: 'event', durationThreshold: 16 });
const tick = (now) => { window.paints.push(now); requestAnimationFrame(tick); };
requestAnimationFrame(tick);
"""

AFTER_CLICK = """([selector, before]) => new Promise((done) => {
    const shown = () => { SHOWN };
    const start = performance.now();
    document.querySelector(selector).click();
    const look = () => shown() === before
        ? requestAnimationFrame(look)
        : requestAnimationFrame(() => done(performance.now() - start));
    look();
})""".replace("SHOWN", SHOWN)


def measure(repetitions: int) -> dict[str, Any]:
    """Visit the page on a warm server, change the digit, step, and open capsules.

    Returns:
        Lists of milliseconds: `page_ms`, a first visit by link; `switch_ms`, from another page;
        `digit_ms`; `step_ms` and `capsule_ms`, event to paint; `frame_ms`, the longest gap
        between two frames of each step's motion. Bytes: `opened_bytes`, all that the server sends
        for a page of the trained rounds; `most_bytes`, for the new data of ten rounds compared.
    """
    with chromium() as browser, server() as address:
        wait_for(address)
        warm = _visit(browser, address, [])
        warm.context.close()
        figures = {"page_ms": [_page(browser, address) for _ in range(repetitions)]}
        received: list[int] = []
        page = _visit(browser, address, received)
        opened = sum(received)
        figures["switch_ms"] = [_switch(page) for _ in range(repetitions)]
        figures["digit_ms"] = [_another_digit(page) for _ in range(repetitions)]
        most = _most_data(page, received)
        figures["step_ms"], figures["frame_ms"] = _steps(page, 2 * repetitions)
        figures["capsule_ms"] = [_capsule(page, k) for k in range(repetitions)]
        page.context.close()
    return {**figures, "opened_bytes": opened, "most_bytes": most}


def _visit(browser: Browser, address: str, received: list[int]) -> Page:
    page = browser.new_context(viewport=SCREEN).new_page()
    page.set_default_timeout(1000 * PATIENCE)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: received.append(len(payload)))

    page.on("websocket", listen)
    page.add_init_script(WATCH)
    page.goto(f"{address}/routing")
    _shown(page)
    _rest(page)
    return page


def _page(browser: Browser, address: str) -> float:
    """A visitor's first page: nothing is in the browser's cache."""
    page = browser.new_context(viewport=SCREEN).new_page()
    page.set_default_timeout(1000 * PATIENCE)
    start = time.perf_counter()
    page.goto(f"{address}/routing", wait_until="commit")
    _shown(page)
    elapsed = time.perf_counter() - start
    page.context.close()
    return 1000 * elapsed


def _switch(page: Page) -> float:
    """Back from the Start page: what a visitor waits who is already there."""
    links = page.get_by_test_id("stSidebarNavLink")
    links.get_by_text("Start").click()
    page.locator(".routing").wait_for(state="detached")
    _rest(page)
    start = time.perf_counter()
    links.get_by_text("Routing").click()
    _shown(page)
    elapsed = time.perf_counter() - start
    _rest(page)
    return 1000 * elapsed


def _another_digit(page: Page) -> float:
    selector = '[data-testid="stSidebar"] [data-testid="stButton"] button'
    elapsed = page.evaluate(AFTER_CLICK, [selector, _now(page)])
    _rest(page)
    return elapsed


def _most_data(page: Page, received: list[int]) -> int:
    """What one change of data costs at most: ten rounds, and a wrong routing beside."""
    _change(page, lambda: _choose_rounds(page, MAX_ROUNDS))
    received.clear()
    _change(page, lambda: page.locator("[data-mistake]").first.click())
    return sum(received)


def _choose_rounds(page: Page, rounds: int) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(str(rounds), exact=True).click()


def _steps(page: Page, repetitions: int) -> tuple[list[float], list[float]]:
    """Step with the arrow keys, two routings of ten rounds side by side."""
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    events, gaps = [], []
    for k in range(repetitions):
        page.evaluate("window.slowest = 0; window.paints = []")
        page.keyboard.press("ArrowRight" if k // (MAX_ROUNDS - 1) % 2 == 0 else "ArrowLeft")
        page.wait_for_timeout(700)  # the motion takes 450 ms
        events.append(page.evaluate("window.slowest"))
        between = "window.paints.slice(1).map((now, k) => now - window.paints[k])"
        gaps.append(page.evaluate(f"Math.max(...{between})"))
    return events, gaps


def _capsule(page: Page, k: int) -> float:
    """Click on a map's column: its most active capsule is opened below."""
    cells = page.locator("[data-testid=figure-coupling] .nsewdrag").first
    cells.scroll_into_view_if_needed()
    box = cells.bounding_box()
    assert box
    place: Position = {"x": box["width"] * (7 * k % 32 + 0.5) / 32, "y": 20}
    cells.hover(position=place)
    page.wait_for_timeout(300)
    page.evaluate("window.slowest = 0")
    cells.click(position=place)
    page.wait_for_timeout(700)
    return page.evaluate("window.slowest")


def _change(page: Page, act: Callable[[], None]) -> None:
    before = _now(page)
    act()
    page.wait_for_function(f"(before) => (() => {{ {SHOWN} }})() !== before", arg=before)
    _rest(page)


def _now(page: Page) -> str:
    return page.evaluate(f"(() => {{ {SHOWN} }})()")


def _shown(page: Page) -> None:
    """Wait for the frame that the player is painted in: drawn in one, on the screen by the next."""
    page.wait_for_function(f"(() => {{ {SHOWN} }})() !== undefined", polling="raf")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _rest(page: Page) -> None:
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(300)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
