"""The current digit, as a visitor carries it about: picked, reloaded, shared, gone back to."""

import re

import pytest
from playwright.sync_api import expect

from dashboard.state.visitor import FIRST_DIGIT
from tests.e2e.pose import MAIN, eventually

pytestmark = pytest.mark.e2e


LIGHT, DARK = "rgb(255, 255, 255)", "rgb(17, 21, 28)"
"""The paper of both themes, as in dashboard/.streamlit/config.toml."""

PLACE = "e => getComputedStyle(e).backgroundPositionX"


def number(page):
    """The picker's number field."""
    return page.get_by_test_id("stSidebar").get_by_label("Number")


def pick(page, index, settle):
    number(page).fill(str(index))
    number(page).press("Enter")
    page.wait_for_url(re.compile(f"digit={index}"))
    settle(page)


def test_five_digits_are_seen_whole_read_and_bent(page):
    for label in range(5):
        expect(page.get_by_text(f"label {label}", exact=True)).to_have_count(1)
    expect(page.get_by_text(re.compile(r"reads \d, 0\.\d\d long"))).to_have_count(5)
    for kind in ("label", "reads", "its"):
        captions = page.locator("figcaption", has_text=kind).all()
        assert len(captions) == 5
        for shown in captions:
            box = shown.bounding_box()
            assert box["y"] + box["height"] <= 768  # without scrolling
    bending = page.locator(".example-bending").first
    before = bending.evaluate(PLACE)
    page.wait_for_function(
        f"before => ({PLACE})(document.querySelector('.example-bending')) !== before", arg=before
    )


def test_those_who_want_no_motion_see_the_unbent_digit(visit):
    page = visit(calm=True)
    bending = page.locator(".example-bending").first
    assert not bending.evaluate("e => e.getAnimations().length")
    assert bending.evaluate(PLACE) == "50%"


def test_on_a_phone_the_links_to_the_pages_are_large_and_nothing_scrolls_sideways(visit):
    page = visit(phone=True)
    assert page.evaluate(f"{MAIN}.scrollWidth - {MAIN}.clientWidth") <= 2
    boxes = [link.bounding_box() for link in page.locator(".st-key-tour a").all()]
    assert len(boxes) == 4
    assert min(box["height"] for box in boxes) >= 44
    for above, below in zip(boxes[:2], boxes[2:], strict=True):
        assert above["y"] + above["height"] < below["y"]
    page.get_by_role("link", name="Draw Write a digit").tap()
    page.wait_for_url("**/draw*")


def test_the_digit_survives_page_change_reload_and_sharing(page, visit, settle):
    pick(page, 1234, settle)
    page.get_by_role("link", name="Routing", exact=True).first.click()
    page.wait_for_url(re.compile("routing.*digit=1234"))
    settle(page)
    assert number(page).input_value() == "1234"
    page.reload()
    settle(page)
    assert number(page).input_value() == "1234"
    friend = visit(page.url.split("/", 3)[3])
    assert number(friend).input_value() == "1234"


@pytest.mark.thorough
def test_back_returns_to_the_digit_before(page, settle):
    pick(page, 11, settle)
    pick(page, 12, settle)
    page.go_back()
    page.wait_for_url(re.compile("digit=11"))
    settle(page)
    expect(number(page)).to_have_value("11")
    page.go_back()
    page.wait_for_url(re.compile("^[^?]*$"))
    settle(page)
    expect(number(page)).to_have_value(str(FIRST_DIGIT))  # as it was before any was picked


@pytest.mark.thorough
def test_two_visitors_have_their_own_digits(page, visit, settle):
    other = visit()
    pick(page, 21, settle)
    pick(other, 22, settle)
    page.get_by_role("button", name="Five others").click()
    settle(page)
    assert number(page).input_value() == "21"
    assert number(other).input_value() == "22"


def test_on_a_phone_the_menu_makes_way_for_the_page_chosen(visit, settle):
    """The test's browser does not call itself a phone: only then would Streamlit close it."""
    page = visit(phone=True)
    page.wait_for_function("() => globalThis.capsnetPageMenu")  # a server may still be starting
    sidebar = page.get_by_test_id("stSidebar")
    for name in ("Pose", "Draw"):
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(sidebar).to_be_in_viewport()
        sidebar.get_by_role("link", name=name, exact=True).tap()
        expect(sidebar).not_to_be_in_viewport()
        settle(page)
        expect(sidebar).not_to_be_in_viewport()
        assert page.url.split("?")[0].endswith(name.lower())


def test_on_a_laptop_the_sidebar_stays(page, settle):
    page.get_by_test_id("stSidebar").get_by_role("link", name="Draw", exact=True).click()
    page.wait_for_url("**/draw*")
    settle(page)
    expect(page.get_by_test_id("stSidebar")).to_be_in_viewport()
    assert page.get_by_test_id("stSidebar").bounding_box()["width"] > 200


@pytest.mark.thorough
def test_a_bright_room_can_have_the_light_page_and_keeps_it(visit):
    page = visit()
    page.emulate_media(color_scheme="dark")

    def paper():
        app = page.get_by_test_id("stApp")
        return app.evaluate("app => getComputedStyle(app).backgroundColor")

    eventually(page, lambda: paper() == DARK)
    page.get_by_test_id("stMainMenu").click()
    page.get_by_test_id("stMainMenuItem-theme-Light").click()
    eventually(page, lambda: paper() == LIGHT)
    page.reload()
    page.get_by_text("Current digit").first.wait_for()
    eventually(page, lambda: paper() == LIGHT)


def test_the_menu_takes_no_room_and_hides_nothing(visit):
    page = visit("routing")
    main = page.get_by_test_id("stMain")
    assert main.get_by_test_id("stHeading").first.bounding_box()["y"] < 60
    for button in main.get_by_test_id("stButtonGroup").first.get_by_role("radio").all():
        button.click(timeout=5000, trial=True)  # Streamlit's own bar lies over this row
