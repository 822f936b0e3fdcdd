"""The Pose page under a real hand: dragging with mouse, finger and keys."""

import time

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.pose import (
    COUNT_PAINTS,
    MAIN,
    drag,
    eventually,
    frames,
    open_pose,
    picture,
    press_thumb,
    ready,
    shows,
    slider,
)

pytestmark = pytest.mark.e2e

WAITING = "…"


@pytest.fixture
def watched(visit):
    """The Pose page, reloaded so that its websocket is watched from the start."""
    page = open_pose(visit)
    passed = frames(page)
    page.reload()
    ready(page)
    return page, *passed


def test_the_picture_follows_the_hand_and_the_server_hears_of_it_on_release(watched, settle):
    page, sent, received = watched
    settle(page)
    page.evaluate(COUNT_PAINTS)
    first = picture(page)
    page.locator(".pose").evaluate("explorer => explorer.dataset.isTheSame = 'yes'")
    read = page.get_by_test_id("pose-read")
    expect(read).not_to_have_text(WAITING)
    box = press_thumb(page, 3)
    before, seen = len(sent), []
    start = time.monotonic()
    moves = 0
    while time.monotonic() - start < 2:
        moves += 1
        x = box["x"] + box["width"] * (0.5 + 0.4 * np.sin(moves / 10))
        page.mouse.move(x, box["y"] + 10)
        if moves % 10 == 0:
            seen.append(tuple(picture(page)))
            assert read.inner_text() == WAITING, "what was read is of an earlier picture"
    paints, inputs = page.evaluate("[paints.length, inputs.length]")
    assert len(sent) == before, "the server was told while the thumb was down"
    assert len(set(seen)) == len(seen) and tuple(first) not in seen
    assert paints >= 0.9 * inputs - 1, "input events went unpainted"
    print(f"{paints} pictures in 2 s for {inputs} input events")
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 10)
    page.mouse.up()
    page.wait_for_url("**pose=**")
    eventually(page, lambda: len(sent) > before)
    settle(page, 0.9)
    assert len(sent) == before + 1, "one release is one update"
    expect(read).not_to_have_text(WAITING)
    expect(page.locator(".pose[data-is-the-same]")).to_be_visible()
    assert float(slider(page, 3).input_value()) > 0.2


def test_keys_step_and_play_sweeps_back_and_forth(visit, settle):
    page = open_pose(visit)
    slider(page, 4).focus()
    page.keyboard.press("ArrowRight")
    assert float(slider(page, 4).input_value()) == pytest.approx(0.02)
    page.keyboard.press("Shift+ArrowLeft")
    assert float(slider(page, 4).input_value()) == pytest.approx(-0.08)
    left_to_the_browser = """(slider, key) => slider.dispatchEvent(new KeyboardEvent(
        "keydown", { ...key, key: "ArrowLeft", bubbles: true, cancelable: true }))"""
    for modifier in ("altKey", "metaKey"):  # which lead back
        assert slider(page, 4).evaluate(left_to_the_browser, {modifier: True})
    assert not slider(page, 4).evaluate(left_to_the_browser, {})
    assert float(slider(page, 4).input_value()) == pytest.approx(-0.1)
    page.wait_for_url("**pose=**")
    page.get_by_label("Play dimension 7").click()
    directions, before = set(), 0.0
    for _ in range(100):
        page.wait_for_timeout(100)
        value = float(slider(page, 7).input_value())
        directions.add(np.sign(value - before))
        before = value
        if {-1, 1} <= directions:
            break
    page.get_by_label("Play dimension 7").click()
    assert {-1, 1} <= directions
    settle(page)
    stopped = slider(page, 7).input_value()
    page.wait_for_timeout(300)
    assert slider(page, 7).input_value() == stopped


@pytest.mark.thorough
def test_what_takes_a_pose_back(visit, settle):
    """One visit: each part begins and ends with the digit's own pose."""
    page = open_pose(visit)
    first = picture(page)
    undo_after_a_double_click_goes_back_to_before_it(page)
    reset_and_undo(page, first, settle)
    a_double_click_resets_one_slider_and_no_other(page)
    page.get_by_test_id("pose-reset").click()
    shows(page, first, atol=0)
    random_stays_within_reach_and_undo_takes_it_back(page, first)


def undo_after_a_double_click_goes_back_to_before_it(page):
    drag(page, 2, 0.9)
    start = slider(page, 2).input_value()
    slider(page, 2).dblclick(position={"x": 5, "y": 5})  # its first click moves the thumb
    eventually(page, lambda: slider(page, 2).input_value() == "0")
    page.keyboard.press("Control+z")
    eventually(page, lambda: slider(page, 2).input_value() == start)
    page.get_by_test_id("stSidebar").get_by_label("Number").focus()
    page.keyboard.press("Control+z")  # the field's own
    page.get_by_test_id("pose-undo").focus()
    assert slider(page, 2).input_value() == start
    page.keyboard.press("Meta+z")
    eventually(page, lambda: slider(page, 2).input_value() == "0")
    expect(page.get_by_test_id("pose-undo")).to_be_disabled()


