"""How Draw opens and where things lie on it, in a real browser."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from capsnet.data.bundled import load_bundled
from capsnet.data.strokes import unpack
from tests.drawings import DIGITS
from tests.e2e.pad import SOON, answered, at, draw, expect_prediction, ink_on

pytestmark = pytest.mark.e2e


@pytest.mark.thorough
def test_the_digit_that_waits_on_the_pad_makes_way_for_the_first_stroke(
    visit: Callable[..., Page],
) -> None:
    page = visit("draw")
    expect_prediction(page, "7")
    expect(page.locator(".answer .bartext").nth(7)).to_have_text(re.compile(r"0\.[89]"))
    hint = page.get_by_text("Draw a digit here")
    expect(hint).to_be_visible()
    page.mouse.move(*at(page, *DIGITS[7][0][0]))
    page.mouse.down()  # from now on no word is left of the digit that was there
    assert page.locator(".st-key-prediction").inner_text() == "–"
    expect(hint).to_be_hidden()
    for place in DIGITS[7][0][1:]:
        page.mouse.move(*at(page, *place))
    page.mouse.up()
    answered(page)
    expect_prediction(page, "7")  # said anew, though it is the same word
    first = ink_on(page)
    page.get_by_test_id("draw-clear").click()
    expect_prediction(page, "–")
    told = page.locator(".verdict-words")
    expect(told).to_contain_text("other pages show digit number", timeout=SOON)
    expect(hint).to_be_visible()
    assert ink_on(page) == 0
    draw(page, DIGITS[7])
    assert ink_on(page) == first
    expect_prediction(page, "7")


def test_on_a_wide_screen_the_pad_begins_where_the_page_does(visit: Callable[..., Page]) -> None:
    page = visit("draw", size=(1920, 1080))
    pad = page.get_by_test_id("draw-pad").bounding_box()
    title = page.get_by_role("heading", name="Draw a digit").bounding_box()
    assert pad and title
    assert pad["x"] == pytest.approx(title["x"], abs=1)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    for shown in (".answer .bartext", ".answer .ytick text"):
        assert page.locator(shown).first.evaluate(size) > 16


def test_a_phone_shows_the_pad_and_its_answer_at_once(visit: Callable[..., Page]) -> None:
    page = visit("draw", phone=True, size=(390, 664))  # with a browser's bars
    for shown in (".st-key-prediction", ".verdict-words", "[data-testid=draw-pad]"):
        box = page.locator(shown).bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 664


def test_on_a_laptop_pad_switch_and_capsules_are_seen_without_scrolling(
    visit: Callable[..., Page],
) -> None:
    page = visit("draw")
    draw(page, DIGITS[1])
    for shown in ("[data-testid=draw-pad]", "[data-testid=stCheckbox]", ".answer-chart"):
        box = page.locator(shown).first.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768


@pytest.mark.thorough
def test_why_digits_are_normalised_is_seen(
    visit: Callable[..., Page], settle: Callable[[Page], None]
) -> None:
    page = visit("draw")
    small = [[(0.02 + 0.3 * x, 0.02 + 0.3 * y) for x, y in stroke] for stroke in DIGITS[3]]
    page.get_by_label("Thin").check(force=True)
    draw(page, small)
    expect_prediction(page, "3")
    page.get_by_text("Crop, scale and centre it").click()
    settle(page)
    assert page.locator(".st-key-prediction").inner_text() != "3"
    page.get_by_text("Crop, scale and centre it").click()
    expect_prediction(page, "3")


PLACES_OF_THE_PAD = """pad => {
    const places = (window.padPlaces = new Set());
    const look = () => {
        places.add(pad.getBoundingClientRect().top);
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.mark.thorough
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "laptop"])
def test_a_stroke_keeps_its_shape_whatever_is_said_above_the_pad(
    visit: Callable[..., Page], phone: bool
) -> None:
    """The pad does not move while answers come and go, in not one frame."""
    page = visit("draw", phone=phone)
    page.get_by_test_id("draw-pad").evaluate(PLACES_OF_THE_PAD)
    for digit in (7, 4, 2):
        draw(page, DIGITS[digit], touch=phone)
        page.wait_for_url("**strokes=*", timeout=SOON)
        code = parse_qs(urlparse(page.url).query)["strokes"][0]
        raw = zlib.decompress(base64.urlsafe_b64decode(code[1:] + "=" * (-len(code[1:]) % 4)))
        for stroke, drawn in zip(unpack(raw), DIGITS[digit], strict=True):
            found = np.array(stroke.points)
            for place in 1000 * np.array(drawn):
                assert np.abs(found - place).max(axis=1).min() < 8
        page.get_by_test_id("draw-clear").click()
        expect_prediction(page, "–")
    for kind in ("none", "two"):  # what is small and grey
        page.evaluate(
            "kind => document.querySelector('.verdict-class').classList.add(`verdict-${kind}`)",
            kind,
        )
        page.wait_for_timeout(100)
    assert page.evaluate("padPlaces.size") == 1


def test_what_is_chosen_far_below_is_seen_with_its_answer(visit: Callable[..., Page]) -> None:
    page = visit("draw", phone=True)
    page.get_by_label("Digit", exact=False).last.tap()
    for shown in (".st-key-prediction", "[data-testid=draw-pad]"):
        expect(page.locator(shown)).to_be_in_viewport(ratio=1)


def test_news_of_a_picture_does_not_lie_on_the_answer(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = visit("draw")
    Image.fromarray(255 - load_bundled().images[..., 0][1]).save(tmp_path / "digit.png")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "digit.png")
    toast = page.get_by_test_id("stToast")
    toast.wait_for(timeout=SOON)
    page.wait_for_function(  # it slides in
        "() => document.querySelector('[data-testid=stToast]').getAnimations().length === 0"
    )
    news, words = toast.bounding_box(), page.locator(".answer-pictures").bounding_box()
    assert news and words
    assert words["y"] + words["height"] < news["y"]
    assert news["y"] + news["height"] <= 768


def test_without_a_connection_no_old_answer_stands_over_a_new_drawing(
    visit: Callable[..., Page],
) -> None:
    page = visit("draw")
    draw(page, DIGITS[7])
    expect_prediction(page, "7")
    page.evaluate("""() => {
        const { send } = WebSocket.prototype;
        WebSocket.prototype.send = () => {};
        window.reconnect = () => { WebSocket.prototype.send = send; };
    }""")
    page.get_by_test_id("draw-clear").click()
    expect_prediction(page, "–")
    words = page.locator(".verdict-words")
    expect(words).to_have_text("No answer yet: is the connection lost? The drawing is kept.")
    page.evaluate("reconnect()")
    draw(page, DIGITS[1])
    expect_prediction(page, "1")
    expect(words).to_contain_text("Longest capsule 1")
