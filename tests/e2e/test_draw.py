"""Draw in a real browser: digits, undo, clear, reload, links, visitors, pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from capsnet.data import load_bundled
from tests.drawings import DIGITS, Point

pytestmark = pytest.mark.e2e

SOON = 120_000
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
        page.mouse.move(*place, steps=2)
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


def expect_prediction(page: Page, text: str) -> None:
    expect(page.locator(".st-key-prediction")).to_have_text(text, timeout=SOON)


def ink_on(page: Page) -> int:
    """Dark pixels on the pad."""
    return page.get_by_test_id("draw-pad").evaluate(
        """canvas => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let dark = 0;
            for (let i = 0; i < data.length; i += 4) dark += data[i] < 128;
            return dark;
        }"""
    )


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A bundled 3 as a large PNG, dark on light."""
    digits = load_bundled()
    ink = digits.images[int(np.flatnonzero(digits.labels == 3)[0])]
    path = tmp_path_factory.mktemp("pictures") / "three.png"
    Image.fromarray(255 - ink).resize((560, 560), Image.Resampling.BICUBIC).save(path)
    return str(path)


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_all_ten_digits_are_read(visit: Callable[..., Page], touch: bool) -> None:
    page = visit("draw", phone=touch)
    wrong = {}
    for digit, strokes in DIGITS.items():
        draw(page, strokes, touch)
        said = page.locator(".st-key-prediction").inner_text()
        if said != str(digit):
            wrong[digit] = said
        page.get_by_test_id("draw-clear").click()
        expect_prediction(page, "–")
    assert not wrong
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0


def test_undo_and_clear(visit: Callable[..., Page]) -> None:
    page = visit("draw")
    draw(page, DIGITS[1])
    expect_prediction(page, "1")
    one = ink_on(page)
    draw(page, [[(0.2, 0.2), (0.8, 0.8)]])
    assert ink_on(page) > one
    page.keyboard.press("Control+z")
    answered(page)
    assert ink_on(page) == one
    expect_prediction(page, "1")
    page.get_by_test_id("draw-clear").click()
    expect_prediction(page, "–")
    assert ink_on(page) == 0
    page.get_by_test_id("draw-undo").click()  # takes even a clear back
    expect_prediction(page, "1")
    assert ink_on(page) == one
    page.get_by_test_id("draw-pad").press("Delete")
    expect_prediction(page, "–")


def test_a_drawing_survives_reload_and_page_changes(
    visit: Callable[..., Page], settle: Callable[[Page], None]
) -> None:
    page = visit("draw")
    draw(page, DIGITS[4])
    expect_prediction(page, "4")
    page.wait_for_url("**strokes=*", timeout=SOON)
    ink = ink_on(page)
    page.reload()
    settle(page)
    expect_prediction(page, "4")
    assert ink_on(page) == ink
    page.get_by_role("link", name="Routing").click()
    settle(page)
    page.get_by_role("link", name="Draw").click()
    settle(page)
    expect_prediction(page, "4")
    assert ink_on(page) == ink
    other = visit(page.url.split("/", 3)[3])
    expect_prediction(other, "4")
    assert ink_on(other) == ink


def test_two_visitors_never_see_each_others_digits(visit: Callable[..., Page]) -> None:
    first, second = visit("draw"), visit("draw")
    for mine, yours in ((7, 0), (4, 1), (6, 3)):
        draw(first, DIGITS[mine])
        draw(second, DIGITS[yours])
        expect_prediction(first, str(mine))
        expect_prediction(second, str(yours))
        for page in (first, second):
            page.get_by_test_id("draw-clear").click()
            expect_prediction(page, "–")


def test_a_picture_is_read_and_lies_on_the_pad(
    visit: Callable[..., Page], settle: Callable[[Page], None], picture: str
) -> None:
    page = visit("draw")
    page.locator("input[type=file]").first.set_input_files(picture)
    expect_prediction(page, "3")
    settle(page)
    assert ink_on(page) > 0
    draw(page, DIGITS[0])  # the pen takes a new sheet
    expect_prediction(page, "0")


def test_a_file_that_is_no_picture_gets_a_sentence(
    visit: Callable[..., Page], settle: Callable[[Page], None]
) -> None:
    page = visit("draw")
    junk = {"name": "digit.png", "mimeType": "image/png", "buffer": b"not a picture"}
    page.locator("input[type=file]").first.set_input_files(junk)
    expect(page.get_by_text("not a picture I can read")).to_be_visible(timeout=SOON)
    draw(page, DIGITS[7])
    expect_prediction(page, "7")


def test_a_dot_and_a_stroke_beside_the_sheet_are_told(visit: Callable[..., Page]) -> None:
    page = visit("draw")
    draw(page, [[(0.5, 0.5), (0.5, 0.5)]])
    expect(page.get_by_text("only a dot")).to_be_visible(timeout=SOON)
    expect_prediction(page, "–")


def test_the_answer_follows_the_pen(visit: Callable[..., Page]) -> None:
    """While the pen is still down, the answer changes."""
    page = visit("draw")
    box = page.get_by_test_id("draw-pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.48 * box["width"], box["y"] + 0.8 * box["height"], steps=20)
    expect_prediction(page, "1")
    page.mouse.up()
    answered(page)
    expect_prediction(page, "1")
