"""The runs on this machine, their networks and forecasts: what stands behind the Training page."""

import dataclasses
import itertools
import json
import platform
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from capsnet.config import CapsNetConfig
from capsnet.data import datasets
from capsnet.errors import CheckpointError, TrainingError
from capsnet.presets import PRESETS
from capsnet.storage import checkpoints
from capsnet.training import forecast, provenance, run_folder, run_lock
from capsnet.training.history import HISTORY, read_history, write_history
from capsnet.training.run_folder import Progress
from capsnet.training_config import TrainingConfig
from dashboard.state import network_files, run_control, training_permission
from dashboard.state import training_runs as machine

HOME = "127.0.0.1"


@pytest.fixture(autouse=True)
def folder(runs_folder):
    return runs_folder


@pytest.mark.parametrize(
    ("switch", "address", "headers", "allowed"),
    [
        ("", None, {}, True),
        ("", HOME, {}, True),
        ("", "::1", {}, True),
        ("", "::1234:5678", {}, False),
        ("", "::ffff:127.0.0.1", {}, True),
        ("", "elsewhere", {}, False),
        ("", "192.168.1.7", {}, False),
        ("", None, {"X-Forwarded-For": HOME}, False),
        ("1", "192.168.1.7", {}, True),
        ("0", None, {}, False),
    ],
)
def test_who_may_train(monkeypatch, switch, address, headers, allowed):
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, switch)
    assert training_permission.is_allowed(address, headers) is allowed


def test_names_are_not_used_twice(folder):
    settings = CapsNetConfig(), TrainingConfig()
    assert [run_control.create("paper", *settings) for _ in range(3)] == [
        "paper-1",
        "paper-2",
        "paper-3",
    ]
    assert {run.name for run in machine.every()} == {"paper-1", "paper-2", "paper-3"}
    run_control.delete("paper-3")  # a link may still name it
    run_control.delete("paper-1")
    assert run_control.create("paper", *settings) == "paper-4"


@pytest.mark.parametrize("name", ["..", "../other", "a/b", "", ".hidden", "x" * 100, "none"])
def test_only_a_run_of_ours_is_deleted(folder, a_run, name):
    others = [folder.parent / "other", folder / "a" / "b", folder / ".hidden", folder / ("x" * 100)]
    for other in others:
        shutil.copytree(a_run, other)
    with pytest.raises(TrainingError, match="Expected the name of a run"):
        run_control.delete(name)
    assert all(len(read_history(other / HISTORY)) == 4 for other in others)


def test_only_a_network_of_ours_is_found(folder, a_run):
    for other in (folder.parent / "other", folder / "a" / "b"):
        shutil.copytree(a_run, other)
    for name in ("../other", "a/b", "small-1/.", str(folder.parent / "other")):
        assert network_files.find(name) is None
    assert network_files.find("small-1").path == a_run / run_folder.BEST


def test_a_live_run_is_not_deleted(a_run):
    run_folder.write_progress(a_run, Progress("running"))
    with run_folder.locked(a_run), pytest.raises(TrainingError, match="stop it first"):
        run_control.delete("small-1")
    assert a_run.is_dir()


def test_a_run_in_whose_folder_a_trainer_has_just_begun_is_not_deleted(a_run):
    with run_folder.locked(a_run):  # as of one that goes on, before its first word
        assert machine.read("small-1").standing == "starting"
        with pytest.raises(TrainingError, match="stop it first"):
            run_control.delete("small-1")
        run_folder.write_progress(a_run, Progress("finished"))  # as of one that has just ended
        assert machine.read("small-1").standing == "finished"
        with pytest.raises(TrainingError, match="a trainer has just begun"):
            run_control.delete("small-1")
    with run_lock.held(run_folder.lockable(a_run, run_folder.QUEUED)):
        assert machine.read("small-1").standing == "starting"
    assert len(read_history(a_run / HISTORY)) == 4
    run_control.delete("small-1")
    assert not a_run.exists()


def test_on_a_full_disk_a_run_can_be_deleted(folder, a_run):
    (folder / run_control.RETIRED).mkdir()  # no name can be written there
    run_control.delete("small-1")
    assert [path.name for path in folder.iterdir()] == [run_control.RETIRED]


def test_files_that_cannot_be_deleted_are_told_and_go_later(folder, a_run, monkeypatch):
    shutil.copytree(a_run, folder / "small-2")

    def stuck(path, ignore_errors=False):
        if not ignore_errors:
            raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", stuck)
        with pytest.raises(TrainingError, match="all files of small-1. Received: .*denied"):
            run_control.delete("small-1")
    assert [run.name for run in machine.every()] == ["small-2"]
    assert run_control.create("small", CapsNetConfig(), TrainingConfig()) == "small-3"
    run_control.delete("small-2")
    assert {path.name for path in folder.iterdir()} == {run_control.RETIRED, "small-3"}


