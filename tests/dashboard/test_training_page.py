"""The Training page through AppTest; the form of a new run has test_training_form.py."""

import dataclasses
import shutil

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from capsnet.data import datasets
from capsnet.storage import checkpoints, model_card
from capsnet.training import history, provenance, run_folder
from capsnet.training.history import HISTORY, read_history
from capsnet.training.run_folder import Progress
from dashboard.state import network_files, run_control, training_permission
from dashboard.views.parts.training import compare
from tests.address import address, by_history, go_to
from tests.dashboard.training_page import APP, arrived, first_page, opened, settings, words


@pytest.fixture(autouse=True)
def folder(runs_folder):
    return runs_folder


@pytest.fixture
def page():
    return first_page()


def test_without_runs_there_is_only_the_start(page):
    opened(page)
    assert [h.value for h in page.header] == [
        "Start a run",
        "A whole run, recorded",
        "Before it learned",
        "How the shipped network learned",
        "A network from elsewhere",
    ]
    run = sum(map(len, history.read_ancestry(checkpoints.SHIPPED)))
    kept = model_card.epochs_trained(model_card.read_card())  # as on Start
    assert f"{kept} epochs in all, and {run - kept} more" in words(page)
    assert page.button(key="training_start").disabled is False
    assert "About" in words(page)
    assert "a guess from how fast this machine multiplies" in words(page)


def test_a_link_leads_to_a_run(page, a_run, folder):
    opened(page)
    assert address(page) == {"run": "small-1"}
    shutil.copytree(a_run, folder / "small-2")
    assert arrived(page, run="small-2", epochs="3").selectbox(key="training_watch").value == (
        "small-2"
    )
    assert settings(page)["epochs"] == 3
    assert arrived(page, run="small-1").selectbox(key="training_watch").value == "small-1"
    assert not page.warning
    arrived(page, run="`gone`")
    assert "no run named '\\`gone\\`'" in page.warning[0].value


def test_a_finished_run_is_shown(page, a_run):
    opened(page)
    assert "small-1**: Finished." in words(page)
    values = {m.label: m.value for m in page.metric}
    assert values["Epoch"] == "4 of 4"
    row = page.dataframe[0].value.iloc[0]
    assert row["Run"] == "small-1"
    assert row["Rounds"] == 3
    best = min(read_history(a_run / HISTORY), key=lambda r: r["val_loss"])
    assert row["Read right, validation"] == pytest.approx(100 * best["val_accuracy"])
    assert row["Epochs"] == "4 of 4"


def test_a_run_that_was_killed_can_go_on(page, a_run, launched):
    run_folder.write_progress(a_run, Progress("running", epoch=3, epochs=4))
    opened(page)
    assert "Broken off" in words(page)
    page.button(key="training_go_on").click().run()
    assert launched == ["small-1"]


def test_a_live_run_can_be_asked(page, a_run):
    run_folder.write_progress(a_run, Progress("running", epoch=2, epochs=4, steps=4))
    with run_folder.locked(a_run):
        opened(page)
        page.button(key="training_pause").click().run()
        assert run_folder.read_request(a_run) == "pause"
        assert page.button(key="training_pause").label == "Resume"
        page.button(key="training_pause").click().run()
        assert run_folder.read_request(a_run) is None
        page.button(key="training_stop").click().run()
        assert run_folder.read_request(a_run) == "stop"
        assert page.button(key="training_delete").disabled


def test_deleting_asks_first(page, a_run):
    opened(page)
    page.button(key="training_delete").click().run()
    assert "Delete small-1" in words(page)
    page.button(key="training_delete_no").click().run()
    assert a_run.is_dir()
    page.button(key="training_delete").click().run()
    page.button(key="training_delete_yes").click().run()
    assert not a_run.exists()
    assert not page.exception
    assert not page.error


