"""The Training page through AppTest, and what stands behind it."""

import json
import platform
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from capsnet import checkpoints, datasets, forecast, runs, training
from capsnet.config import PRESETS, CapsNetConfig, TrainingConfig
from capsnet.runs import Progress, TrainingError
from capsnet.untrusted import CheckpointError
from dashboard import networks
from dashboard import runs as machine

PAGE = "views/training.py"
HOME = "127.0.0.1"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, mnist_file):
    monkeypatch.setenv(machine.FOLDER_VARIABLE, str(tmp_path / "runs"))
    monkeypatch.delenv(machine.ALLOWED_VARIABLE, raising=False)
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(mnist_file))
    return tmp_path / "runs"


@pytest.fixture
def launched(monkeypatch):
    """Names of the runs that would have been started."""
    names = []
    monkeypatch.setattr(machine, "launch", names.append)
    return names


@pytest.fixture
def a_run(folder, small_run):
    """A finished run with everything in its folder."""
    import shutil

    shutil.copytree(small_run.folder, folder / "small-1")
    return folder / "small-1"


@pytest.fixture
def page():
    app = AppTest.from_file("../dashboard/app.py", default_timeout=120)
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
    assert [h.value for h in page.header] == ["Start a run", "A network from elsewhere"]
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
    network, how = runs.read_run(folder / "notebook-1")
    assert (how.epochs, how.seed, how.shift, how.batch_size) == (3, 11, 0, 50)
    assert (how.rotation, how.scale) == (10, 0)
    assert (network.rounds, network.reconstruction_weight) == (2, 0.5)
    assert network.W_stddev == PRESETS["notebook"].network.W_stddev
    assert page.number_input(key="training_epochs").value == 3


def test_a_finished_run_is_shown(page, a_run):
    opened(page)
    assert "small-1**: Finished." in words(page)
    values = {m.label: m.value for m in page.metric}
    assert values["Epoch"] == "4 of 4"
    row = page.dataframe[0].value.iloc[0]
    assert row["Run"] == "small-1"
    assert row["Rounds"] == 3
    best = min(runs.read_history(a_run / runs.HISTORY), key=lambda r: r["val_loss"])
    assert row["Read right, validation"] == f"{best['val_accuracy']:.2%}"
    kinds = [e.type for e in page.main.children.values()]
    assert kinds


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


@pytest.mark.parametrize(
    "other", ["views/start.py", "views/draw.py", "views/routing.py", "views/pose.py"]
)
def test_a_small_network_serves_every_page(page, a_run, other):
    page.query_params["network"] = "small-1"
    page.run().switch_page(other).run()
    assert not page.exception
    assert not page.error
    assert "Run small-1" in "\n".join(m.value for m in page.sidebar.markdown)
    assert page.query_params["network"] == "small-1"


def test_a_network_that_goes_gives_way(page, a_run):
    page.query_params["network"] = "small-1"
    page.run()
    assert not page.warning
    machine.delete("small-1")
    page.run()
    assert "The shipped network is used instead." in page.warning[0].value
    assert "network" not in page.query_params
    page.run()
    assert not page.warning


def test_a_damaged_network_gives_way(page, a_run):
    (a_run / runs.BEST).write_bytes(b"PK, and then nothing")
    page.query_params["network"] = "small-1"
    page.run()
    assert not page.exception
    assert "The shipped one" in "\n".join(m.value for m in page.sidebar.markdown)
    assert "The shipped network is used instead." in page.warning[0].value


def test_no_data_is_said_calmly(page, monkeypatch, tmp_path):
    monkeypatch.delenv(datasets.DATA_VARIABLE)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    opened(page)
    assert "not part of the explorer" in words(page)
    assert page.button(key="training_start").disabled
    assert page.button(key="training_download").label == "Download it"


def test_a_data_file_that_is_not_there_is_named(page, monkeypatch):
    monkeypatch.setenv(datasets.DATA_VARIABLE, "/nowhere/mnist.npz")
    opened(page)
    assert "no file /nowhere/mnist.npz" in words(page)
    assert page.button(key="training_start").disabled


def test_others_may_only_watch(page, a_run, monkeypatch):
    monkeypatch.setenv(machine.ALLOWED_VARIABLE, "0")
    opened(page)
    assert "You can watch here." in words(page)
    keys = {b.key for b in page.button}
    assert "training_use_small-1" in keys
    assert not keys & {"training_start", "training_delete", "training_go_on"}


@pytest.mark.parametrize(
    ("switch", "address", "headers", "allowed"),
    [
        ("", None, {}, True),
        ("", HOME, {}, True),
        ("", "::1", {}, True),
        ("", "192.168.1.7", {}, False),
        ("", None, {"X-Forwarded-For": HOME}, False),
        ("1", "192.168.1.7", {}, True),
        ("0", None, {}, False),
    ],
)
def test_who_may_train(monkeypatch, switch, address, headers, allowed):
    monkeypatch.setenv(machine.ALLOWED_VARIABLE, switch)
    assert machine.is_allowed(address, headers) is allowed


def test_names_are_not_used_twice(folder):
    settings = CapsNetConfig(), TrainingConfig()
    assert [machine.create("paper", *settings) for _ in range(3)] == [
        "paper-1",
        "paper-2",
        "paper-3",
    ]
    assert {run.name for run in machine.every()} == {"paper-1", "paper-2", "paper-3"}


