"""26 letters in colour, 8 pose dimensions and 5 rounds: every page, in one visit."""

import shutil

import pytest
from playwright.sync_api import Page, expect

from capsnet.capabilities import takes_ink
from tests import made_data
from tests.e2e.conftest import settle

PAGES = ("Draw", "Routing", "Pose", "Layers", "Transform", "Two digits", "Many digits", "Doubts",
         "Attack", "Compare", "Training", "Start")  # fmt: skip
NAME = "letters-1"
LETTERS = made_data.LETTERS.names

IN_COLOUR = """canvas => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    let most = 0;
    for (let i = 0; i < data.length; i += 4) {
        const three = [data[i], data[i + 1], data[i + 2]];
        most = Math.max(most, Math.max(...three) - Math.min(...three));
    }
    return [width, height, most > 30];
}"""
"""A canvas's size, and whether any of its pixels is no grey."""

WIDER = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return main.scrollWidth - main.clientWidth;
}"""
"""By how many pixels the page is wider than its window."""


@pytest.fixture(scope="module", autouse=True)
def letters(networks_folder):
    """A run that learned a little of the letters."""
    made_data.train_letters(networks_folder / NAME)
    yield
    shutil.rmtree(networks_folder / NAME)


@pytest.mark.thorough
def test_every_page_shows_a_network_of_26_letters_in_colour(visit) -> None:
    assert not takes_ink(made_data.LETTERS)
    page = visit(f"?network={NAME}&digit=1&runtime=browser")
    for title in PAGES:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        expect(page.locator("h1").first).to_contain_text(heading(title))
        settle(page)
        assert page.evaluate(WIDER) <= 0, title
        expect(page.get_by_test_id("stSidebar").get_by_text("Label: B")).to_be_visible()
        if title in CHECKS:
            CHECKS[title](page)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("draw", "pose", "routing"):
        page.goto(f"{page.url.split('?')[0].rsplit('/', 1)[0]}/{path}?network={NAME}&digit=1")
        settle(page)
        assert page.evaluate(WIDER) <= 0, path


def heading(title: str) -> str:
    return {"Start": "A capsule network", "Training": "Training: watch"}.get(title, title)


def draw(page: Page) -> None:
    """26 drawings, the picture in colour, and no pen."""
    drawings = page.locator(".answer-drawings li")
    expect(drawings).to_have_count(26)
    assert [each.get_attribute("title") for each in drawings.all()] == list(LETTERS)
    assert page.locator(".answer-seen").evaluate(IN_COLOUR) == [32, 32, True]
    assert drawings.first.locator("canvas").evaluate(IN_COLOUR)[:2] == [32, 32]
    expect(page.get_by_text("A pen has one colour")).to_be_visible()
    expect(page.get_by_test_id("draw-pad")).to_have_count(0)


def pose(page: Page) -> None:
    """Eight sliders and 26 capsules; a slider moves and the link follows."""
    sliders = page.locator(".pose-rows input[type=range]")
    expect(sliders).to_have_count(8)
    expect(page.locator(".pose-capsule")).to_have_count(26)
    assert page.get_by_test_id("pose-original").evaluate(IN_COLOUR) == [32, 32, True]
    strip = page.locator(".pose-rows canvas").nth(3)
    page.wait_for_function(
        "strip => strip.getContext('2d').getImageData(0, 0, 1, 1).data[3] === 255",
        arg=strip.element_handle(),
    )
    assert strip.evaluate("canvas => [canvas.width, canvas.height]") == [11 * 32, 32]
    page.get_by_test_id("pose-capsule-25").click()
    sliders.nth(7).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**capsule=25**")
    page.wait_for_url("**pose=**")


def routing(page: Page) -> None:
    """Five rounds, 26 classes by their names, the picture in colour under the places."""
    expect(page.locator(".rounds")).to_have_text("5")
    assert page.locator(".board canvas").evaluate(IN_COLOUR)[2]
    assert page.locator(".places button").count() == 64
    table = page.get_by_test_id("lengths-table").inner_text()
    assert set(LETTERS) <= set(table.split())


CHECKS = {"Draw": draw, "Pose": pose, "Routing": routing}