def test_a_clock_that_went_back_leaves_no_dead_run_starting(a_run, monkeypatch):
    run_folder.enter(a_run, "starting")
    assert machine.read("small-1").standing == "starting"
    now = time.time()
    monkeypatch.setattr(machine.time, "time", lambda: now - 3600)
    assert machine.read("small-1").standing == "broken off"


def test_a_folder_that_is_no_run_is_passed_over(folder, a_run):
    (folder / "notes").mkdir()
    (folder / "broken").mkdir()
    (folder / "broken" / run_folder.RUN).write_text("{")
    for number, content in enumerate(['{"network": []}', '{"network": {"primary_stride": 0}}']):
        (folder / f"odd-{number}").mkdir()
        (folder / f"odd-{number}" / run_folder.RUN).write_text(content)
    shutil.copytree(a_run, folder / "odd-history")
    (folder / "odd-history" / HISTORY).write_text("epoch,loss\n1,0.5\n")
    assert [run.name for run in machine.every()] == ["small-1"]


def test_a_launched_run_trains_by_itself(folder, small_config):
    training = TrainingConfig(epochs=1, batch_size=50, shift=0)
    name = run_control.create("real", small_config, training)
    run_control.launch(name)
    assert machine.read(name).is_live
    deadline = time.monotonic() + 300
    while (run := machine.read(name)).is_live:
        assert time.monotonic() < deadline, machine.log(run)
        time.sleep(0.2)
    assert run.standing == "finished", machine.log(run)
    assert len(run.history) == 1
    assert checkpoints.load(run.folder / run_folder.BEST).config == small_config
    assert "Best network" in machine.log(run)


def test_a_launched_run_says_what_it_failed_of(folder, small_config, monkeypatch):
    monkeypatch.setenv(datasets.DATA_VARIABLE, "/nowhere/mnist.npz")
    name = run_control.create("real", small_config, TrainingConfig(epochs=1))
    run_control.launch(name)
    deadline = time.monotonic() + 300
    while (run := machine.read(name)).is_live:
        assert time.monotonic() < deadline, machine.log(run)
        time.sleep(0.2)
    assert run.standing == "failed"
    assert "Received: no such file" in run.progress.message


def test_an_upload_becomes_a_network(a_run, folder):
    raw = (a_run / run_folder.BEST).read_bytes()
    name = network_files.keep(raw, "mine.keras")
    assert network_files.title(name) == "mine.keras"
    assert network_files.keep(raw, "é" * 200) == name
    assert network_files.title(name) == "mine.keras"  # others use it by that name
    stored = network_files.find(name)
    assert stored.path.read_bytes() == raw
    assert checkpoints.load(stored.path)
    assert network_files.find("upload-000000000000") is None
    assert network_files.find("../small-1") is None


def test_a_class_may_upload_the_same_file_at_once(a_run, folder):
    raw = (a_run / run_folder.BEST).read_bytes()
    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(network_files.keep, [raw] * 4, [f"{n}.keras" for n in range(4)]))
    (name,) = names
    stored = network_files.find(name)
    assert stored.path.read_bytes() == raw
    time.sleep(0.02)
    network_files.keep(raw, "again.keras")
    assert network_files.find(name) == stored  # nobody has to load it anew


def test_a_run_at_work_is_not_launched_again(a_run):
    before = run_folder.read_progress(a_run)
    with (
        run_lock.held(run_folder.lockable(a_run, run_folder.LOCK)),
        pytest.raises(TrainingError, match="at work"),
    ):
        run_control.launch(a_run.name)
    assert run_folder.read_progress(a_run) == before


def test_a_run_of_several_machines_is_not_launched_on_one(a_run):
    begun = json.loads((a_run / provenance.PROVENANCE).read_text())
    (a_run / provenance.PROVENANCE).write_text(json.dumps({**begun, "strategy": "multiworker"}))
    before = run_folder.read_progress(a_run)
    with pytest.raises(TrainingError, match="trains alone. Received: small-1, which several"):
        run_control.launch(a_run.name)
    assert run_folder.read_progress(a_run) == before


def test_a_run_that_begins_is_not_launched_again(a_run):
    run_folder.enter(a_run, "starting")  # whose process has no lock yet
    with pytest.raises(TrainingError, match="at work"):
        run_control.launch(a_run.name)


@pytest.mark.parametrize("raw", [b"", b"a cat", b"PK\x03\x04"])
def test_a_wrong_upload_is_one_sentence_and_leaves_nothing(folder, raw):
    with pytest.raises(CheckpointError) as raised:
        network_files.keep(raw, "cat.keras")
    assert "\n" not in str(raised.value)
    assert str(folder) not in str(raised.value)  # a path on the server is nobody's business
    assert not list((folder / network_files.UPLOADS).iterdir())


def test_a_network_of_too_many_pose_dimensions_is_refused(folder, tmp_path):
    from capsnet.network.model import CapsNet

    other = CapsNetConfig(
        conv_filters=2, primary_maps=1, digit_dim=65, decoder_units=(4,), compile_routing=False
    )
    checkpoints.save(CapsNet(other), tmp_path / "other.keras")
    with pytest.raises(CheckpointError, match="at most 64 pose dimensions. Received: 65"):
        network_files.keep((tmp_path / "other.keras").read_bytes(), "other.keras")


