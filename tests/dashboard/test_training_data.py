"""The Training page looks at a data file when it is chosen, before it promises anything."""

import dataclasses
import gzip

import numpy as np
import pytest

from capsnet.cli import main
from capsnet.config import CapsNetConfig
from capsnet.data import datasets
from capsnet.errors import DataError
from capsnet.presets import PRESETS, Preset
from capsnet.training import run_folder
from dashboard.state import training_runs
from dashboard.views.parts.training import new_run
from dashboard.views.parts.training.common import NOT_SHOWN
from tests.dashboard.training_page import first_page, opened, words

POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1\nsize 11490434\n"
)


@pytest.fixture
def page(runs_folder, launched):
    return first_page()


@pytest.fixture
def chosen(tmp_path, monkeypatch, mnist_file):
    """Puts a file of such content where CAPSNET_DATA points."""

    def put(content):
        path = tmp_path / "mnist.npz"
        if isinstance(content, dict):
            np.savez(path, **content)
        else:
            path.write_bytes(content)
        monkeypatch.setenv(datasets.DATA_VARIABLE, str(path))
        return path

    return put


def damaged(mnist_file):
    labels = (np.arange(40) % 10).astype(np.uint8)
    few = {"y_train": labels, "x_test": np.zeros((40, 28, 28), np.uint8), "y_test": labels}
    return {
        "cut off": mnist_file.read_bytes()[:20_000],
        "a pointer": POINTER,
        "objects": {"x_train": np.array([{}, None], dtype=object), **few},
        "float labels": {**few, "x_train": few["x_test"], "y_train": labels + 0.5},
        "nothing": b"",
    }


@pytest.mark.parametrize("what", ["cut off", "a pointer", "objects", "float labels", "nothing"])
def test_a_file_that_cannot_be_trained_on_is_told_when_it_is_chosen(
    what, page, chosen, mnist_file, launched, runs_folder
):
    path = chosen(damaged(mnist_file)[what])
    opened(page)
    said = words(page)
    assert f"MNIST cannot be read from {path}" in said
    assert "Put a whole file there, or choose another dataset." in said
    assert "About" not in said  # no time is promised
    assert "--" not in said
    assert "allow_pickle" not in said
    assert page.button(key="training_start").disabled
    assert not training_runs.every()


@pytest.mark.parametrize("what", ["cut off", "a pointer", "objects", "float labels", "nothing"])
def test_the_command_line_names_the_file_too_and_makes_no_run(
    what, chosen, mnist_file, tmp_path, capsys
):
    path = chosen(damaged(mnist_file)[what])
    for more in ((), ("--wait",)):
        command = ["train", "--preset", "compact", "--out", str(tmp_path / "run"), *more]
        assert main(command) == 1
        said = capsys.readouterr().err
        assert str(path) in said
        assert "allow_pickle" not in said
        assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("dataset", "name"),
    [("mnist", "mnist.npz"), ("fashion-mnist", "fashion-mnist/t10k-labels-idx1-ubyte.gz")],
)
def test_a_damaged_file_in_kerass_cache_is_named_with_what_to_do(
    dataset, name, tmp_path, monkeypatch, mnist_file, page
):
    monkeypatch.delenv(datasets.DATA_VARIABLE)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    path = tmp_path / "datasets" / name
    path.parent.mkdir(parents=True)
    if dataset == "mnist":
        path.write_bytes(mnist_file.read_bytes()[:20_000])
    else:
        whole = path.with_name("train-images-idx3-ubyte.gz")
        whole.write_bytes(gzip.compress(bytes(1000)))
        path.write_bytes(gzip.compress(bytes(1000))[:-6])
    with pytest.raises(DataError, match=r"Delete it; it is fetched anew\.") as raised:
        datasets.load(dataset)
    assert str(path) in str(raised.value)
    opened(page)
    page.selectbox(key="training_dataset").set_value(dataset).run()
    assert f"Expected a whole file at {path}" in words(page)
    assert page.button(key="training_start").disabled


def test_a_file_that_was_damaged_since_starts_no_run(page, chosen, mnist_file, launched):
    path = chosen(mnist_file.read_bytes())
    opened(page)
    assert not page.button(key="training_start").disabled
    path.write_bytes(POINTER)
    page.button(key="training_start").click().run()
    assert f"MNIST cannot be read from {path}" in page.error[0].value
    assert not launched
    assert not training_runs.every()


def test_a_preset_that_the_pages_cannot_show_is_told_on_the_form(page, monkeypatch):
    other = Preset("For tests.", CapsNetConfig(digit_dim=65))
    monkeypatch.setitem(PRESETS, "long-poses", other)
    opened(page)
    assert NOT_SHOWN not in words(page)
    page.selectbox(key="training_preset").set_value("long-poses").run()
    assert NOT_SHOWN in words(page)
    assert not training_runs.every()


def test_a_network_that_the_pages_cannot_show_is_not_offered(page, a_run, small_config):
    """Its button is off and says why, where it would refuse after the click."""
    opened(page)
    use = page.button(key="training_use_small-1")
    assert not use.disabled and not use.help.startswith(NOT_SHOWN)
    _, training = run_folder.read_run(a_run)
    other = dataclasses.replace(small_config, digit_dim=65)  # one more than they show
    run_folder.write_run(a_run, other, training)
    page.run()
    use = page.button(key="training_use_small-1")
    assert use.disabled and use.help.startswith(NOT_SHOWN)


def test_a_full_disk_is_told_on_the_form(page, monkeypatch, launched):
    def full(*arguments):
        raise new_run.TrainingError("Expected room for 5 MB. Received: 0 MB free.")

    monkeypatch.setattr(new_run, "check_room", full)
    opened(page)
    assert "Expected room for 5 MB" in words(page)
    assert page.button(key="training_start").disabled
