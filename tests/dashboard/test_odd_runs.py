"""Folders of runs as nobody means them: what is odd is told or passed over, nothing raised."""

import dataclasses
import json
import os
import shutil

import pytest

from capsnet.config import CapsNetConfig
from capsnet.data import datasets
from capsnet.errors import CheckpointError, TrainingError
from capsnet.training import run_folder
from capsnet.training.run_folder import Progress
from capsnet.training_config import TrainingConfig
from dashboard.state import network_files, run_control, training_permission
from dashboard.state import training_runs as machine
from tests.dashboard.training_page import first_page, opened, words


@pytest.fixture(autouse=True)
def folder(runs_folder):
    return runs_folder


def test_a_folder_of_runs_that_is_no_path_holds_none_and_takes_none(monkeypatch):
    monkeypatch.setenv(machine.FOLDER_VARIABLE, "~nosuch/runs")
    assert machine.every() == []
    assert machine.read("small-1") is None
    assert network_files.find("small-1") is None
    told = r"in the environment variable CAPSNET_RUNS. Received: ~nosuch/runs \(.+\)$"
    with pytest.raises(TrainingError, match=told):
        run_control.create("paper", CapsNetConfig(), TrainingConfig())
    with pytest.raises(CheckpointError, match=told):
        network_files.keep(b"", "mine.keras")


@pytest.mark.parametrize("place", ["x" * 300, "circle"])
def test_a_folder_of_runs_that_cannot_be_looked_into_holds_none(monkeypatch, tmp_path, place):
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    monkeypatch.setenv(machine.FOLDER_VARIABLE, str(tmp_path / place))
    assert machine.every() == []
    with pytest.raises(TrainingError, match="Expected a folder for runs that can be written"):
        run_control.create("paper", CapsNetConfig(), TrainingConfig())


def test_a_run_is_not_said_to_start_where_the_data_are_at_no_path(a_run, monkeypatch):
    monkeypatch.setenv(datasets.DATA_VARIABLE, "~nosuch/mnist.npz")
    before = run_folder.read_progress(a_run)
    with pytest.raises(TrainingError, match="CAPSNET_DATA. Received: ~nosuch/mnist.npz"):
        run_control.launch(a_run.name)
    assert run_folder.read_progress(a_run) == before


def test_a_folder_of_runs_that_is_no_path_is_told_to_who_may_train(monkeypatch):
    monkeypatch.setenv(machine.FOLDER_VARIABLE, "~nosuch/runs")
    page = opened(first_page())
    assert "CAPSNET_RUNS. Received: ~nosuch/runs" in page.error[0].value
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, "0")
    page.run()
    assert not page.exception
    assert not page.error


@pytest.fixture
def two_runs(a_run):
    """`small-1`, to be made odd, and `small-2` beside it, started earlier."""
    shutil.copytree(a_run, a_run.with_name("small-2"))
    os.utime(a_run.with_name("small-2") / run_folder.RUN, (1000, 1000))
    return a_run


@pytest.mark.parametrize("told", [{"updated": "yesterday"}, {"updated": None}, {"updated": []}])
def test_a_run_whose_progress_is_of_a_wrong_type_takes_no_other_down(two_runs, told):
    path = two_runs / run_folder.PROGRESS
    path.write_text(json.dumps({**json.loads(path.read_text()), **told}))
    assert "small-2" in [run.name for run in machine.every()]


@pytest.mark.parametrize(
    "told",
    [
        Progress("stopped", epochs=-5),
        Progress("stopped", epochs=4, finished=-10),
        Progress("running", epochs=-4, epoch=2, steps=4),
    ],
)
def test_a_run_that_says_it_has_done_less_than_nothing_is_shown(a_run, told):
    with run_folder.locked(a_run):
        run_folder.write_progress(a_run, told)
        page = opened(first_page())
    assert "**small-1**: " in words(page)


def test_snapshots_of_other_classes_than_the_runs_are_left_out(two_runs):
    network, training = run_folder.read_run(two_runs)
    run_folder.write_run(two_runs, dataclasses.replace(network, num_classes=3), training)
    page = opened(first_page())
    assert "small-1**: Finished." in words(page)
    assert "Curves" in [s.value for s in page.subheader]
    assert "Routing while learning" not in [s.value for s in page.subheader]


def test_a_link_to_a_run_is_deleted_and_what_it_leads_to_is_not(folder, a_run, tmp_path):
    a_run.rename(tmp_path / "elsewhere")
    a_run.symlink_to(tmp_path / "elsewhere")
    run_control.delete("small-1")
    assert [path.name for path in folder.iterdir()] == [run_control.RETIRED]
    assert (tmp_path / "elsewhere" / run_folder.BEST).is_file()


def test_names_of_deleted_runs_that_cannot_be_read_keep_nobody_from_starting(folder):
    folder.mkdir()
    (folder / run_control.RETIRED).write_bytes(b"\xff\xfe\npaper-1\n")
    assert run_control.create("paper", CapsNetConfig(), TrainingConfig()) == "paper-2"


@pytest.mark.parametrize(
    "settings",
    [{"batch_size": 10**40}, {"learning_rate": 10**40}, {"primary_maps": 10**40}],
    ids=str,
)
def test_a_run_with_a_number_too_large_for_a_table_takes_no_other_down(two_runs, settings):
    values = json.loads((two_runs / run_folder.RUN).read_text())
    for part in values.values():
        part.update({name: value for name, value in settings.items() if name in part})
    (two_runs / run_folder.RUN).write_text(json.dumps(values))
    page = opened(first_page())
    assert "small-2" in [*page.dataframe[0].value["Run"]]
