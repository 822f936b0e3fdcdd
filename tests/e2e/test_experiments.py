"""The pages of experiments in a real browser: a slider moves the figures, results stay."""

import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from capsnet.analysis import overlap
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints, experiment_results
from capsnet.training.run_folder import BEST, write_run
from capsnet.training_config import TrainingConfig
from tests.e2e.pose import eventually, frames

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


COLOURS = """canvas => Array.from(canvas.getContext("2d").getImageData(
    0, 0, canvas.width, canvas.height).data)"""


def test_a_digit_is_dragged_over_another_and_answered_meanwhile(visit, settle, shipped):
    page = visit("two_digits?runtime=browser&digit=0&second=1&moved=-4.0.4.0")
    sent, _ = frames(page)
    page.reload()
    page.locator(".sheet[data-runtime=browser]").wait_for()
    expect(page.locator(SHOWN)).to_have_count(10)
    settle(page)
    before = page.evaluate(BARS)
    box = page.get_by_test_id("sheet").bounding_box()
    pixel = box["width"] / 28
    grip = page.get_by_test_id("sheet-grip-second").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    quiet = len(sent)
    page.mouse.move(x - 6 * pixel, y + 2 * pixel, steps=6)
    eventually(page, lambda: page.evaluate(BARS) != before)
    the_browser_shows_what_the_network_answers(page, shipped, [(-4, 0), (-2, 2)])
    assert len(sent) == quiet, "the server was told while the digit was held"
    page.mouse.up()
    page.wait_for_url("**moved=-4.0.-2.2**")
    page.get_by_test_id("sheet-grip-first").press("ArrowRight")
    page.wait_for_url("**moved=-3.0.-2.2**")
    settle(page)
    the_browser_shows_what_the_network_answers(page, shipped, [(-3, 0), (-2, 2)])


def the_browser_shows_what_the_network_answers(page, shipped, places):
    images = load_bundled()[:2].pixels()
    moved = [
        overlap.move(image, down, right)
        for image, (right, down) in zip(images, places, strict=True)
    ]
    sheet = overlap.laid_over(*moved)
    trace = shipped.trace(sheet[None])
    drawn = [shipped.decode(trace.digit_capsules[-1], c)[0] for c in (0, 1)]
    shares = overlap.pixel_owners(*drawn, sheet)[..., 0, :]
    inks = 255 - np.array([[0, 114, 178], [213, 94, 0]])
    claims = 255 - shares @ inks

    def shown(name):
        values = page.get_by_test_id(name).evaluate(COLOURS)
        return np.reshape(values, (28, 28, 4))[..., :3]

    eventually(page, lambda: np.allclose(shown("sheet-claims"), claims, atol=2))
    np.testing.assert_allclose(shown("sheet-canvas")[..., 0], 255 * (1 - sheet[..., 0]), atol=1)
    lengths = trace.lengths[-1, 0]
    eventually(page, lambda: np.allclose([*map(float, page.evaluate(BARS))], lengths, atol=0.006))


CELL = """({ x, y }) => {
    const drawn = document.querySelector("[data-testid=figure-confusion] .js-plotly-plot");
    const { xaxis, yaxis } = drawn._fullLayout;
    const box = drawn.getBoundingClientRect();
    return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
}"""


@pytest.fixture
def twin(networks_folder):
    """A run whose best network is the shipped one, with the result that is kept of it."""
    folder = networks_folder / "twin-1"
    folder.mkdir()
    write_run(folder, checkpoints.check(), TrainingConfig())
    shutil.copy(checkpoints.SHIPPED, folder / BEST)
    kept = experiment_results.folder(folder / BEST)
    kept.mkdir()
    for path in experiment_results.folder().glob("lengths-*.json"):
        shutil.copy(path, kept)
    yield "twin-1"
    shutil.rmtree(folder)


def test_a_click_in_the_confusion_matrix_opens_its_digits_and_results_stay(visit, settle, twin):
    page = visit(f"compare?with={twin}&digit=0")
    matrix = page.get_by_test_id("figure-confusion").first
    matrix.locator(".js-plotly-plot .heatmaplayer").wait_for()
    matrix.scroll_into_view_if_needed()
    settle(page)
    page.mouse.click(*page.evaluate(CELL, {"x": "7", "y": "1"}))
    opened = page.locator(".st-key-compare-cell-first")
    expect(page.get_by_text("1 read as 7: 3")).to_be_visible()
    expect(opened.get_by_role("button")).to_have_count(3)
    opened.get_by_role("button").first.click()  # it is the current one then
    page.wait_for_function("!new URL(location).searchParams.get('digit').match(/^0$/)")
    page.reload()
    expect(page.get_by_text("The two networks are equal")).to_be_visible()
    expect(page.get_by_test_id("figure-confusion")).to_have_count(2)


def test_a_phone_shows_the_page_without_sideways_scrolling(visit):
    page = visit("transform", phone=True)
    wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert page.evaluate(wide) <= 390
