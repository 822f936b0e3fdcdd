"""Draw in a real browser: digits, undo, clear, reload, links, visitors."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from capsnet.analysis import misclassified
from capsnet.data.bundled import load_bundled
from capsnet.network.model import CapsNet
from tests.drawings import DIGITS, Point
from tests.e2e.pad import (
    RESTED,
    SOON,
    answered,
    at,
    drag_mouse,
    draw,
    expect_prediction,
    ink_on,
)
from tests.e2e.pose import eventually

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    "touch", [pytest.param(False, marks=pytest.mark.thorough), True], ids=["mouse", "touch"]
)
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
    page.get_by_label("Thick").check(force=True)
    page.get_by_role("link", name="Routing", exact=True).click()
    settle(page)
    page.get_by_role("link", name="Draw", exact=True).click()
    settle(page)
    expect_prediction(page, "4")
    assert ink_on(page) == ink
    expect(page.get_by_label("Thick")).to_be_checked()
    other = visit(page.url.split("/", 3)[3])
    expect_prediction(other, "4")
    assert ink_on(other) == ink


@pytest.mark.thorough
def test_undo_while_an_answer_is_under_way(visit: Callable[..., Page]) -> None:
    page = visit("draw")
    draw(page, DIGITS[1])
    expect_prediction(page, "1")
    one = ink_on(page)
    for _ in range(5):  # none of these strokes waits for its answer
        drag_mouse(page, [at(page, 0.1, 0.1), at(page, 0.9, 0.2)])
        page.keyboard.press("Control+z")
    answered(page)
    assert ink_on(page) == one
    expect_prediction(page, "1")


@pytest.mark.thorough
def test_leaving_at_once_takes_the_last_stroke_along_and_back_brings_it_again(
    visit: Callable[..., Page], settle: Callable[[Page], None]
) -> None:
    page = visit("draw")
    for stroke in DIGITS[4]:
        drag_mouse(page, [at(page, *place) for place in stroke])
    ink = ink_on(page)
    page.get_by_role("link", name="Routing", exact=True).first.click()
    settle(page)
    expect(page.get_by_test_id("stSidebar").get_by_text("Network: 4")).to_be_visible()
    page.go_back()
    settle(page)
    expect_prediction(page, "4")
    assert ink_on(page) == ink
    page.go_forward()
    settle(page)
    expect(page.get_by_test_id("stSidebar").get_by_text("Network: 4")).to_be_visible()


@pytest.mark.thorough
def test_a_digit_that_was_drawn_over_is_brought_back(visit: Callable[..., Page]) -> None:
    page = visit("draw?digit=24")
    label = str(load_bundled().labels[24])
    expect_prediction(page, label)
    eventually(page, lambda: ink_on(page) > 0)  # the picture comes by itself
    before = ink_on(page)
    for away in ("stroke", "clear"):
        if away == "stroke":
            draw(page, [[(0.1, 0.1), (0.9, 0.1)], [(0.1, 0.2), (0.9, 0.2)]])
            page.keyboard.press("Control+z")
            page.keyboard.press("Control+Shift+z")  # which would be Redo, and is nothing here
            answered(page)
            assert ink_on(page) != before
        else:
            page.get_by_test_id("draw-clear").click()
            expect_prediction(page, "–")
        page.wait_for_url(lambda url: "digit=24" not in url, timeout=SOON)
        page.get_by_test_id("draw-undo").click()
        answered(page)
        expect_prediction(page, label)
        assert ink_on(page) == before
        page.wait_for_url("**digit=24", timeout=SOON)


@pytest.mark.thorough
def test_a_touch_that_the_system_takes_back_leaves_nothing(visit: Callable[..., Page]) -> None:
    """As of a palm, or of a gesture of the system's own."""
    page = visit("draw", phone=True)
    draw(page, DIGITS[1], touch=True)
    one = ink_on(page)
    session = page.context.new_cdp_session(page)
    for kind, places in (
        ("touchStart", [(0.2, 0.8)]),
        ("touchMove", [(0.8, 0.8)]),
        ("touchCancel", []),
    ):
        points = [dict(zip("xy", at(page, *place), strict=True)) for place in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    answered(page)
    assert ink_on(page) == one
    expect_prediction(page, "1")


@pytest.mark.thorough
def test_a_second_finger_draws_nothing(visit: Callable[..., Page]) -> None:
    page = visit("draw", phone=True)
    draw(page, DIGITS[1], touch=True)
    one = ink_on(page)
    page.get_by_test_id("draw-clear").tap()
    session = page.context.new_cdp_session(page)
    places = [at(page, *place) for place in DIGITS[1][0]]
    other = at(page, 0.1, 0.1)

    def touch(kind: str, *where: Point) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(where)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", places[0])
    touch("touchStart", places[0], other)
    for place in places[1:]:
        other = (other[0] + 20, other[1])
        touch("touchMove", place, other)
    touch("touchEnd")
    answered(page)
    assert ink_on(page) == pytest.approx(one, rel=0.02)
    expect_prediction(page, "1")


@pytest.mark.thorough
def test_two_visitors_never_see_each_others_digits(visit: Callable[..., Page]) -> None:
    first, second = visit("draw"), visit("draw")
    draw(first, DIGITS[4])
    draw(second, DIGITS[1])
    for page, mine in ((first, 4), (second, 1)):  # drawn anew, after the other one has drawn
        expect_prediction(page, str(mine))
        page.get_by_role("link", name="Routing", exact=True).first.click()
        expect(page.get_by_role("heading", name="Routing", exact=True)).to_be_visible()
        expect(page.get_by_test_id("stSidebar").get_by_text(f"Network: {mine}")).to_be_visible()


def test_a_dot_is_told_and_seen(visit: Callable[..., Page]) -> None:
    page = visit("draw")
    draw(page, [[(0.5, 0.5), (0.5, 0.5)]])
    expect(page.get_by_text("only a dot")).to_be_visible(timeout=SOON)
    expect_prediction(page, "–")
    pen = 0.08 * page.get_by_test_id("draw-pad").evaluate("canvas => canvas.width")
    assert ink_on(page) == pytest.approx(np.pi / 4 * pen**2, rel=0.1)  # and it is seen


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
    said = page.locator(".answer-said")
    expect(said).to_have_text(re.compile("^Read as 1. Longest capsule 1 "))


@pytest.mark.thorough
def test_wild_drawings_are_answered_and_the_page_goes_on(visit: Callable[..., Page]) -> None:
    page = visit("draw")
    page.get_by_label("Thick").check(force=True)
    rows = [[(x / 50, y / 10) for x in (1, 13, 25, 37, 49)] for y in range(11)]
    draw(page, [[point for row in rows for point in row]])  # a black square
    black = ink_on(page)
    assert black > 0.8 * page.get_by_test_id("draw-pad").evaluate("c => c.width * c.height")
    expect(page.locator(".st-key-prediction")).to_have_text(re.compile(r"^\d$"), timeout=SOON)
    page.get_by_test_id("draw-clear").click()
    expect_prediction(page, "–")
    page.get_by_label("Thin").check(force=True)
    (left, top), (right, bottom) = at(page, 0.05, 0.2), at(page, 0.95, 0.8)
    for k in range(40):  # faster than the server can answer
        x = left + (right - left) * k / 40
        page.mouse.move(x, top)
        page.mouse.down()
        page.mouse.move(x, bottom)
        page.mouse.up()
    answered(page)
    all_forty = ink_on(page)
    page.get_by_test_id("draw-undo").click()
    assert 0 < ink_on(page) < all_forty
    page.get_by_test_id("draw-clear").click()
    draw(page, DIGITS[7])
    expect_prediction(page, "7")


def test_a_stroke_may_leave_the_sheet_and_one_begun_beside_it_draws_nothing(
    visit: Callable[..., Page],
) -> None:
    page = visit("draw")
    draw(page, [[(0.5, 0.3), (0.5, 0.7), (1.3, 0.7), (1.3, 0.3), (0.5, 0.3)]])
    expect(page.locator(".st-key-prediction")).to_have_text(re.compile(r"^\d$"), timeout=SOON)
    before = ink_on(page)
    page.mouse.move(*at(page, 1.02, 0.3))  # begun beside the pad: no drawing
    page.mouse.down()
    page.mouse.move(*at(page, 0.5, 0.5))
    page.mouse.up()
    page.wait_for_timeout(500)
    assert ink_on(page) == before


def test_downloads_hold_the_digit_and_its_trace(
    visit: Callable[..., Page], settle: Callable[[Page], None], shipped: CapsNet
) -> None:
    page = visit("draw?digit=42")
    files = {}
    for name in ("PNG, 28 × 28", "PNG, large", "Whole trace, .npz"):
        with page.expect_download(timeout=SOON) as download:
            page.get_by_role("button", name=name).click()
        files[name] = download.value.path()
    assert download.value.suggested_filename == "trace-digit-42-3-rounds.npz"
    digit = load_bundled().images[..., 0][42]
    small, large = (np.asarray(Image.open(files[n])) for n in ("PNG, 28 × 28", "PNG, large"))
    np.testing.assert_array_equal(small, 255 - digit)
    np.testing.assert_array_equal(large, np.kron(255 - digit, np.ones((30, 30), np.uint8)))
    expected = shipped.trace(load_bundled()[42:43].pixels())
    with np.load(files["Whole trace, .npz"]) as arrays:
        assert set(arrays) == {field.name for field in dataclasses.fields(expected)}
        for name in arrays:
            np.testing.assert_allclose(arrays[name], getattr(expected, name), atol=1e-4)


@pytest.mark.thorough
def test_the_strip_brings_a_digit_back_and_history_stays_short(
    visit: Callable[..., Page], settle: Callable[..., None]
) -> None:
    page = visit("draw")
    length = page.evaluate("history.length")
    draw(page, DIGITS[1])
    page.wait_for_url("**strokes=*", timeout=SOON)
    first = page.url
    settle(page, RESTED)
    page.get_by_test_id("draw-clear").click()
    draw(page, DIGITS[7])
    expect_prediction(page, "7")
    is_sevens = "old => location.search.includes('strokes=') && location.href !== old"
    page.wait_for_function(is_sevens, arg=first)
    settle(page, RESTED)  # the click is to be the only thing that changes the address
    page.get_by_label("Digit 2 of 2").click(timeout=SOON)
    expect_prediction(page, "1")
    settle(page, RESTED)
    assert page.url == first
    assert page.evaluate("history.length") <= length + 1  # the click may be gone back from


def test_a_digit_read_wrongly_is_picked(visit: Callable[..., Page]) -> None:
    page = visit("draw")
    page.get_by_test_id("stMain").get_by_text("Read wrongly", exact=True).click()
    first = misclassified.read().misclassified[0]
    page.get_by_label(f"Digit {first.index}, label").click(timeout=SOON)
    expect_prediction(page, str(first.read_as))
    page.wait_for_url(f"**digit={first.index}", timeout=SOON)