@pytest.mark.parametrize("name", ["..", "../other", "a/b", "", ".hidden", "x" * 100, "none"])
def test_only_a_run_of_ours_is_deleted(folder, name):
    (folder.parent / "other").mkdir()
    with pytest.raises(TrainingError, match="Expected the name of a run"):
        machine.delete(name)


def test_a_live_run_is_not_deleted(a_run):
    runs.write_progress(a_run, Progress("running"))
    with runs.locked(a_run), pytest.raises(TrainingError, match="stop it first"):
        machine.delete("small-1")
    assert a_run.is_dir()


def test_a_folder_that_is_no_run_is_passed_over(folder, a_run):
    (folder / "notes").mkdir()
    (folder / "broken").mkdir()
    (folder / "broken" / runs.RUN).write_text("{")
    assert [run.name for run in machine.every()] == ["small-1"]


def test_a_launched_run_trains_by_itself(folder, small_config):
    how = TrainingConfig(epochs=1, batch_size=50, shift=0)
    name = machine.create("real", small_config, how)
    machine.launch(name)
    assert machine.read(name).standing == "starting"
    deadline = time.monotonic() + 300
    while (run := machine.read(name)).is_live:
        assert time.monotonic() < deadline, machine.log(run)
        time.sleep(0.2)
    assert run.standing == "finished", machine.log(run)
    assert len(run.history) == 1
    assert checkpoints.load(run.folder / runs.BEST).config == small_config
    assert "Best network" in machine.log(run)


def test_a_launched_run_says_what_it_failed_of(folder, small_config, monkeypatch):
    monkeypatch.setenv(datasets.DATA_VARIABLE, "/nowhere/mnist.npz")
    name = machine.create("real", small_config, TrainingConfig(epochs=1))
    machine.launch(name)
    deadline = time.monotonic() + 300
    while (run := machine.read(name)).is_live:
        assert time.monotonic() < deadline, machine.log(run)
        time.sleep(0.2)
    assert run.standing == "failed"
    assert "Received: no such file" in run.progress.message


def test_an_upload_becomes_a_network(a_run, folder):
    raw = (a_run / runs.BEST).read_bytes()
    name = networks.keep(raw)
    assert networks.keep(raw) == name
    stored = networks.find(name)
    assert stored.path.read_bytes() == raw
    assert checkpoints.load(stored.path)
    assert networks.find("upload-000000000000") is None
    assert networks.find("../small-1") is None


@pytest.mark.parametrize("raw", [b"", b"a cat", b"PK\x03\x04"])
def test_a_wrong_upload_is_one_sentence_and_leaves_nothing(folder, raw):
    with pytest.raises(CheckpointError) as raised:
        networks.keep(raw)
    assert "\n" not in str(raised.value)
    assert str(folder) not in str(raised.value)  # a path on the server is nobody's business
    assert not list((folder / networks.UPLOADS).iterdir())


def test_a_network_of_another_shape_is_refused(folder, tmp_path):
    from capsnet.model import CapsNet

    other = CapsNetConfig(
        conv_filters=2, primary_maps=1, digit_dim=8, decoder_units=(4,), compile_routing=False
    )
    checkpoints.save(CapsNet(other), tmp_path / "other.keras")
    with pytest.raises(CheckpointError, match="10 capsules of 8 dimensions"):
        networks.keep((tmp_path / "other.keras").read_bytes())


def test_uploads_do_not_pile_up(a_run, folder, monkeypatch, small_model, tmp_path):
    monkeypatch.setattr(networks, "UPLOADS_KEPT", 2)
    names = []
    for content in range(3):
        raw = (a_run / runs.BEST).read_bytes() + bytes(content)  # a zip may have a tail
        names.append(networks.keep(raw))
        time.sleep(0.02)
    assert [networks.find(name) is not None for name in names] == [False, True, True]


def test_the_forecast_comes_from_a_run_of_the_same_work(
    folder, a_run, small_config, quick_training
):
    speed = runs.read_progress(a_run).images_per_second
    arguments = [a_run], platform.node(), small_config, quick_training
    told = forecast.from_past_runs(*arguments, 1000, 300)
    assert told.run == "small-1"
    assert told.seconds == pytest.approx(4 * (1000 + 100) / speed)
    paper = PRESETS["paper"]
    assert (
        forecast.from_past_runs([a_run], platform.node(), paper.network, paper.training, 1, 1)
        is None
    )
    assert forecast.from_past_runs([a_run], "other", small_config, quick_training, 1, 1) is None


def test_multiply_adds_of_the_papers_network():
    expected = (
        20 * 20 * 256 * 81  # first convolution
        + 36 * 256 * 81 * 256  # second
        + 1152 * 10 * 8 * 16  # votes
        + 5 * 1152 * 10 * 16  # three sums, two agreements
        + 160 * 512
        + 512 * 1024
        + 1024 * 784
    )
    assert forecast.multiply_adds(CapsNetConfig()) == expected


def test_a_guess_goes_with_the_machine():
    slow, fast = (
        forecast.guess(CapsNetConfig(), TrainingConfig(epochs=2), 1000, 0, products).seconds
        for products in (1e9, 2e9)
    )
    assert slow == pytest.approx(2 * fast)
    assert forecast.measure() > 1e6


def test_progress_is_json_for_others_too(a_run):
    told = json.loads((a_run / runs.PROGRESS).read_text())
    assert told["state"] == "finished"
    assert np.isfinite(told["loss"])
    assert training.read_history(a_run / runs.HISTORY)
