"""The Pose page among real poses: principal axes, histograms, the map, the way between two."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect

from capsnet.analysis.real_poses import RealPoses
from capsnet.data.bundled import load_bundled
from capsnet.storage import experiment_results
from tests.e2e.pose import eventually, frames, levels, open_pose, picture, press_thumb, ready, shows

pytestmark = pytest.mark.e2e


def test_a_pose_moves_along_principal_axes_and_on_the_map(visit, settle, shipped):
    page = open_pose(visit)
    sent, _ = frames(page)
    page.reload()
    ready(page)
    expect(page.locator(".pose-rows .pose-histogram path")).to_have_count(16)
    page.get_by_test_id("pose-by-axes").click()
    page.wait_for_url("**along=axes**")
    settle(page)
    an_axis_moves_by_standard_deviations_without_the_server(page, sent, shipped)
    settle(page)
    the_ring_on_the_map_moves_the_same_two_axes(page, sent)
    page.reload()
    ready(page)
    expect(page.get_by_test_id("pose-by-axes")).to_have_attribute("aria-pressed", "true")
    the_way_is_between_any_two_of_the_class(page, shipped)


def an_axis_moves_by_standard_deviations_without_the_server(page, sent, shipped):
    before, first = len(sent), picture(page)
    box = press_thumb(page, 0)
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 10, steps=5)
    eventually(page, lambda: picture(page) != first)
    assert len(sent) == before, "the server was told while the thumb was down"
    value = page.get_by_label("reset principal axis 1", exact=False).first
    shift = float(value.inner_text().removesuffix(" σ"))
    assert 2.0 < shift < 3.01
    (kept,) = experiment_results.folder().glob("poses-*.json")
    axes = RealPoses.of_class(json.loads(kept.read_text())["result"], 2).axes
    moved = shipped.trace(load_bundled()[42:43].pixels()).digit_capsules[-1]
    moved[0, 2] += shift * axes.deviations[0] * axes.axes[0]
    shows(page, levels(shipped.decode(moved, 2)), atol=4)  # two decimals of a deviation
    page.mouse.up()
    page.wait_for_url("**pose=**")


def the_ring_on_the_map_moves_the_same_two_axes(page, sent):
    page.locator(".pose-map summary").click()
    plane = page.get_by_test_id("pose-map")
    plane.scroll_into_view_if_needed()
    box, first, before = plane.bounding_box(), picture(page), len(sent)
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.3, steps=4)
    eventually(page, lambda: picture(page) != first)
    assert len(sent) == before, "the server was told while the ring was held"
    page.mouse.up()
    assert plane.get_attribute("aria-valuetext").startswith("axis 1 −")
    plane.press("ArrowRight")
    eventually(page, lambda: len(sent) > before)
    third = page.get_by_label("reset principal axis 3", exact=False)
    expect(third).to_have_text("0.00 σ")


def the_way_is_between_any_two_of_the_class(page, shipped):
    start, end = [int(i) for i in np.flatnonzero(load_bundled().labels == 2)[[20, 30]]]
    page.get_by_text("Morph between two digits").click()
    page.get_by_test_id("pose-from").fill(f"{start}")
    page.get_by_test_id("pose-to").fill("7")
    page.get_by_role("button", name="Morph", exact=True).click()
    expect(page.locator(".pose-told")).to_contain_text("Number 7 is of class 7")
    page.get_by_test_id("pose-to").fill(f"{end}")
    page.get_by_role("button", name="Morph", exact=True).click()
    page.get_by_label("Play the way").click()
    for key, index in (("End", end), ("Home", start)):
        page.get_by_test_id("pose-morph").press(key)
        images = load_bundled()[index : index + 1].pixels()
        drawn = levels(shipped.decode(shipped.trace(images).digit_capsules[-1], 2))
        shows(page, drawn, atol=4)  # a pose has three decimals
