"""A file or folder of the visitor's own on the Training page, through AppTest."""

import io
import string
from pathlib import Path

import numpy as np
import pytest

from capsnet.training import run_folder
from dashboard.state import sent_data
from tests import made_data
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
    assert "The other pages cannot show" not in said(page)
    assert "dataset" not in page.query_params
    page.button(key="training_start").click().run()
    assert launched == ["compact-1"]
    network, training = run_folder.read_run(runs_folder / "compact-1")
    assert training.dataset == str(tmp_path / "my_letters.npz")
    assert (network.image_shape, network.num_classes) == ((32, 32, 3), 26)
    assert network.class_names == tuple(string.ascii_uppercase)


def test_files_that_are_sent_are_shown_before_they_are_trained(page, launched, runs_folder):
    letters = made_data.letters(104)
    with io.BytesIO() as file:
        np.savez(
            file, images=letters.images, labels=np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ") * 4)
        )
        raw = file.getvalue()
    page.selectbox(key="training_dataset").set_value("own").run()
    page.file_uploader(key="training_sent").set_value(("../my <b>.npz", raw, "")).run()
    assert not page.exception
    assert "pictures of 32 x 32, in colour; 26 classes: A, B, C" in said(page)
    assert len(page.get("image")) == 1
    page.button(key="training_start").click().run()
    _, training = run_folder.read_run(runs_folder / launched[0])
    kept = Path(training.dataset)
    assert kept.parent.parent == runs_folder / sent_data.FOLDER
    assert kept.name == "my_b_.npz"
    assert kept.read_bytes() == raw


def test_data_that_no_run_learns_from_give_way(runs_folder, monkeypatch):
    monkeypatch.setattr(sent_data, "KEPT", 1)
    first = sent_data.keep({"a.csv": b"1"})
    four = sent_data.keep({f"{n}.gz": bytes([n]) for n in range(4)})
    assert sorted(place.name for place in four.iterdir()) == ["0.gz", "1.gz", "2.gz", "3.gz"]
    assert not first.exists()
    assert sent_data.keep({"b.csv": b"2"}).read_bytes() == b"2"
    assert not four.exists()


def test_a_preset_for_other_data_asks_for_them(page):
    page.selectbox(key="training_preset").set_value("smallnorb").run()
    assert page.selectbox(key="training_dataset").value == "own"
    page.selectbox(key="training_preset").set_value("fashion").run()
    assert page.selectbox(key="training_dataset").value == "fashion-mnist"
    page.selectbox(key="training_preset").set_value("paper").run()
    assert page.selectbox(key="training_dataset").value == "mnist"


def test_a_presets_size_is_that_of_the_forecast_and_the_run(page, tmp_path, launched, runs_folder):
    solids = made_data.solids(60)
    np.savez(tmp_path / "solids.npz", images=solids.images, labels=solids.labels)
    page.selectbox(key="training_preset").set_value("smallnorb").run()
    page.text_input(key="training_path").set_value(str(tmp_path / "solids.npz")).run()
    assert "pictures of 48 x 48, in pairs; 5 classes" in said(page)
    page.button(key="training_start").click().run()
    network, training = run_folder.read_run(runs_folder / launched[0])
    assert (network.image_shape, network.num_classes) == ((48, 48, 2), 5)
    assert (network.num_primary_capsules, training.resize) == (3872, 48)


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
