"""`python -m capsnet train`: its settings, and what it refuses."""

import contextlib
import dataclasses
import shutil
from pathlib import Path

import keras
import pytest

from capsnet.cli import main
from capsnet.cli.train import ARRANGEMENT, NETWORK_OPTIONS, TRAINING_OPTIONS
from capsnet.config import CapsNetConfig
from capsnet.data import datasets, images
from capsnet.errors import CheckpointError, DataError, TrainingInterrupted
from capsnet.presets import PRESETS, Preset
from capsnet.training import provenance, run_folder
from capsnet.training import train as training
from capsnet.training_config import TrainingConfig
from dashboard.state import network_files


@pytest.fixture
def small_preset(small_config, monkeypatch):
    """A preset that trains in seconds, on a training set of which 5 a digit are held out."""
    settings = TrainingConfig(epochs=2, batch_size=50)
    monkeypatch.setitem(PRESETS, "small", Preset("For tests.", small_config, settings))
    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    return "small"


def run(*arguments):
    return main([str(a) for a in arguments])


def test_train_then_resume_what_is_finished(small_preset, mnist_file, tmp_path, capsys):
    folder = tmp_path / "run"
    options = ("--data", mnist_file, "--out", folder)
    assert run("train", "--preset", small_preset, "--epochs", 1, *options) == 0
    printed = capsys.readouterr().out
    assert "Epoch 1/1 [########################] 5/5" in printed  # 250 images, 50 a step
    assert "images/s" in printed
    assert "left" in printed
    assert "Epoch 1: validation loss" in printed
    assert f"Best network: {folder / 'best.keras'}" in printed
    assert run_folder.read_run(folder)[1].epochs == 1
    assert run("train", "--resume", *options) == 0
    assert "Resuming after epoch 1 of 1." in capsys.readouterr().out


def test_memory_is_kept_from_before_tensorflow_may_be_loaded(tmp_path, monkeypatch):
    called = []
    monkeypatch.setattr("capsnet.cli.train.keep_freed_memory", lambda: called.append("memory"))

    def load(dataset, path, how):
        called.append("load")
        raise DataError("no data")

    monkeypatch.setattr("capsnet.cli.train.load", load)
    assert run("train", "--out", tmp_path / "run") == 1
    assert called == ["memory", "load"]


def test_train_options_replace_the_presets_values(small_preset, mnist_file, tmp_path):
    options = {
        "--epochs": 1,
        "--batch-size": 125,
        "--rounds": 2,
        "--loop": "dynamic",
        "--gradient": "last",
        "--learning-rate": 0.002,
        "--schedule": "cosine",
        "--warmup-steps": 1,
        "--shift": 1,
        "--reconstruction-weight": 0.01,
        "--seed": 5,
        "--conv-dtype": "bfloat16",
    }
    flat = [part for option in options.items() for part in option]
    run("train", "--preset", small_preset, "--data", mnist_file, "--out", tmp_path, *flat)
    network, settings = run_folder.read_run(tmp_path)
    chosen = {**network.to_dict(), **settings.to_dict()}
    for option, value in options.items():
        assert chosen[option.removeprefix("--").replace("-", "_")] == value


def test_train_refuses_a_folder_that_holds_a_run(small_preset, mnist_file, small_run, capsys):
    options = ("--preset", small_preset, "--data", mnist_file, "--out", small_run.folder)
    assert run("train", *options) == 1
    assert "which holds one; use --resume" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--rounds", 11), "from 1 to 10. Received: 11"),
        (("--epochs", 0), "epochs of at least 1. Received: 0"),
        (("--data", "none.npz"), "none.npz. Received: no such file"),
        (("--resume",), "run. Received: no such folder"),
        (("--dataset", "none.npz"), "none.npz. Received: no such file"),
        (("--dataset", "letters"), "Received: 'letters'"),
        (("--start", "none.keras"), "none.keras. Received: no such file"),
    ],
)
def test_train_errors(options, message, tmp_path, capsys):
    assert run("train", "--out", tmp_path / "run", *options) == 1
    error = capsys.readouterr().err
    assert error.startswith("capsnet: ")
    assert message in error
    assert not (tmp_path / "run").exists()


def test_a_run_that_waits_can_be_seen_by_others(small_preset, mnist_file, monkeypatch, tmp_path):
    folder = tmp_path / "second"

    @contextlib.contextmanager
    def turn(waiting):
        assert run_folder.read_run(waiting)[1].seed == 5
        (tmp_path / "waited").touch()
        yield

    monkeypatch.setattr("capsnet.cli.train.waiting_for_turn", turn)
    options = ("--preset", small_preset, "--seed", "5", "--data", mnist_file, "--wait")
    assert run("train", *options, "--out", folder) == 0
    assert (tmp_path / "waited").exists()
    assert (folder / run_folder.BEST).exists()
    assert run("train", *options, "--out", folder) == 1  # a folder is not taken twice


