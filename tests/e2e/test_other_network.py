"""Another network on the pages: its pictures and files, and nothing left of the one before."""

import dataclasses
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from capsnet.data.bundled import load_bundled
from capsnet.data.datasets import SOURCES
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints
from capsnet.training.run_folder import BEST
from tests.e2e.pose import drag, eventually, levels, ready, shows, slider
from tests.e2e.routing import PICTURES, read_out, told

pytestmark = pytest.mark.e2e


CLOTHES = SOURCES["fashion-mnist"].class_names


def clothes_model(model):
    """The same network with names for its classes."""
    named = CapsNet(dataclasses.replace(model.config, class_names=CLOTHES))
    named.set_weights(model.get_weights())
    return named


@pytest.fixture(scope="module", autouse=True)
def networks(networks_folder, small_model):
    """Two small networks that visitors can use, one with names for its classes."""
    for name, model in (("small-1", small_model), ("clothes-1", clothes_model(small_model))):
        (networks_folder / name).mkdir()
        checkpoints.save(model, networks_folder / name / BEST)
    yield
    shutil.rmtree(networks_folder / "small-1")
    shutil.rmtree(networks_folder / "clothes-1")


@pytest.mark.thorough
def test_the_decoder_changes_with_the_network_while_the_page_stays(visit, shipped, small_model):
    image = load_bundled()[42:43].pixels()
    own = {
        model: levels(model.decode(model.trace(image).digit_capsules[-1]))
        for model in (shipped, small_model)
    }
    page = visit("pose?runtime=browser&digit=42&network=small-1")
    ready(page)  # it is exported first
    shows(page, own[small_model])
    drag(page, 2, 0.9)
    page.wait_for_url("**pose=**")
    page.get_by_role("button", name="Back to the shipped one").click()
    shows(page, own[shipped])
    assert slider(page, 2).input_value() == "0"
    canvas = "() => document.querySelector('.pose-rows canvas')"
    strip = page.evaluate_handle(canvas).as_element()
    middle = "c => Array.from(c.getContext('2d').getImageData(5 * 22, 0, 22, 28).data)"
    expected = own[shipped].reshape(28, 28)[:, 3:25].ravel()
    eventually(page, lambda: np.allclose(strip.evaluate(middle)[::4], expected, atol=1))
    drag(page, 2, 0.9)
    eventually(page, lambda: "pose=" in page.url and "network" not in page.url)
    page.reload()
    ready(page)
    assert float(slider(page, 2).input_value()) > 0.2


def saved(page, name, path):
    """The arrays in the file that a button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    download.value.save_as(path)
    with np.load(path) as arrays:
        return dict(arrays)


@pytest.mark.thorough
def test_files_are_of_the_network_that_the_page_shows(visit, small_model, tmp_path):
    image = load_bundled()[42:43].pixels()
    expected = small_model.trace(image)
    page = visit("draw?digit=42&network=small-1")
    trace = saved(page, "Whole trace, .npz", tmp_path / "trace.npz")
    for name in ("digit_capsules", "coupling", "reconstruction"):
        np.testing.assert_allclose(trace[name], getattr(expected, name), atol=1e-4)
    page = visit("pose?digit=42&network=small-1")
    page.get_by_text("Every dimension of several digits").click()
    grid = saved(page, "NPZ", tmp_path / "grid.npz")
    own = expected.digit_capsules[-1]
    np.testing.assert_allclose(grid["digit_capsules"][:1], own, atol=1e-4)
    np.testing.assert_allclose(grid["pictures"][7, 5, :1], small_model.decode(own), atol=1e-4)


@pytest.mark.thorough
def test_undo_knows_nothing_of_another_networks_silence(visit):
    page = visit("routing?digit=42&network=small-1")
    page.get_by_test_id("silent-map-1").click()
    outcome = page.get_by_test_id("outcome")
    expect(outcome).to_contain_text("Silent: 36 of 72 capsules")
    expect(outcome.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Back to the shipped one").click()
    expect(outcome).to_contain_text("Nothing is silent: all 1152 capsules speak.")
    expect(outcome.get_by_role("button", name="Undo")).to_be_hidden()


@pytest.mark.thorough
def test_a_close_call_is_shown_with_all_capsules_speaking(visit):
    page = visit("routing")
    page.get_by_test_id("silent-map-1").click()
    expect(page.get_by_test_id("whatif-table")).to_contain_text("36 silenced")
    page.get_by_test_id("close-call").click()
    expect(page.get_by_test_id("close-call")).to_contain_text("Back")
    expect(page.get_by_test_id("whatif-table")).not_to_contain_text("silenced")
    expect(page.get_by_test_id("outcome")).to_contain_text("Nothing is silent")


def test_the_views_of_routing_call_the_classes_by_their_names(visit):
    page = visit("routing?digit=42&network=clothes-1")
    heard = {
        "lengths": read_out(page, "lengths", 8),  # by rounds, then by classes
        "flow": told(page, "flow"),
        "maps": read_out(page, "coupling", 40),
    }
    for view, words in heard.items():
        said = " ".join(words)
        alt = page.locator(PICTURES.format(view)).first.get_attribute("aria-label")
        assert any(name in alt for name in CLOTHES), view
        assert sum(name in said for name in CLOTHES) > 1, view
        assert "digit 1" not in said + alt, view
