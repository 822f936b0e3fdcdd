"""The whole lesson, by keyboard on a laptop and by touch on a phone: every question is answered."""

import re

import pytest
from playwright.sync_api import expect

from capsnet.data.lesson_texts import lesson_texts
from dashboard.views.parts.lesson.stops import STOPS
from tests.e2e.pose import MAIN

pytestmark = pytest.mark.e2e

UI = lesson_texts()["lesson"]

TABS = 12
"""So many presses of Tab lead from the bar's words to any of its buttons."""

READ = "key => document.activeElement.matches(`.st-key-${key}`)"
FOCUSED = "key => document.activeElement.matches(`.st-key-${key} button`)"

KEPT_BACK = """([key, isHidden]) => {
    const figure = document.querySelector(`[data-testid=stMain] .st-key-${key}`);
    if (!figure?.childElementCount) return false;
    const wrapped = figure.parentElement.matches("[data-testid=stLayoutWrapper]");
    const after = [];
    for (let one = wrapped ? figure.parentElement : figure; (one = one.nextElementSibling);)
        after.push(one);
    const all = [...figure.querySelectorAll("*")];
    return after.every((one) => getComputedStyle(one).display === "none") &&
        (!isHidden || all.every((one) => getComputedStyle(one).visibility === "hidden"));
}"""
"""Whether neither a stop's figure nor what follows it, in words, tells the answer."""

ANSWERS = """key => {
    const figure = document.querySelector(`[data-testid=stMain] .st-key-${key}`);
    const { top, bottom, height } = figure?.getBoundingClientRect() ?? {};
    return height > 100 && top < innerHeight && bottom > 0 &&
        getComputedStyle(figure.firstElementChild).visibility === "visible";
}"""
"""Whether a stop's figure can be seen, and is in sight."""

FITS = """() => {
    const figure = document.querySelector("[data-presented]");
    const { bottom, right, height } = figure.getBoundingClientRect();
    return height > 100 && bottom <= innerHeight && right <= innerWidth + 1;
}"""


def press(page, key):
    """Press Tab until the button of that key has the focus, then Enter."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, key):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not lead to {key} on {page.url}")


def at_stop(page, number, settle):
    """The stop is open at its question, which has the focus, and its answer waits for a guess."""
    stop = STOPS[number - 1]
    page.wait_for_url(re.compile(rf"/{stop.page}\?.*lesson={number}"))
    expect(page.get_by_text(f"Stop {number} of 8")).to_be_in_viewport()
    page.wait_for_function(KEPT_BACK, arg=[stop.figure, stop.is_hidden])
    page.wait_for_function(READ, arg="lesson_question")
    if not stop.is_hidden:
        expect(page.get_by_test_id("round")).to_have_text("1")
        expect(page.get_by_test_id("round-play")).to_be_disabled()
    settle(page, quiet=0.2)


def answered(page, number, settle):
    """The guess was right, and the figure shows the answer."""
    stop = STOPS[number - 1]
    expect(page.get_by_test_id("stMain").get_by_text(UI["right"])).to_be_visible()
    page.wait_for_function(ANSWERS, arg=stop.figure)
    page.wait_for_function(READ, arg="lesson_answer")
    if not stop.is_hidden:  # what was in round 1 plays by itself
        expect(page.get_by_test_id("round")).to_have_text("3")
    settle(page, quiet=0.2)


def test_the_lesson_by_keyboard(visit, settle):
    page = visit("lesson")
    page.locator(".st-key-lesson_begin button").focus()
    page.keyboard.press("Enter")
    for number, stop in enumerate(STOPS, 1):
        at_stop(page, number, settle)
        press(page, f"lesson_choice_{stop.right}")
        answered(page, number, settle)
        press(page, "lesson_next")
    expect(page.get_by_text(UI["finished"])).to_be_visible()


@pytest.mark.thorough
def test_the_lesson_by_touch(visit, settle):
    page = visit("lesson", phone=True)
    page.get_by_role("button", name=UI["start"]).tap()
    for number, stop in enumerate(STOPS, 1):
        at_stop(page, number, settle)
        choice = page.locator(f".st-key-lesson_choice_{stop.right} button")
        assert choice.bounding_box()["height"] >= 44
        choice.tap()
        answered(page, number, settle)
        assert page.evaluate(f"{MAIN}.scrollWidth - {MAIN}.clientWidth") <= 2
        page.locator(".st-key-lesson_next button").tap()
    expect(page.get_by_text(UI["finished"])).to_be_visible()


def test_presenting_shows_each_figure_whole_and_goes_on_by_key(visit):
    page = visit("routing", size=(1024, 576))
    for name in ("routing", "layers", "pose", "two_digits"):
        if name != "routing":
            page.locator(f"a[href$='/{name}']").first.click()
        page.locator(".presenter-on").click()
        expect(page.get_by_test_id("stSidebar")).to_be_hidden()
        shown = page.locator(".presenter-name")
        expect(shown).to_contain_text("1 of")
        parts = int(shown.inner_text().split()[-1])
        for part in range(1, parts + 1):
            expect(shown).to_contain_text(f", {part} of")
            page.wait_for_function(FITS)
            page.keyboard.press("PageDown")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stSidebar")).to_be_visible()
