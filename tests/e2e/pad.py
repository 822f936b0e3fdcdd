"""What the tests of the Draw page share: a hand, and what the pad and the page then show."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.drawings import Point

RESTED = 0.9
"""Seconds until the pad has said that the pen rests, and its page has followed."""

SOON = 60_000
"""Milliseconds to wait for an answer on a busy machine."""


def draw(page: Page, strokes: list[list[Point]], touch: bool = False) -> None:
    """Draw on the pad with the mouse, or with a finger, and wait for the answer."""
    pad = page.get_by_test_id("draw-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        (drag_finger if touch else drag_mouse)(page, places)
    answered(page)


def drag_mouse(page: Page, places: list[Point]) -> None:
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()


def drag_finger(page: Page, places: list[Point]) -> None:
    session = page.context.new_cdp_session(page)
    for kind, place in [("touchStart", places[0]), *(("touchMove", p) for p in places[1:])]:
        points = [{"x": place[0], "y": place[1]}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def answered(page: Page) -> None:
    """Wait until the last drawing has been answered."""
    pad = page.get_by_test_id("draw-pad")
    expect(pad).to_have_attribute("aria-busy", "false", timeout=SOON)


def expect_prediction(page: Page, text: str, patience: float = SOON) -> None:
    expect(page.locator(".st-key-prediction")).to_have_text(text, timeout=patience)


def ink_on(page: Page) -> int:
    """Dark pixels on the pad, once it has painted what it was told before."""
    return page.get_by_test_id("draw-pad").evaluate(
        """async canvas => {
            await new Promise(requestAnimationFrame);
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let dark = 0;
            for (let i = 0; i < data.length; i += 4) dark += data[i] < 128;
            return dark;
        }"""
    )


def at(page: Page, x: float, y: float) -> Point:
    """A place on the screen from one on the pad."""
    box = page.get_by_test_id("draw-pad").bounding_box()
    assert box
    return box["x"] + x * box["width"], box["y"] + y * box["height"]
