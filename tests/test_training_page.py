"""The Training page through AppTest."""

import dataclasses
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from capsnet import checkpoints, datasets, history, runs
from capsnet.config import PRESETS
from capsnet.history import HISTORY, read_history
from capsnet.runs import Progress
from dashboard import rights
from dashboard import runs as machine
from dashboard.views.training_parts import compare, form, new_run
from dashboard.views.training_parts.common import STARTS
from tests.address import address, by_history, go_to

APP = "../dashboard/app.py"
PAGE = "views/training.py"


@pytest.fixture(autouse=True)
def folder(runs_folder):
    return runs_folder


@pytest.fixture
def launched(monkeypatch):
    """Names of the runs that would have been started."""
    names = []
    monkeypatch.setattr(machine, "launch", names.append)
    return names


@pytest.fixture
def page():
    app = AppTest.from_file(APP, default_timeout=120)
    app.run()
    return app


def opened(app):
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def words(app):
    return "\n".join(str(e.value) for e in [*app.markdown, *app.info, *app.warning, *app.error])


def test_without_runs_there_is_only_the_start(page):
    opened(page)
    assert [h.value for h in page.header] == [
        "Start a run",
        "How the shipped network learned",
        "A network from elsewhere",
    ]
    epochs = sum(map(len, history.read_ancestry(checkpoints.SHIPPED)))
    assert f"{epochs} epochs in all" in words(page)
    assert page.button(key="training_start").disabled is False
    assert "About" in words(page)
    assert "a guess from how fast this machine multiplies" in words(page)


def test_a_start_writes_the_settings_and_launches(page, launched, folder):
    opened(page)
    page.selectbox(key="training_preset").set_value("notebook").run()
    assert page.number_input(key="training_rounds").value == 2
    page.number_input(key="training_epochs").set_value(3).run()
    page.number_input(key="training_seed").set_value(11).run()
    page.number_input(key="training_reconstruction_weight").set_value(0.5).run()
    page.number_input(key="training_rotation").set_value(10.0).run()
    page.button(key="training_start").click().run()
    assert launched == ["notebook-1"]
    network, training = runs.read_run(folder / "notebook-1")
    assert (training.epochs, training.seed, training.shift, training.batch_size) == (3, 11, 0, 50)
    assert (training.rotation, training.scale) == (10, 0)
    assert (network.rounds, network.reconstruction_weight) == (2, 0.5)
    assert network.W_stddev == PRESETS["notebook"].network.W_stddev
    assert page.number_input(key="training_epochs").value == 3


def test_a_start_takes_a_change_that_comes_with_it(page, launched, folder):
    opened(page)
    page.number_input(key="training_epochs").set_value(7)
    page.number_input(key="training_shift").set_value(0)
    page.button(key="training_start").click().run()
    _, training = runs.read_run(folder / launched[0])
    assert (training.epochs, training.shift) == (7, 0)


def arrived(app, **link):
    """The Training page, reached by a link."""
    app.query_params.clear()
    for name, value in link.items():
        app.query_params[name] = value
    with by_history():
        return opened(app)


def settings(app):
    """What is in the page's fields."""
    fields = [*app.number_input, *app.selectbox]
    return {field.key.removeprefix("training_"): field.value for field in fields}