def test_a_network_whose_traces_would_fill_the_memory_is_refused():
    config = CapsNetConfig(conv_kernel=1, primary_kernel=1, primary_stride=1, primary_maps=70)
    with pytest.raises(CheckpointError, match="at most 4,608 primary capsules. Received: 54,880"):
        network_files.check_fits(config)


def test_uploads_do_not_pile_up(a_run, folder, monkeypatch, small_model, tmp_path):
    monkeypatch.setattr(network_files, "UPLOADS_KEPT", 2)
    names = []
    for content in range(3):
        raw = (a_run / run_folder.BEST).read_bytes() + bytes(content)  # a zip may have a tail
        names.append(network_files.keep(raw, f"{content}.keras"))
        time.sleep(0.02)
    assert [network_files.find(name) is not None for name in names] == [False, True, True]
    assert [network_files.title(name) for name in names] == [names[0][-6:], "1.keras", "2.keras"]


def test_the_forecast_comes_from_a_run_of_the_same_work(
    folder, a_run, small_config, quick_training
):
    history = read_history(a_run / HISTORY)
    for row, seconds in zip(history, (9.0, 2.0, 3.0, 2.0), strict=True):
        row["seconds"] = seconds
    write_history(a_run / HISTORY, history)
    arguments = [a_run], platform.node(), small_config, quick_training
    told = forecast.from_past_runs(*arguments, 100, 100)
    assert told.run == "small-1"
    more = forecast.STARTUP + 7  # what the first epoch takes longer
    assert told.seconds == more + 4 * 2
    longer = dataclasses.replace(quick_training, epochs=10)
    assert forecast.from_past_runs(*arguments[:3], longer, 100, 100).seconds == more + 10 * 2
    elsewhere = dataclasses.replace(quick_training, dataset="kmnist")
    images = 10 * run_folder.read_progress(a_run).steps * quick_training.batch_size
    kept = forecast.KEEPING  # which does not grow with the images
    told = forecast.from_past_runs(*arguments[:3], elsewhere, images, 1).seconds
    assert told == more + 4 * (kept + 10 * (2 - kept))
    few = forecast.from_past_runs(*arguments[:3], elsewhere, 1, 1).seconds
    assert few == pytest.approx(more + 4 * kept, rel=0.1)
    (a_run / HISTORY).unlink()  # in its first epoch there is a speed only
    speed = run_folder.read_progress(a_run).images_per_second
    told = forecast.from_past_runs(*arguments, 1000, 300)
    begins = forecast.STARTUP + forecast.PREPARATION
    assert told.seconds == pytest.approx(begins + 4 * (kept + (1000 + 100) / speed))
    as_decided = dataclasses.replace(quick_training, conv_dtype="auto")
    same = forecast.from_past_runs([a_run], platform.node(), small_config, as_decided, 1000, 300)
    assert same == told
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
    fixed = forecast.STARTUP + forecast.PREPARATION + 2 * forecast.KEEPING
    assert slow - fixed == pytest.approx(2 * (fast - fixed))


@pytest.mark.parametrize(
    ("ticks", "seconds"), [([9, 9.5, 9.7, 10.5], 0.2), ([9, 9, 9, 12], 1.0)], ids=["fine", "coarse"]
)
def test_the_machine_is_measured_by_its_fastest_product(monkeypatch, ticks, seconds):
    clocks = {"process_time": iter(ticks).__next__, "perf_counter": itertools.count().__next__}
    monkeypatch.setattr(forecast, "time", SimpleNamespace(**clocks))
    monkeypatch.setattr(forecast, "LEAST_PRODUCTS", 3)
    monkeypatch.setattr(forecast, "cores", lambda: 2)
    assert forecast.measure() == pytest.approx(2 * forecast.SIDE**3 / seconds)


def test_a_guess_by_hand(monkeypatch):
    monkeypatch.setattr(forecast, "multiply_adds", lambda network: 1e6)
    # The way back twice, so 3e6 products an image; a third of that to look at one.
    learning, looking = 2 * 1000 * 3e6, 2 * 60 * 1e6
    fixed = forecast.STARTUP + forecast.PREPARATION + 2 * forecast.KEEPING
    expected = fixed + (learning + looking) / (forecast.SHARE * 1e9)
    told = forecast.guess(CapsNetConfig(), TrainingConfig(epochs=2), 1000, 60, 1e9)
    assert told.seconds == pytest.approx(expected)


def test_a_tiny_set_takes_as_long_as_it_takes_to_begin():
    """108 pictures, three epochs of `compact`: 34 s of processor time, of which one is theirs."""
    preset = PRESETS["compact"]
    training = dataclasses.replace(preset.training, epochs=3)
    told = forecast.guess(preset.network, training, 108, 12, 6e10)
    assert 34 / 1.5 < told.seconds < 34 * 1.5
