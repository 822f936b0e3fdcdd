"""What the Pose page looks like: edges, labels, and one form for every number."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.pose import eventually, open_pose, slider

pytestmark = pytest.mark.e2e

PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}
SCREENS = [PROJECTOR, {}, {"phone": True}]
NAMES = ["projector", "laptop", "phone"]


def screenshot(page):
    """What is on the screen, in grey levels (H, W)."""
    return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"))


@pytest.mark.parametrize("screen", SCREENS, ids=NAMES)
def test_every_picture_has_an_edge_all_round(visit, screen):
    page = open_pose(visit, color_scheme="light", **screen)
    for name in ("canvas", "original", "own", "difference"):
        canvas = page.get_by_test_id(f"pose-{name}")
        canvas.scroll_into_view_if_needed()
        box, shown = canvas.bounding_box(), screenshot(page)
        middle = round(box["x"] + box["width"] / 2)
        for edge in (box["y"], box["y"] + box["height"]):  # between two pixels, it may be
            near = shown[round(edge) - 2 : round(edge) + 2, middle - 20 : middle + 20]
            assert near.mean(axis=1).min() < 230, f"{name} has no line at {edge}"


@pytest.mark.parametrize("screen", SCREENS, ids=NAMES)
def test_every_group_of_buttons_says_what_it_is(visit, screen):
    page = open_pose(visit, **screen)
    bar = page.locator(".pose-bar")
    boxes = []
    for name in ("Capsule", "Sliders reach"):
        expect(bar.get_by_text(name, exact=True)).to_be_visible()
        boxes.append(bar.get_by_text(name, exact=True).bounding_box())
    for button in bar.get_by_role("button").all():
        if box := button.bounding_box():
            assert not any(overlap(box, label) for label in boxes), button.inner_text()
    expect(page.get_by_text("1 or −1 means exactly")).to_be_visible()


def overlap(a, b):
    """Whether two boxes share more than an edge."""
    return (
        min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"]) > 1
        and min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"]) > 1
    )


def test_a_wide_screen_says_how_much_a_slider_changes(visit):
    labelled = open_pose(visit, **PROJECTOR).locator(".pose-rows .pose-meaning:not(:empty)")
    said = [text for text in labelled.all_inner_texts() if text]
    assert len(said) > 8
    assert all(text[0] in "+−" and (" px " in text or "° " in text) for text in said), said


def test_a_zero_has_no_sign(visit):
    page = open_pose(visit)
    shown = page.locator(".pose-rows output").nth(3)
    for value, text in ((-0.3, "−0.30"), (-0.004, "0.00"), (0.3, "+0.30"), (0.004, "0.00")):
        slider(page, 3).evaluate(
            "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }",
            value,
        )
        eventually(page, lambda text=text: shown.inner_text() == text)
