"""What the Pose page looks like: edges, labels, and one form for every number."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from capsnet.data.bundled import load_bundled
from tests.e2e.pose import MAIN, eventually, open_pose, slider

pytestmark = pytest.mark.e2e

SCREENS = {"projector": {"size": (1920, 1080)}, "laptop": {}, "phone": {"phone": True}}


def screenshot(page):
    """What is on the screen, in grey levels (H, W)."""
    return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"))


@pytest.mark.parametrize("screen", SCREENS)
def test_what_is_seen(visit, screen):
    """One visit for each screen; each part leaves the page as it found it, but the last."""
    page = open_pose(visit, **SCREENS[screen])
    page.evaluate(f"{MAIN}.scrollTo(0, 0)")
    if screen == "phone":
        a_phone_has_targets_for_a_thumb(page)
    every_group_of_buttons_says_what_it_is(page)
    each_end_of_a_slider_says_where_it_leads(page)
    every_picture_has_an_edge_all_round(page)
    if screen == "laptop":
        a_laptop_shows_the_picture_large_and_whole_with_what_it_is_compared_to(page)
    the_picture_stays_in_sight_on_the_way_to_another_digit(page)


def every_picture_has_an_edge_all_round(page):
    for name in ("canvas", "original", "own", "difference"):
        canvas = page.get_by_test_id(f"pose-{name}")
        canvas.scroll_into_view_if_needed()
        box, shown = canvas.bounding_box(), screenshot(page)
        middle = round(box["x"] + box["width"] / 2)
        for edge in (box["y"], box["y"] + box["height"]):  # between two pixels, it may be
            near = shown[round(edge) - 2 : round(edge) + 2, middle - 20 : middle + 20]
            assert near.mean(axis=1).min() < 230, f"{name} has no line at {edge}"


def every_group_of_buttons_says_what_it_is(page):
    bar = page.locator(".pose-bar")
    boxes = []
    for name in ("Capsule", "Sliders reach"):
        expect(bar.get_by_text(name, exact=True)).to_be_visible()
        boxes.append(bar.get_by_text(name, exact=True).bounding_box())
    buttons = seen(bar.get_by_role("button"))
    assert len(buttons) > 10  # a capsule for each digit, and how far the sliders reach
    for button, box in buttons:
        assert not any(overlap(box, label) for label in boxes), button.inner_text()
    expect(page.get_by_text("1 means exactly")).to_be_visible()


def seen(parts):
    """Those parts of the page that are shown, each with its box."""
    found = [(part, part.bounding_box()) for part in parts.all()]
    return [(part, box) for part, box in found if box]


def overlap(a, b):
    """Whether two boxes share more than an edge."""
    return (
        min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"]) > 1
        and min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"]) > 1
    )


def each_end_of_a_slider_says_where_it_leads(page):
    said = 0
    for row in page.locator(".pose-rows .pose-row").all():
        label, ends = row.locator(".pose-meaning"), row.locator(".pose-ends span:not(.pose-number)")
        left, right = ends.all_inner_texts()
        assert bool(label.inner_text()) == bool(left) == bool(right)
        if not left:
            continue
        said += 1
        strip = row.locator(".pose-strip").bounding_box()
        boxes = [end.bounding_box() for end in ends.all()]
        assert boxes[0]["x"] == pytest.approx(strip["x"], abs=1)
        assert boxes[1]["x"] + boxes[1]["width"] == pytest.approx(
            strip["x"] + strip["width"], abs=1
        )
        assert not overlap(*boxes)
        cut = "e => e.scrollWidth > e.clientWidth + 1"
        assert not label.evaluate(cut), label.inner_text()
        assert f"from {left} to {right}" in row.locator("input").get_attribute("aria-label")
    assert said > 8


def a_phone_has_targets_for_a_thumb(page):
    targets = seen(page.locator(".pose button, .pose input[type=range], .pose summary"))
    assert len(targets) > 16  # a slider for each dimension, and more
    for target, box in targets:
        assert box["height"] >= 44, target.get_attribute("aria-label") or target.inner_text()
    box = page.get_by_test_id("pose-canvas").bounding_box()
    assert box["width"] > 0.38 * 390
    assert box["y"] + box["height"] < 844, "the picture is not on the first screen"


def the_picture_stays_in_sight_on_the_way_to_another_digit(page):
    page.get_by_text("Morph between two digits").click()
    page.locator(".pose-target").first.click()
    page.get_by_label("Play the way").click()
    way = page.get_by_test_id("pose-morph")
    way.evaluate("way => way.scrollIntoView({ block: 'end' })")  # as far as one has to
    box = page.get_by_test_id("pose-canvas").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def a_laptop_shows_the_picture_large_and_whole_with_what_it_is_compared_to(page):
    assert page.get_by_test_id("pose-canvas").bounding_box()["width"] > 270
    slider(page, 15).evaluate("slider => slider.scrollIntoView({block: 'nearest'})")
    for name in ("canvas", "original", "own", "difference"):
        box = page.get_by_test_id(f"pose-{name}").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768


def test_a_zero_has_no_sign_and_the_own_number_stands_beside_it(visit, shipped):
    page = open_pose(visit)
    shown = page.locator(".pose-rows output").nth(3)
    for value, text in ((-0.3, "−0.30"), (-0.004, "0.00"), (0.3, "+0.30"), (0.004, "0.00")):
        slider(page, 3).evaluate(
            "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }",
            value,
        )
        eventually(page, lambda text=text: shown.inner_text() == text)
    own, now = re.fullmatch(
        "Own ([+−]?[0-9.]+), now ([+−]?[0-9.]+). Press to reset",
        page.get_by_label("Reset dimension 3").get_attribute("title"),
    ).groups()
    own, now = (float(number.replace("−", "-")) for number in (own, now))
    assert now - own == pytest.approx(0.004, abs=0.0011)
    capsules = shipped.trace(load_bundled()[42:43].pixels()).digit_capsules[-1, 0]
    capsule = capsules[np.linalg.norm(capsules, axis=1).argmax(), 3]
    assert own == pytest.approx(capsule, abs=0.00051)
    number = page.locator(".pose-number").nth(3).inner_text()
    assert float(number.replace("−", "-")) == pytest.approx(capsule, abs=0.0051)
