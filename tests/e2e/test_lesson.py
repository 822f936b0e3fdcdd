"""The whole lesson, by keyboard on a laptop and by touch on a phone: every question is answered."""

import re

import pytest
from playwright.sync_api import expect

from capsnet.data.lesson_texts import lesson_texts
from dashboard.views.parts.lesson.stops import STOPS
from tests.e2e.pose import MAIN

pytestmark = pytest.mark.e2e

TEXTS = lesson_texts()
UI, TOLD = TEXTS["lesson"], TEXTS["stops"]

FOCUSED = """() => {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return one?.innerText?.trim() ?? "";
}"""

HIDDEN = """key => {
    const figure = document.querySelector(`[data-testid=stMain] .st-key-${key}`);
    return figure && getComputedStyle(figure.firstElementChild).visibility === "hidden";
}"""


def tab_to(page, name):
    """Press Tab until the button of that name has the focus."""
    for _ in range(250):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"Tab does not lead to {name!r} on {page.url}")


def at_stop(page, number):
    """The stop is open, and its figure waits for a guess."""
    page.wait_for_url(re.compile(rf"/{STOPS[number - 1].page}\?.*lesson={number}"))
    expect(page.get_by_text(f"Stop {number} of 8")).to_be_visible()
    if STOPS[number - 1].is_hidden:
        page.wait_for_function(HIDDEN, arg=STOPS[number - 1].figure)


def answered(page, number):
    """The guess was right, and the figure shows the answer."""
    expect(page.get_by_test_id("stMain").get_by_text(UI["right"])).to_be_visible()
    page.wait_for_function(f"key => ({HIDDEN})(key) === false", arg=STOPS[number - 1].figure)


def test_the_lesson_by_keyboard(visit, settle):
    page = visit("lesson")
    tab_to(page, UI["start"])
    page.keyboard.press("Enter")
    for number, stop in enumerate(STOPS, 1):
        at_stop(page, number)
        settle(page)
        tab_to(page, TOLD[number - 1]["choices"][stop.right])
        page.keyboard.press("Enter")
        answered(page, number)
        settle(page)
        if stop.part == "lengths":  # what was in round 1 plays by itself, in the figure
            expect(page.get_by_test_id("round")).to_have_text("3")
            expect(page.locator("section[data-view=flow]")).to_be_hidden()
        onward = UI["finish"] if number == 8 else f"{UI['next']}|{UI['skip']}"
        button = page.get_by_role("button", name=re.compile(f"({onward})$")).first
        tab_to(page, button.inner_text().strip().split("\n")[-1])
        page.keyboard.press("Enter")
    expect(page.get_by_text(UI["finished"])).to_be_visible()


def test_the_lesson_by_touch(visit, settle):
    page = visit("lesson", phone=True)
    page.get_by_role("button", name=UI["start"]).tap()
    for number, stop in enumerate(STOPS, 1):
        at_stop(page, number)
        settle(page)
        choice = page.get_by_role(
            "button", name=TOLD[number - 1]["choices"][stop.right], exact=True
        )
        assert choice.bounding_box()["height"] >= 44
        choice.tap()
        answered(page, number)
        settle(page)
        assert page.evaluate(f"{MAIN}.scrollWidth - {MAIN}.clientWidth") <= 2
        page.locator(".st-key-lesson_next button").tap()
    expect(page.get_by_text(UI["finished"])).to_be_visible()


def test_presenting_shows_one_figure_whole_and_goes_on_by_key(visit, settle):
    page = visit("routing", size=(1024, 576))
    page.get_by_role("button", name="Present", exact=True).click()
    name, shown = page.locator(".presenter-name"), page.locator(".cards > section:not([hidden])")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    parts = shown.count()
    for part in range(1, parts + 1):
        expect(name).to_contain_text(f", {part} of")
        visible = [one for one in shown.all() if one.is_visible()]
        assert len(visible) == 1
        page.wait_for_timeout(300)
        box = visible[0].bounding_box()
        assert box["y"] + box["height"] <= 576 and box["x"] + box["width"] <= 1025, part
        page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    expect(shown.last).to_be_visible()
