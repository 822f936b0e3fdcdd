"""The browser's Back and Forward, and links, across pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

SOON = 60_000


Settle = Callable[[Page], None]


def go_to(page: Page, name: str, settle: Settle) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    settle(page)


def expect_address(page: Page, *parts: str) -> None:
    """The address has these parts, in any order, and is of the digit that the sidebar shows."""
    for part in parts:
        page.wait_for_url(f"**{part}**", timeout=SOON)
    number = page.get_by_test_id("stSidebar").get_by_label("Number, 0 to 4999")
    expect(number).to_have_value(page.url.split("digit=")[1].split("&")[0], timeout=SOON)


def test_back_goes_page_by_page_and_never_loses_digit_or_pose(
    visit: Callable[..., Page], settle: Settle
) -> None:
    page = visit("?digit=1")
    go_to(page, "Routing", settle)
    expect_address(page, "/routing", "digit=1")
    go_to(page, "Pose", settle)
    expect_address(page, "/pose", "digit=1")
    slider = page.get_by_test_id("pose-slider-3")
    slider.focus()
    slider.press("ArrowRight")
    expect_address(page, "pose=0%2C0%2C0%2C0.02%2C", "digit=1")
    bent = page.url
    number = page.get_by_test_id("stSidebar").get_by_label("Number, 0 to 4999")
    number.fill("42")
    number.press("Enter")
    expect_address(page, "/pose?digit=42")
    go_to(page, "Draw", settle)
    expect_address(page, "/draw?digit=42")
    addresses = ["/pose?digit=42", bent.split("/")[-1], "/pose?digit=1", "/routing?digit=1"]
    for part in addresses:
        page.go_back()
        settle(page)
        expect_address(page, part)
        if page.url == bent:
            expect(slider).to_have_value("0.02", timeout=SOON)
    for part in reversed(addresses[:-1]):
        page.go_forward()
        settle(page)
        expect_address(page, part)


@pytest.mark.thorough
def test_one_pages_settings_stay_out_of_anothers_link(
    visit: Callable[..., Page], settle: Settle
) -> None:
    page = visit("routing?digit=3&rounds=5")
    expect_address(page, "rounds=5")
    for name in ("Pose", "Draw", "Training", "Start"):
        go_to(page, name, settle)
        expect_address(page, "digit=3")
        assert ("rounds" in page.url) == (name == "Draw")  # whose file of the trace has them
    go_to(page, "Routing", settle)
    expect_address(page, "rounds=5")  # which the page remembers