def test_a_double_click_deletes_without_a_word(page, a_run, monkeypatch):
    opened(page)
    page.button(key="training_delete").click().run()
    delete = run_control.delete
    monkeypatch.setattr(run_control, "delete", lambda name: (delete(name), compare.delete(name)))
    page.button(key="training_delete_yes").click().run()
    assert not a_run.exists()
    assert not page.error


@pytest.mark.parametrize(
    "other", ["views/start.py", "views/draw.py", "views/routing.py", "views/pose.py"]
)
def test_a_small_network_serves_every_page(page, a_run, other):
    page.query_params["network"] = "small-1"
    with by_history():
        page.run()
    page.switch_page(other).run()
    assert not page.exception
    assert not page.error
    assert "Run small-1" in "\n".join(m.value for m in page.sidebar.markdown)
    assert address(page)["network"] == "small-1"


def test_a_network_that_goes_gives_way(page, a_run):
    page.query_params["network"] = "small-1"
    with by_history():
        page.run()
    assert not page.warning
    run_control.delete("small-1")
    page.run()
    assert "The shipped network is used instead." in page.warning[0].value
    assert "network" not in address(page)
    page.run()
    assert "The shipped network is used instead." in page.warning[0].value  # time to read it
    go_to(page, "views/draw.py")
    assert not page.warning


def test_a_damaged_network_gives_way(a_run):
    (a_run / run_folder.BEST).write_bytes(b"PK, and then nothing")
    page = AppTest.from_file(APP, default_timeout=120)
    page.query_params["network"] = "small-1"
    page.run()
    assert not page.exception
    assert "The shipped one" in "\n".join(m.value for m in page.sidebar.markdown)
    assert "The shipped network is used instead." in page.warning[0].value


@pytest.fixture
def no_mnist(monkeypatch, tmp_path):
    monkeypatch.delenv(datasets.DATA_VARIABLE)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def test_without_mnist_the_bundled_digits_are_offered(page, no_mnist):
    opened(page)
    assert page.selectbox(key="training_dataset").value == datasets.BUNDLED
    assert "of 4,050 pictures" in words(page)
    assert not page.button(key="training_start").disabled


def test_no_data_is_said_calmly(page, no_mnist):
    opened(page)
    page.selectbox(key="training_dataset").select("mnist").run()
    assert "not part of the explorer" in words(page)
    assert page.button(key="training_start").disabled
    assert page.button(key="training_download").label == "Download it"


def test_a_data_file_that_is_not_there_is_named(page, monkeypatch):
    monkeypatch.setenv(datasets.DATA_VARIABLE, "/nowhere/mnist.npz")
    opened(page)
    assert "no file /nowhere/mnist.npz" in words(page)
    assert page.button(key="training_start").disabled


def test_a_download_that_fails_is_told_in_the_pages_words(page, monkeypatch, no_mnist):
    def fail():
        raise OSError("no route to host")

    source = dataclasses.replace(datasets.SOURCES["mnist"], fetch=fail)
    monkeypatch.setitem(datasets.SOURCES, "mnist", source)
    opened(page)
    page.selectbox(key="training_dataset").select("mnist").run()
    page.button(key="training_download").click().run()
    told = page.warning[0].value
    assert "MNIST could not be downloaded: no route to host." in told
    assert "the path given" not in told
    assert "--" not in told
    assert page.button(key="training_start").disabled


@pytest.mark.parametrize(("switch", "shown"), [("", True), ("1", False), ("0", False)])
def test_who_starts_is_told_that_others_watch(page, monkeypatch, switch, shown):
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, switch)
    opened(page)
    told = "Visitors on other computers can only watch." in [c.value for c in page.caption]
    assert told is shown


def test_who_may_only_watch_is_told_where_runs_are_started(page, monkeypatch):
    monkeypatch.setattr(training_permission, "is_allowed", lambda *_: False)
    opened(page)
    assert f"http://localhost:{st.get_option('server.port')}" in words(page)
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, "0")
    page.run()
    assert "so that nobody can start a run" in words(page)
    assert "localhost" not in words(page)


