"""The pose goes along: pages, reload, link, Back, files, another digit."""

import json
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from capsnet.data.bundled import load_bundled
from tests.e2e.pose import (
    drag,
    eventually,
    levels,
    open_pose,
    picture,
    ready,
    shows,
    slider,
)

pytestmark = pytest.mark.e2e


def test_the_pose_survives_reload_page_change_and_sharing(visit, settle):
    page = open_pose(visit)
    drag(page, 2, 0.9)
    page.wait_for_url("**pose=**")
    settle(page)
    tweaked, read = picture(page), page.get_by_test_id("pose-read").inner_text()
    assert re.search(r"\(0\.\d\d\)|no digit", read)
    page.reload()
    ready(page)
    shows(page, tweaked, atol=0)
    expect(page.get_by_test_id("pose-read")).to_have_text(read)
    page.get_by_role("link", name="Draw").first.click()
    settle(page)
    page.get_by_role("link", name="Pose").first.click()
    page.wait_for_url("**pose=**")
    ready(page)
    shows(page, tweaked, atol=0)
    friend = open_pose(visit, page.url.split("?")[1])
    shows(friend, tweaked, atol=0)
    expect(friend.get_by_test_id("pose-read")).to_have_text(read)


@pytest.mark.thorough
def test_back_undoes_the_last_release(visit):
    page = open_pose(visit)
    first = picture(page)
    drag(page, 2, 0.9)
    page.wait_for_url("**pose=**")
    page.go_back()
    shows(page, first, atol=0)


def test_another_digit_takes_its_own_pose(visit, shipped):
    page = open_pose(visit)
    drag(page, 2, 0.9)
    page.wait_for_url("**pose=**")
    number = page.get_by_test_id("stSidebar").get_by_label("Number")
    number.fill("43")
    number.press("Enter")
    page.wait_for_url("**digit=43*")
    eventually(page, lambda: slider(page, 2).input_value() == "0")
    its_own = shipped.trace(load_bundled()[43:44].pixels())
    for name in ("canvas", "own"):
        shows(page, levels(its_own.reconstruction), name)
    expect(page.get_by_test_id("pose-undo")).to_be_disabled()


@pytest.mark.thorough
def test_a_slider_that_plays_takes_nothing_along_to_another_digit(visit, settle):
    page = open_pose(visit)
    page.get_by_label("Play dimension 2").click()
    eventually(page, lambda: abs(float(slider(page, 2).input_value())) > 0.1)
    number = page.get_by_test_id("stSidebar").get_by_label("Number")
    number.fill("43")
    number.press("Enter")
    page.wait_for_url("**digit=43*")
    settle(page)
    assert slider(page, 2).input_value() == "0"
    page.reload()  # what the server was told
    ready(page)
    assert slider(page, 2).input_value() == "0"
    assert "pose=" not in page.url


def test_a_pose_is_saved_and_opened(visit, settle, tmp_path):
    page = open_pose(visit)
    page.get_by_test_id("pose-random").click()
    settle(page)
    tweaked = picture(page)
    page.get_by_text("Save or open this pose").click()
    for ending in ("json", "csv"):
        with page.expect_download() as download:
            page.get_by_test_id(f"pose-{ending}").click()
        download.value.save_as(tmp_path / f"pose.{ending}")
    for ending in ("json", "csv"):
        page.get_by_test_id("pose-reset").click()
        page.get_by_test_id("pose-file").set_input_files(tmp_path / f"pose.{ending}")
        shows(page, tweaked, atol=0)
    saved = json.loads((tmp_path / "pose.json").read_text())
    (tmp_path / "foreign.json").write_text(json.dumps({**saved, "checkpoint": "another"}))
    (tmp_path / "short.json").write_text(json.dumps({**saved, "vector": saved["vector"][1:]}))
    for name, value in [("far", 1e9), ("nan", "NaN")]:
        vector = [value, *saved["vector"][1:]]
        (tmp_path / f"{name}.json").write_text(json.dumps({**saved, "vector": vector}))
    (tmp_path / "damaged.json").write_text("{")
    settle(page)
    link = page.url
    for name, reason in [
        ("foreign", "another network"),
        ("short", "holds 15 numbers, not 16"),
        ("damaged", "damaged"),
        ("far", "in dimension 0, where a slider reaches 1"),
        ("nan", "not a number"),
    ]:
        page.get_by_test_id("pose-file").set_input_files(tmp_path / f"{name}.json")
        told = page.locator(".pose-status", has_text=reason)
        expect(told).to_contain_text("Nothing has changed.")
    settle(page)
    assert picture(page) == tweaked and page.url == link


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("pose", "reason"),
    [
        (",".join(["0"] * 15), "needs 16 numbers and has 15"),
        (",".join(["nan"] * 16), "by nan"),
        (",".join(["1e9"] * 16), "the most is 1"),
    ],
)
def test_a_broken_link_is_one_sentence_and_the_own_pose(visit, pose, reason):
    page = open_pose(visit, f"digit=42&pose={pose}")
    warning = page.get_by_test_id("stMain").get_by_test_id("stAlert")
    assert reason in warning.inner_text()
    assert "Here is the digit's own pose." in warning.inner_text()
    eventually(page, lambda: picture(page) == picture(page, "own"))
    assert {slider(page, d).input_value() for d in range(16)} == {"0"}


@pytest.mark.thorough
def test_the_grid_of_any_digits_can_be_taken_along(visit, settle, shipped, tmp_path):
    page = open_pose(visit)
    page.get_by_text("Every dimension of several digits").click()
    settle(page)
    numbers = page.get_by_role("textbox", name="Other digits, by number")
    numbers.fill("11, 12")
    numbers.press("Enter")
    settle(page)
    for ending in ("PNG", "NPZ"):
        with page.expect_download() as download:
            page.get_by_role("button", name=ending, exact=True).click()
        download.value.save_as(tmp_path / ending.lower())
    images = load_bundled()[np.array([42, 11, 12])].pixels()
    capsules = shipped.trace(images).digit_capsules[-1]
    with np.load(tmp_path / "npz") as grid:
        assert grid["pictures"].shape == (16, 11, 3, 28, 28, 1)
        np.testing.assert_allclose(grid["pictures"][7, 5], shipped.decode(capsules), atol=1e-5)
    with Image.open(tmp_path / "png") as sheet:
        assert sheet.width >= 11 * 28 and sheet.height >= 16 * 3 * 28


@pytest.mark.thorough
def test_files_asked_for_in_a_hurry_all_arrive(visit, settle):
    page = open_pose(visit)
    page.get_by_text("Every dimension of several digits").click()
    settle(page)
    arrived = []
    page.on("download", lambda download: arrived.append(download.suggested_filename))
    asked = ["pose-grid.png", "pose-grid.npz"] * 3
    for name in asked:
        page.get_by_role("button", name=name[-3:].upper(), exact=True).click()
    eventually(page, lambda: sorted(arrived) == sorted(asked))
