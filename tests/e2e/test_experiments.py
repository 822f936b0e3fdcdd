"""The pages of experiments in a real browser: a slider moves the figures, results stay."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

SHOWN = "[data-testid=figure-capsule-lengths] .bartext"
BARS = f"[...document.querySelectorAll('{SHOWN}')].map(t => t.textContent)"


def test_a_slider_moves_the_figures_and_the_link(visit, settle):
    page = visit("transform?digit=0")
    expect(page.locator(SHOWN)).to_have_count(10)
    before = page.evaluate(BARS)
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(45):
        slider.press("ArrowRight")
    settle(page)
    expect(page.get_by_role("slider")).to_have_value("45")
    assert page.evaluate(BARS) != before
    assert "by=45" in page.url
    page.reload()
    settle(page)
    expect(page.get_by_role("slider")).to_have_value("45")


def test_a_phone_shows_the_page_without_sideways_scrolling(visit):
    page = visit("transform", phone=True)
    wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert page.evaluate(wide) <= 390