def test_an_upload_that_failed_unforeseen_is_not_said_to_be_in_use(page, a_run, monkeypatch):
    def fail(raw, title):
        raise RuntimeError("nobody has thought of it")

    opened(page)
    raw = (a_run / run_folder.BEST).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(network_files, "keep", fail)
        page.get("file_uploader")[0].set_value(("mine.keras", raw, "")).run()
        assert page.exception
        page.run()
        assert not page.success
    page.run()
    assert [s.value for s in page.success] == ["Your pages now use mine\\.keras."]
    assert page.session_state["network_name"].startswith("upload-")


def test_others_may_only_watch(page, a_run, monkeypatch):
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, "0")
    opened(page)
    assert "You can watch here." in words(page)
    keys = {b.key for b in page.button}
    assert "training_use_small-1" in keys
    assert not keys & {"training_start", "training_delete", "training_go_on"}


def test_only_who_may_start_runs_sees_what_they_say_of_this_machine(page, a_run, monkeypatch):
    run_folder.write_progress(a_run, Progress("failed", message="No room in /home/teacher/runs."))
    (a_run / run_folder.LOG).write_text("Traceback: /home/teacher")
    opened(page)
    assert "/home/teacher" in words(page)
    assert page.code[0].value == "Traceback: /home/teacher"
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, "0")
    page.run()
    assert "small-1**: Ended by an error" in words(page)
    assert "/home/teacher" not in words(page)
    assert not page.code


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        (("127.0.0.1", {}), True),
        (("192.168.1.7", {}), False),
        ((None, {"X-Forwarded-For": "192.168.1.7"}), False),
    ],
)
def test_a_visitor_is_known_by_where_the_request_comes_from(page, monkeypatch, origin, may):
    address, headers = origin
    monkeypatch.setattr(ContextProxy, "ip_address", property(lambda _: address))
    monkeypatch.setattr(ContextProxy, "headers", property(lambda _: headers))
    opened(page)
    assert ("training_start" in {b.key for b in page.button}) is may
    assert ("You can watch here." in words(page)) is not may


def test_a_dataset_with_names_of_its_own_can_be_started(
    page, launched, folder, tmp_path, monkeypatch, mnist_file
):
    with np.load(mnist_file) as arrays:
        np.savez(tmp_path / "letters.npz", class_names=list("abcdefghij"), **arrays)
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(tmp_path / "letters.npz"))
    opened(page)
    page.button(key="training_start").click().run()
    (name,) = launched
    assert run_folder.read_run(folder / name)[0].class_names == tuple("abcdefghij")


def test_runs_that_began_with_each_other_take_no_page_down(a_run, folder):
    shutil.copytree(a_run, folder / "small-2")
    for one, other in (("small-1", "small-2"), ("small-2", "small-1")):
        network, training = run_folder.read_run(folder / one)
        start = str(folder / other / run_folder.BEST)
        run_folder.write_run(folder / one, network, dataclasses.replace(training, start=start))
    assert provenance.bundled_were_in(folder / "small-1") == "unknown"
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["network"] = "small-1"
    app.switch_page("views/routing.py").run()
    assert not app.exception
    assert "Run small-1" in "\n".join(m.value for m in app.sidebar.markdown)
    assert any("is not known here" in c.value for c in app.sidebar.caption)


def test_the_untrained_network_serves_all_pages(page):
    """The real network's size, so that its pages are those that the class knows."""
    opened(page)
    page.button(key="training_untrained").click().run()
    assert not page.exception
    said = "\n".join(m.value for m in page.sidebar.markdown).replace("\\", "")
    assert "The shipped one, before it learned" in said
    assert page.button(key="training_untrained").disabled
    name = address(page)["network"]
    page.switch_page("views/routing.py").run()
    assert not page.exception and not page.error
    assert address(page)["network"] == name
    back = next(b for b in page.sidebar.button if b.label == "Back to the shipped one")
    back.click().run()
    page.button(key="sidebar_untrained").click().run()
    assert address(page)["network"] == name  # from any page