def test_another_preset_is_not_passed_over_where_a_run_goes_on(small_run, capsys):
    options = ("--out", small_run.folder, "--resume", "--preset", "notebook")
    assert run("train", *options) == 1
    assert "a run goes on with its own settings" in capsys.readouterr().err


def test_a_run_with_logs_goes_on_with_them(small_preset, mnist_file, monkeypatch, tmp_path):
    logged = []

    def logs(folder):
        logged.append(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return keras.callbacks.Callback()

    monkeypatch.setattr("capsnet.training.distribution.tensorboard", logs)
    options = ("--data", mnist_file, "--out", tmp_path / "run")
    assert run("train", "--preset", small_preset, "--epochs", "1", *options, "--tensorboard") == 0
    assert run("train", *options, "--resume") == 0
    assert logged == 2 * [tmp_path / "run" / "tensorboard"]


@pytest.mark.parametrize("stop", [TrainingInterrupted("left in here"), KeyboardInterrupt()])
def test_control_c_is_exit_status_130(stop, small_preset, mnist_file, monkeypatch, capsys):
    def interrupted(*arguments, **options):
        raise stop

    monkeypatch.setattr(training, "train", interrupted)
    assert run("train", "--preset", small_preset, "--data", mnist_file) == 130
    assert (str(stop) or "Stopped.") in capsys.readouterr().err


def test_every_setting_of_a_training_can_be_given():
    """Or it is the dataset, which has an option of its own."""
    fields = set(TrainingConfig().to_dict())
    assert {*TRAINING_OPTIONS, *ARRANGEMENT} == fields - {"dataset"}
    assert set(NETWORK_OPTIONS) <= set(CapsNetConfig().to_dict())


def test_a_run_goes_on_with_the_data_and_the_strategy_that_it_began_with(
    small_preset, mnist_file, tmp_path, monkeypatch, capsys
):
    shutil.copy(mnist_file, tmp_path / "mnist.npz")
    monkeypatch.chdir(tmp_path)
    options = ("--preset", small_preset, "--epochs", 1, "--data", "mnist.npz")
    assert run("train", *options, "--strategy", "mirrored", "--out", "run") == 0
    begun = provenance.read(tmp_path / "run")
    assert (begun["data"], begun["strategy"]) == (str(tmp_path / "mnist.npz"), "mirrored")
    monkeypatch.chdir("/")
    monkeypatch.setenv(datasets.DATA_VARIABLE, "/nowhere/mnist.npz")
    used = []

    def train(*arguments, **options):
        used.append(options)
        return training.TrainingResult(tmp_path / "run", [])

    monkeypatch.setattr(training, "train", train)
    assert run("train", "--resume", "--out", tmp_path / "run") == 0
    assert used[0]["strategy"] is not None
    assert run("train", "--resume", "--out", tmp_path / "run", "--strategy", "single") == 0
    assert used[1]["strategy"] is None
    assert used[1]["data"] == begun["data"]


def test_a_run_that_the_pages_will_not_show_is_told_of(small_preset, tmp_path, capsys):
    nowhere = ("--preset", small_preset, "--data", "/nowhere")
    for name, is_reported in {
        "my run": True,
        "Übung": True,
        "x" * 62: True,
        "mine.2": False,
    }.items():
        assert run("train", *nowhere, "--out", tmp_path / name) == 1
        assert ("Training page will not show" in capsys.readouterr().err) is is_reported


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"image_shape": (32, 30, 3), "num_classes": 26, "digit_dim": 8},
        {"digit_dim": 65},
        {"num_classes": 101},
        {"image_shape": (100, 28, 1)},
        {"image_shape": (28, 28, 4)},
        {"primary_maps": 128},
        {"primary_maps": 129},
    ],
)
def test_a_network_that_the_pages_will_not_show_is_told_of(
    small_config, other, monkeypatch, tmp_path, capsys
):
    network = dataclasses.replace(small_config, **other)
    monkeypatch.setitem(PRESETS, "other", Preset("For tests.", network))
    assert run("train", "--preset", "other", "--data", "/nowhere", "--out", tmp_path / "run") == 1
    is_reported = "pages will not show this run's network" in capsys.readouterr().err
    try:
        network_files.check_fits(network)
    except CheckpointError:
        assert is_reported
    else:
        assert not is_reported


def test_what_is_given_by_path_is_found_from_elsewhere(
    small_preset, small_run, mnist_file, tmp_path, monkeypatch
):
    shutil.copy(mnist_file, tmp_path / "own.npz")
    shutil.copy(small_run.best, tmp_path / "first.keras")
    monkeypatch.chdir(tmp_path)
    options = ("--dataset", "own.npz", "--start", "first.keras", "--out", "run")
    assert run("train", "--preset", small_preset, *options) == 0
    monkeypatch.chdir("/")
    _, settings = run_folder.read_run(tmp_path / "run")
    assert Path(settings.dataset).is_file()
    assert Path(settings.start).is_file()
    assert run("train", "--out", tmp_path / "run", "--resume") == 0