def reset_and_undo(page, first, settle):
    drag(page, 2, 0.9)
    drag(page, 5, 0.1)
    settle(page)
    tweaked = picture(page)
    page.get_by_test_id("pose-reset").click()
    shows(page, first, atol=0)
    page.get_by_test_id("pose-undo").click()
    shows(page, tweaked, atol=0)
    slider(page, 2).dblclick(position={"x": 5, "y": 5})
    page.get_by_label("Reset dimension 5").click()
    shows(page, first, atol=0)


def a_double_click_resets_one_slider_and_no_other(page):
    drag(page, 2, 0.9)
    drag(page, 5, 0.1)
    other = slider(page, 5).input_value()
    slider(page, 2).dblclick(position={"x": 5, "y": 5})
    eventually(page, lambda: slider(page, 2).input_value() == "0")
    assert slider(page, 5).input_value() == other != "0"


def random_stays_within_reach_and_undo_takes_it_back(page, first):
    page.get_by_role("button", name="±0.25", exact=True).click()
    page.get_by_test_id("pose-random").click()
    eventually(page, lambda: picture(page) != first)
    values = [float(slider(page, d).input_value()) for d in range(16)]
    assert max(map(abs, values)) <= 0.25 and len(set(values)) > 8
    page.get_by_test_id("pose-undo").click()
    shows(page, first, atol=0)


@pytest.mark.thorough
def test_large_strips_fill_the_width_and_stay_large(visit, settle):
    page = open_pose(visit)
    small = slider(page, 0).bounding_box()["width"]
    page.get_by_test_id("pose-large").click()
    assert slider(page, 0).bounding_box()["width"] > 1.8 * small
    page.get_by_role("link", name="Draw").first.click()
    settle(page)
    page.get_by_role("link", name="Pose").first.click()
    ready(page)
    assert slider(page, 0).bounding_box()["width"] > 1.8 * small


@pytest.mark.thorough
def test_the_reach_of_the_sliders_outlives_a_reload(visit):
    page = open_pose(visit)
    widest = page.get_by_role("button", name="±1", exact=True)
    widest.click()
    page.wait_for_url("**reach=1**")
    page.reload()
    ready(page)
    expect(widest).to_have_attribute("aria-pressed", "true")
    drag(page, 6, 0.97)
    assert float(slider(page, 6).input_value()) > 0.8
    page.get_by_role("button", name="±0.25", exact=True).click()
    eventually(page, lambda: slider(page, 6).input_value() == "0.25")
    told = page.locator(".pose-status")
    expect(told).to_have_text(
        "One slider was beyond ±0.25 and came back to it. Undo brings the pose back."
    )
    page.get_by_test_id("pose-undo").click()
    eventually(page, lambda: float(slider(page, 6).input_value()) > 0.8)
    expect(told).to_be_hidden()


@pytest.fixture
def phone(visit):
    """The Pose page on a phone, slider 12 in sight, and a finger: `finger(kind, right, down)`."""
    page = open_pose(visit, phone=True)
    slider(page, 12).scroll_into_view_if_needed()
    box = slider(page, 12).bounding_box()
    touch = page.context.new_cdp_session(page)

    def finger(kind, right=None, down=0):
        """`right` is a share of the slider's length, `down` in pixels."""
        x, y = box["x"] + box["width"] * (right or 0), box["y"] + box["height"] / 2 + down
        points = [] if right is None else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return page, finger


def test_a_finger_drags_with_the_picture_in_sight(phone):
    page, finger = phone
    first = picture(page)
    finger("touchStart", 0.5)
    for right in (0.6, 0.7, 0.8):
        finger("touchMove", right)
    eventually(page, lambda: picture(page) != first)  # the finger is still down
    finger("touchEnd")
    page.wait_for_url("**pose=**")
    canvas = page.get_by_test_id("pose-canvas").bounding_box()
    assert canvas["y"] >= 0 and canvas["y"] + canvas["height"] <= 844
    assert page.evaluate(f"{MAIN}.scrollWidth - {MAIN}.clientWidth") <= 2


def test_a_finger_that_scrolls_moves_no_slider(phone):
    page, finger = phone
    before = page.evaluate(f"{MAIN}.scrollTop")
    finger("touchStart", 0.2)
    for down in range(20, 200, 20):
        finger("touchMove", 0.2, down)
    finger("touchEnd")
    eventually(page, lambda: page.evaluate(f"{MAIN}.scrollTop") != before)
    assert slider(page, 12).input_value() == "0"
