"""The decoder in the browser: its pictures, and what happens without it."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from capsnet.analysis import pose_atlas
from capsnet.analysis.prediction import read_lengths
from capsnet.data.bundled import load_bundled
from capsnet.storage.checkpoints import SHIPPED
from dashboard.components.verdict import in_short
from tests.e2e.pose import (
    PIXELS,
    drag,
    eventually,
    levels,
    open_pose,
    picture,
    shows,
    slider,
)

pytestmark = pytest.mark.e2e

WIDTH = """element => {
    const text = document.createRange();
    text.selectNodeContents(element);
    return text.getBoundingClientRect().width;
}"""
SEEN = 22
"""The middle columns of a picture that its filmstrip shows."""


def test_the_canvas_shows_what_the_network_decodes(visit, shipped):
    shifts = [0.3, -0.2, *[0.0] * 13, 0.5]
    page = open_pose(visit, "digit=42&capsule=5&pose=" + ",".join(map(str, shifts)))
    capsules = shipped.trace(load_bundled()[42:43].pixels()).digit_capsules[-1]
    capsules[0, 5] += shifts
    drawn = shipped.decode(capsules, 5)
    shows(page, levels(drawn))
    reading = read_lengths(shipped.trace(drawn).lengths[-1, 0])
    expect(page.get_by_test_id("pose-read")).to_have_text(in_short(reading, "0123456789"))
    length = float(page.get_by_test_id("pose-length").inner_text())
    assert length == pytest.approx(np.linalg.norm(capsules[0, 5]), abs=1e-3)


def test_a_filmstrip_shows_where_its_slider_leads(visit):
    page = open_pose(visit)
    strip = "dim => document.querySelectorAll('.pose-rows canvas')[dim]"
    canvas = page.evaluate_handle(strip, 9).as_element()

    def cell(number):
        strip = np.array(canvas.evaluate(PIXELS)).reshape(28, 11 * SEEN)
        return strip[:, SEEN * number : SEEN * (number + 1)]

    def seen():
        return np.array(picture(page)).reshape(28, 28)[:, 3:25]

    eventually(page, lambda: np.allclose(cell(5), seen(), atol=1))
    untouched = cell(10)
    slider(page, 9).focus()
    page.keyboard.press("End")
    eventually(page, lambda: np.allclose(seen(), untouched, atol=1))
    drag(page, 1, 0.9)
    eventually(page, lambda: np.abs(cell(10) - untouched).max() > 5)
    eventually(page, lambda: np.allclose(cell(10), seen(), atol=1))


@pytest.mark.thorough
def test_an_absent_digit_can_speak(visit, shipped):
    page = open_pose(visit)
    capsules = shipped.trace(load_bundled()[42:43].pixels()).digit_capsules[-1]
    absent = int(np.linalg.norm(capsules[0], axis=-1).argmin())
    page.get_by_test_id(f"pose-capsule-{absent}").click()
    page.wait_for_url(f"**capsule={absent}*")
    page.get_by_text(f"The network sees no {absent} here").wait_for()
    page.get_by_text("Dream", exact=True).wait_for()
    shows(page, levels(shipped.decode(capsules, absent)), atol=1)
    page.get_by_text("Difference", exact=True).wait_for()
    expect(page.locator(".pose-speaker")).to_contain_text(f"This is the {absent} it would draw")
    drag(page, 3, 0.9)
    expect(page.locator(".pose-speaker")).to_have_text(
        f"The network sees no {absent} in the original: capsule {absent} is only "
        f"{np.linalg.norm(capsules[0, absent]):.2f} long. But every vector points somewhere. "
        f"“Dream” is the {absent} it would draw; the large picture is that, bent."
    )
    caption = page.get_by_text("Bent − original", exact=True)
    assert caption.evaluate(WIDTH) <= page.get_by_test_id("pose-difference").bounding_box()["width"]
    page.get_by_text("Squared error, bent, all pixels").wait_for()
    page.get_by_test_id("pose-reset").click()
    expect(page.locator(".pose-speaker")).to_contain_text(f"This is the {absent} it would draw")


def test_morph_ends_at_the_other_digits_own_picture(visit, shipped):
    page = open_pose(visit)
    page.get_by_text("Morph between two digits").click()
    target = page.locator(".pose-target").first
    target.click()
    page.get_by_label("Play the way").click()
    page.get_by_test_id("pose-morph").focus()
    page.keyboard.press("End")
    page.wait_for_url("**pose=**")
    index = int(target.get_attribute("aria-label").split()[-1])
    own = shipped.trace(load_bundled()[index : index + 1].pixels()).digit_capsules[-1]
    label = int(load_bundled().labels[index])
    shows(page, levels(shipped.decode(own, label)), atol=4)  # a pose has three decimals


def test_where_the_network_stops_the_server_draws_and_nothing_is_lost(visit, shipped):
    page = open_pose(visit)
    drag(page, 3, 0.9)
    page.wait_for_url("**pose=**")
    page.evaluate("async () => (await capsnetNetwork.promise).stop()")
    slider(page, 8).focus()
    page.keyboard.press("End")
    expect(page.locator(".pose-status")).to_have_text(
        "This browser cannot run the network (it stopped): the picture follows when you let go."
    )
    expect(page.locator(".pose")).to_have_attribute("data-runtime", "server")
    page.wait_for_url(re.compile(r"pose=[^&]*0\.5%2C"))
    capsules = shipped.trace(load_bundled()[42:43].pixels()).digit_capsules[-1]
    best = int(np.linalg.norm(capsules[0], axis=-1).argmax())
    capsules[0, best, 3] += float(slider(page, 3).input_value())
    capsules[0, best, 8] += 0.5
    shows(page, levels(shipped.decode(capsules, best)))
    expect(page.get_by_test_id("pose-read")).not_to_have_text("…")


def test_each_slider_says_what_its_dimension_does_to_the_speaking_capsule(visit):
    found = pose_atlas.read(SHIPPED)
    page = open_pose(visit, "digit=42&capsule=3")
    shown = page.locator(".pose-rows .pose-meaning")
    for capsule in (3, 8):
        page.get_by_test_id(f"pose-capsule-{capsule}").click()
        meanings = [found.meanings(capsule, d) for d in range(16)]
        best = [m[0] if m else None for m in meanings]
        labels = [f"{m.measure.name}, |r| = {abs(m.r):.2f}" if m else "" for m in best]
        eventually(page, lambda labels=labels: shown.all_inner_texts() == labels)
    place = next(d for d, label in enumerate(labels) if label)
    everything = page.locator(".pose-rows .pose-all").nth(place)
    expect(everything).to_be_hidden()
    shown.nth(place).click()
    expect(everything).to_contain_text(f"Measured on {found.digits} real digits of class 8.")
    expect(shown.nth(place)).to_have_attribute("aria-expanded", "true")
    shown.nth(place).click()
    expect(everything).to_be_hidden()


@pytest.mark.thorough
def test_the_length_says_when_it_leaves_the_shell(visit):
    page = open_pose(visit)
    assert float(page.get_by_test_id("pose-length").inner_text()) < 1
    page.get_by_text("Real capsules stay below 1").wait_for()
    mark = page.locator(".pose-meter b").bounding_box()
    bar = page.locator(".pose-meter i")
    assert bar.bounding_box()["x"] + bar.bounding_box()["width"] < mark["x"]
    page.get_by_role("button", name="±1", exact=True).click()
    for dimension in (8, 9, 10):
        slider(page, dimension).focus()
        page.keyboard.press("End")
    page.get_by_text("No real capsule is longer than 1").wait_for()
    assert float(page.get_by_test_id("pose-length").inner_text()) > 1
    assert bar.bounding_box()["x"] + bar.bounding_box()["width"] > mark["x"]


@pytest.mark.thorough
def test_the_difference_is_orange_for_more_ink_and_blue_for_less(visit):
    page = open_pose(visit)
    drag(page, 3, 0.9)
    page.wait_for_url("**pose=**")
    rgba = "c => Array.from(c.getContext('2d').getImageData(0, 0, 28, 28).data)"
    shown = np.array(page.get_by_test_id("pose-difference").evaluate(rgba)).reshape(784, 4)
    more = np.array(picture(page, "original")) - picture(page)  # less light is more ink
    assert (shown[more > 40, 0] > shown[more > 40, 2]).all()
    assert (shown[more < -40, 2] > shown[more < -40, 0]).all()
    assert (more > 40).any() and (more < -40).any()
    assert (shown[np.abs(more) < 2, :3] > 245).all()