def test_a_link_has_the_settings_of_a_run_that_is_not_started(page):
    opened(page)
    assert address(page) == {}
    usual = settings(page)
    page.selectbox(key="training_preset").set_value("notebook").run()
    page.number_input(key="training_epochs").set_value(3).run()
    page.number_input(key="training_learning_rate").set_value(2e-5).run()
    page.number_input(key="training_scale").set_value(0.15).run()
    page.selectbox(key="training_dataset").set_value("bundled").run()
    link, chosen = address(page), settings(page)
    own = {"epochs": "3", "learning_rate": "2e-05", "scale": "0.15"}
    assert link == {"preset": "notebook", "dataset": "bundled"} | own
    other = AppTest.from_file(APP, default_timeout=120)
    other.run()
    assert settings(arrived(other, **link)) == chosen
    assert not other.warning
    assert settings(arrived(other)) == usual  # back, to where nothing had been changed


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("epochs", "0", 4),
        ("epochs", "1.5", 4),
        ("epochs", "9" * 5000, 4),
        ("seed", "-1", 0),
        ("learning_rate", "nan", PRESETS["compact"].training.learning_rate),
        ("rotation", "`x`", 0.0),
    ],
)
def test_a_link_with_a_setting_that_cannot_be_says_so(page, name, written, kept):
    page.run()
    arrived(page, **{name: written, "shift": "2"})
    assert settings(page)[name] == kept
    assert settings(page)["shift"] == 2
    (told,) = page.warning
    assert page.number_input(key=f"training_{name}").label in told.value
    assert "number from" in told.value
    assert len(told.value) < 200


@pytest.mark.parametrize(("name", "instead"), [("preset", "compact"), ("dataset", "MNIST")])
def test_a_link_with_an_unknown_preset_or_dataset_says_so(page, name, instead):
    usual = settings(opened(page))
    assert settings(arrived(page, **{name: "../etc"})) == usual
    assert f"which is not known here. Here is {instead}." in page.warning[0].value


def test_a_double_click_starts_one_run(page, launched, monkeypatch):
    monkeypatch.setattr(new_run, "DOUBLE_CLICK", 1000)
    opened(page)
    page.button(key="training_start").click().run()
    page.button(key="training_start").click().run()
    assert launched == ["compact-1"]
    page.session_state[f"kept_{new_run.AGAIN}"] = 0.0  # later
    page.button(key="training_start").click().run()
    assert launched == ["compact-1", "compact-2"]
    page.session_state[f"kept_{new_run.AGAIN}"] = 0.0
    page.session_state[f"kept_{STARTS}"] = 3  # since this button was drawn, on a slow page
    page.button(key="training_start").click().run()
    assert len(launched) == 2


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_within_what_the_fields_take(name):
    for field, value in form.values_of(name).items():
        assert form.FIELDS[field].read(str(value)) == value


def test_a_start_that_fails_can_be_tried_again_at_once(page, monkeypatch, launched):
    def fail(name):
        raise runs.TrainingError("no room")

    opened(page)
    with monkeypatch.context() as broken:
        broken.setattr(machine, "launch", fail)
        page.button(key="training_start").click().run()
    assert "no room" in page.error[0].value
    page.button(key="training_start").click().run()
    assert launched == ["compact-2"]


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


def test_bars_and_upstrokes_are_for_digits_only_and_the_field_says_so(page, launched, folder):
    opened(page)
    page.selectbox(key="training_dataset").set_value("bundled").run()
    page.number_input(key="training_flourishes").set_value(0.3).run()
    page.button(key="training_start").click().run()
    assert runs.read_run(folder / launched[0])[1].flourishes == 0.3
    page.selectbox(key="training_dataset").set_value("kmnist").run()
    assert page.number_input(key="training_flourishes").disabled
    page.selectbox(key="training_dataset").set_value("mnist").run()
    assert not page.number_input(key="training_flourishes").disabled
    assert page.number_input(key="training_flourishes").value == 0.3


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
    runs.write_progress(a_run, Progress("running", epoch=3, epochs=4))
    opened(page)
    assert "Broken off" in words(page)
    page.button(key="training_go_on").click().run()
    assert launched == ["small-1"]


def test_a_live_run_can_be_asked(page, a_run):
    runs.write_progress(a_run, Progress("running", epoch=2, epochs=4, steps=4))
    with runs.locked(a_run):
        opened(page)
        page.button(key="training_pause").click().run()
        assert runs.read_wish(a_run) == "pause"
        assert page.button(key="training_pause").label == "Resume"
        page.button(key="training_pause").click().run()
        assert runs.read_wish(a_run) is None
        page.button(key="training_stop").click().run()
        assert runs.read_wish(a_run) == "stop"
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
    delete = machine.delete
    monkeypatch.setattr(machine, "delete", lambda name: (delete(name), compare.delete(name)))
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
    machine.delete("small-1")
    page.run()
    assert "The shipped network is used instead." in page.warning[0].value
    assert "network" not in address(page)
    page.run()
    assert "The shipped network is used instead." in page.warning[0].value  # time to read it
    go_to(page, "views/draw.py")
    assert not page.warning


