"""A file or folder of the visitor's own on the Training page, through AppTest."""

import string

import numpy as np
import pytest

from capsnet.training import run_folder
from tests.dashboard.training_page import first_page, opened, words

pytestmark = pytest.mark.usefixtures("runs_folder")


@pytest.fixture
def page():
    return opened(first_page())


def said(page):
    """Its sentences as they are read: without what escapes Markdown."""
    return words(page).replace("\\", "")


def chosen(page, path):
    page.selectbox(key="training_dataset").set_value("own").run()
    page.text_input(key="training_path").set_value(str(path)).run()
    assert not page.exception
    return page


def test_it_is_described_drawn_and_trained_at_its_own_size(page, tmp_path, launched, runs_folder):
    rng = np.random.default_rng(0)
    letters = np.repeat(list(string.ascii_uppercase), 4)
    pictures = rng.integers(0, 256, (len(letters), 32, 32, 3), np.uint8)
    np.savez(tmp_path / "my_letters.npz", images=pictures, labels=letters)
    chosen(page, tmp_path / "my_letters.npz")
    assert "52 training, 26 validation, 26 test pictures of 32 x 32, in colour" in said(page)
    assert "The other pages will not show its network" in said(page)
    assert "dataset" not in page.query_params
    page.button(key="training_start").click().run()
    assert launched == ["compact-1"]
    network, training = run_folder.read_run(runs_folder / "compact-1")
    assert training.dataset == str(tmp_path / "my_letters.npz")
    assert (network.image_shape, network.num_classes) == ((32, 32, 3), 26)
    assert network.class_names == tuple(string.ascii_uppercase)


def test_what_is_wrong_with_it_is_said_and_nothing_can_start(page, tmp_path, launched):
    (tmp_path / "mnist.npz").write_text("version https://git-lfs.github.com/spec/v1\n")
    chosen(page, tmp_path / "mnist.npz")
    assert "a Git LFS pointer, not the file itself" in said(page)
    assert page.button(key="training_start").disabled
    chosen(page, tmp_path / "nowhere.csv")
    assert "Received: no file" in said(page)
    assert page.button(key="training_start").disabled
    assert launched == []


def test_without_a_path_it_is_asked_for(page):
    page.selectbox(key="training_dataset").set_value("own").run()
    assert "Give the path of a file or folder." in said(page)
    assert page.button(key="training_start").disabled


def test_names_of_others_are_text(page, tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)
    np.savez(tmp_path / "a.npz", x=x, y=np.where(np.arange(40) % 2, "**bold**", "<b>"))
    chosen(page, tmp_path / "a.npz")
    assert "\\*\\*bold\\*\\*" in words(page) and ", **bold**" not in words(page)