def test_a_damaged_network_gives_way(a_run):
    (a_run / runs.BEST).write_bytes(b"PK, and then nothing")
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
    monkeypatch.setenv(rights.ALLOWED_VARIABLE, switch)
    opened(page)
    told = "Visitors on other computers can only watch." in [c.value for c in page.caption]
    assert told is shown


def test_who_may_only_watch_is_told_where_runs_are_started(page, monkeypatch):
    monkeypatch.setattr(rights, "is_allowed", lambda *_: False)
    opened(page)
    assert f"http://localhost:{st.get_option('server.port')}" in words(page)
    monkeypatch.setenv(rights.ALLOWED_VARIABLE, "0")
    page.run()
    assert "so that nobody can start a run" in words(page)
    assert "localhost" not in words(page)


def test_others_may_only_watch(page, a_run, monkeypatch):
    monkeypatch.setenv(rights.ALLOWED_VARIABLE, "0")
    opened(page)
    assert "You can watch here." in words(page)
    keys = {b.key for b in page.button}
    assert "training_use_small-1" in keys
    assert not keys & {"training_start", "training_delete", "training_go_on"}


def test_only_who_may_start_runs_sees_what_they_say_of_this_machine(page, a_run, monkeypatch):
    runs.write_progress(a_run, Progress("failed", message="No room in /home/teacher/runs."))
    (a_run / runs.LOG).write_text("Traceback: /home/teacher")
    opened(page)
    assert "/home/teacher" in words(page)
    assert page.code[0].value == "Traceback: /home/teacher"
    monkeypatch.setenv(rights.ALLOWED_VARIABLE, "0")
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


def server_settings():
    """What Streamlit reads beside the app."""
    path = Path(machine.ROOT) / "dashboard" / ".streamlit" / "config.toml"
    return tomllib.loads(path.read_text())


def test_the_server_takes_files_as_large_as_the_pages_ask_for():
    taken = server_settings()["server"]["maxUploadSize"]
    assert taken >= compare.LARGEST_UPLOAD_MB
    assert 2**20 * compare.LARGEST_UPLOAD_MB > 2 * checkpoints.SHIPPED.stat().st_size


def test_nothing_is_told_to_streamlits_makers_and_no_traceback_to_visitors():
    assert server_settings()["browser"]["gatherUsageStats"] is False
    assert server_settings()["client"]["showErrorDetails"] == "none"


def test_a_dataset_with_names_of_its_own_can_be_started(
    page, launched, folder, tmp_path, monkeypatch, mnist_file
):
    with np.load(mnist_file) as arrays:
        np.savez(tmp_path / "letters.npz", class_names=list("abcdefghij"), **arrays)
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(tmp_path / "letters.npz"))
    opened(page)
    page.button(key="training_start").click().run()
    (name,) = launched
    assert runs.read_run(folder / name)[0].class_names == tuple("abcdefghij")


def test_runs_that_began_with_each_other_take_no_page_down(a_run, folder):
    shutil.copytree(a_run, folder / "small-2")
    for one, other in (("small-1", "small-2"), ("small-2", "small-1")):
        network, training = runs.read_run(folder / one)
        start = str(folder / other / runs.BEST)
        runs.write_run(folder / one, network, dataclasses.replace(training, start=start))
    assert datasets.bundled_were_in(folder / "small-1") == "unknown"
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["network"] = "small-1"
    app.switch_page("views/routing.py").run()
    assert not app.exception
    assert "Run small-1" in "\n".join(m.value for m in app.sidebar.markdown)
    assert any("is not known here" in c.value for c in app.sidebar.caption)
