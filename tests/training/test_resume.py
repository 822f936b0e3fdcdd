"""A run that ends early, by a crash, a kill or Ctrl-C, and goes on."""

import dataclasses
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from capsnet.errors import TrainingError, TrainingInterrupted
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints
from capsnet.training import run_folder, snapshots
from capsnet.training.batches import TrainingBatches
from capsnet.training.callbacks.checkpoint import RunCheckpoint
from capsnet.training.history import CURVE, HISTORY, HISTORY_FIELDS, read_history, write_history
from capsnet.training.train import train
from capsnet.training_config import TrainingConfig

FIGURES = [name for name in HISTORY_FIELDS if name != "seconds"]


class Crash(keras.callbacks.Callback):
    """Something that goes wrong in the middle of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.due = epoch == self.epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.due and batch == 1:
            self.crash()

    def crash(self):
        raise RuntimeError("a bolt from the blue")


class ControlC(Crash):
    def crash(self):
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in background jobs
        signal.raise_signal(signal.SIGINT)


def assert_same_end(run, expected):
    """Both runs have the same history and, after their last epoch, the same network."""
    for row, other in zip(run.history, expected.history, strict=True):
        for name in FIGURES:
            assert row[name] == pytest.approx(other[name], rel=1e-3), (row["epoch"], name)
    for file in (run.best, expected.best):
        assert file.is_file()
    ours, theirs = (checkpoints.load(r.best).get_weights() for r in (run, expected))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_run_that_broke_off_ends_where_a_whole_one_does(
    small_run, small_config, quick_training, digits, tmp_path
):
    lines: list[str] = []
    arguments = small_config, quick_training, digits[:100], digits[100:], tmp_path
    with pytest.raises(RuntimeError, match="a bolt from the blue"):
        train(*arguments, report=lines.append, callbacks=(Crash(epoch=2),))
    assert len(lines) == 2
    history = read_history(tmp_path / HISTORY)
    unfinished = {**history[-1], "epoch": 3, "val_loss": 0.0}  # as if killed before its state
    write_history(tmp_path / HISTORY, [*history, unfinished])
    keras.utils.set_random_seed(12345)  # a resumed run owes nothing to the process's state
    resumed = train(*arguments, resume=True, report=lines.append)
    assert lines[2] == "Resuming after epoch 2 of 4."
    assert_same_end(resumed, small_run)


TRAIN_UNTIL_KILLED = """
import json, sys, time
import keras
from capsnet.config import CapsNetConfig
from capsnet.training_config import TrainingConfig
from capsnet.data.bundled import load_bundled
from capsnet.training.train import train

network, how, folder = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
slow = keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: time.sleep(0.2))
digits = load_bundled()
train(
    CapsNetConfig.from_dict(network),
    TrainingConfig.from_dict(how),
    digits[:100],
    digits[100:200],
    folder,
    callbacks=(slow,),
)
"""


def test_a_killed_run_ends_where_a_whole_one_does(
    small_run, small_config, quick_training, digits, tmp_path
):
    settings = [json.dumps(c.to_dict()) for c in (small_config, quick_training)]
    process = subprocess.Popen(
        [sys.executable, "-c", TRAIN_UNTIL_KILLED, *settings, tmp_path],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 240
        while len(read_history(tmp_path / HISTORY)) < 2:
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline, "the run did not get to its second epoch"
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == -signal.SIGKILL
    resumed = train(small_config, quick_training, digits[:100], digits[100:], tmp_path, resume=True)
    assert_same_end(resumed, small_run)


def test_control_c_leaves_the_network_and_says_where(
    small_run, small_config, quick_training, digits, tmp_path
):
    arguments = small_config, quick_training, digits[:100], digits[100:], tmp_path
    with pytest.raises(TrainingInterrupted) as raised:
        train(*arguments, callbacks=(ControlC(epoch=1),))
    left = tmp_path / run_folder.INTERRUPTED
    assert str(left) in str(raised.value)
    assert "--resume goes on after epoch 1" in str(raised.value)
    interrupted = checkpoints.load(left).get_weights()[0]
    assert (
        np.abs(interrupted - checkpoints.load(tmp_path / "best.keras").get_weights()[0]).max() > 0
    )
    resumed = train(small_config, quick_training, digits[:100], digits[100:], tmp_path, resume=True)
    assert_same_end(resumed, small_run)


@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_stopped_before_its_first_step_a_run_keeps_no_network(small_config, digits, tmp_path, ema):
    class StopAtOnce(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            raise KeyboardInterrupt

    settings = TrainingConfig(epochs=1, batch_size=50, ema=ema)
    arguments = small_config, settings, digits[:100], digits[100:], tmp_path
    with pytest.raises(TrainingInterrupted, match="no network to keep. --resume goes on after"):
        train(*arguments, callbacks=(StopAtOnce(),))
    assert not (tmp_path / run_folder.INTERRUPTED).exists()


def test_stopped_before_keras_has_the_network_a_run_says_so(quick_training, digits, tmp_path):
    batches = TrainingBatches(digits[:100], quick_training)
    kept = RunCheckpoint(tmp_path, [], batches, print, None, "loss", patience=0)
    assert kept.save_interrupted() == "No step was done, so there is no network to keep."


def test_a_finished_run_can_be_resumed_and_stays(small_run, small_config, quick_training, digits):
    before = small_run.best.read_bytes()
    again = train(
        small_config, quick_training, digits[:100], digits[100:], small_run.folder, resume=True
    )
    assert again.history == small_run.history
    assert small_run.best.read_bytes() == before


def test_a_run_is_not_resumed_with_other_settings(small_run, small_config, quick_training, digits):
    other = dataclasses.replace(quick_training, epochs=9, seed=8)
    said = "Received: others, epochs 9 where it has 4; seed 8 where it has 7. Leave them out"
    with pytest.raises(TrainingError, match=said):
        train(small_config, other, digits, digits, small_run.folder, resume=True)


def test_a_run_that_has_lost_its_state_does_not_begin_anew(
    small_run, small_config, quick_training, digits, tmp_path
):
    folder = tmp_path / "lost"
    shutil.copytree(small_run.folder, folder)
    (folder / run_folder.LAST).unlink()
    kept = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    arguments = small_config, quick_training, digits[:100], digits[100:], folder
    with pytest.raises(TrainingError, match="no such file, after 4 epochs.*--start") as raised:
        train(*arguments, resume=True)
    assert f"--start {folder / run_folder.BEST} --out OTHER" in str(raised.value)
    assert kept == {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("spoilt", [run_folder.LAST, HISTORY, "no history"])
def test_a_run_whose_files_do_not_agree_does_not_go_on(
    small_run, small_config, quick_training, digits, tmp_path, spoilt
):
    """As after a power cut, for which files appear whole but perhaps not in their order."""
    folder = tmp_path / "torn"
    shutil.copytree(small_run.folder, folder)
    if spoilt == run_folder.LAST:
        (folder / run_folder.LAST).write_bytes((folder / run_folder.LAST).read_bytes()[:20_000])
        said = "state that the run goes on from.*a file that Keras cannot load"
    elif spoilt == HISTORY:
        write_history(folder / HISTORY, small_run.history[:3])
        said = "a row for each of 4 epochs in .*history.csv. Received: 3"
    else:
        (folder / HISTORY).unlink()
        said = "a row for each of 4 epochs in .*history.csv. Received: 0"
    best = (folder / run_folder.BEST).read_bytes()
    arguments = small_config, quick_training, digits[:100], digits[100:], folder
    with pytest.raises(TrainingError, match=said) as raised:
        train(*arguments, resume=True)
    assert f"--start {folder / run_folder.BEST} --out OTHER" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert (folder / run_folder.BEST).read_bytes() == best


def test_resuming_nothing(small_config, quick_training, digits, tmp_path):
    with pytest.raises(TrainingError, match=r"Expected a run in .*none"):
        train(small_config, quick_training, digits, digits, tmp_path / "none", resume=True)


def test_an_epoch_is_finished_once_its_state_is_kept(
    small_run, small_model, digits, quick_training, tmp_path, monkeypatch
):
    model = CapsNet(small_model.config)
    model.compile(optimizer="adam")
    batches = TrainingBatches(digits[:100], quick_training)
    kept = RunCheckpoint(tmp_path, [], batches, print, None, "loss", patience=0)
    kept.set_model(model)
    figures = ("loss", "lengths_loss", "reconstruction_loss", "lengths_accuracy")
    logs = {f"{prefix}{name}": 0.5 for name in figures for prefix in ("", "val_")}
    run_folder.write_progress(tmp_path, run_folder.Progress("running", epoch=1, finished=0))
    kept.on_epoch_end(0, logs)
    assert run_folder.read_progress(tmp_path).finished == 1

    def killed(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "save_weights", killed)
    with pytest.raises(KeyboardInterrupt):
        kept.on_epoch_end(1, logs)
    progress, rows = run_folder.read_progress(tmp_path), read_history(tmp_path / HISTORY)
    assert (len(rows), progress.whole(len(rows))) == (2, 1)
    assert run_folder.read_progress(small_run.folder).finished == 4
    assert run_folder.Progress().whole(3) == 3  # an earlier version's


def test_a_run_with_a_moving_average_resumes_where_it_was(small_config, digits, tmp_path):
    settings = TrainingConfig(epochs=3, batch_size=50, ema=0.9, flourishes=0.5, rotation=10, seed=2)
    whole = train(small_config, settings, digits[:100], digits[100:], tmp_path / "whole")

    class Killed(Exception):
        pass

    class KillInEpoch2(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise Killed

    arguments = (small_config, settings, digits[:100], digits[100:], tmp_path / "cut")
    with pytest.raises(Killed):
        train(*arguments, callbacks=(KillInEpoch2(),))
    cut = train(*arguments, resume=True)
    for actual, expected in zip(cut.history, whole.history, strict=True):
        assert {**actual, "seconds": 0} == {**expected, "seconds": 0}


def test_what_is_odd_beside_the_state_does_not_stop_a_run(
    small_run, small_config, quick_training, digits, tmp_path
):
    folder, settings = tmp_path / "run", dataclasses.replace(quick_training, epochs=5)
    shutil.copytree(small_run.folder, folder)
    run_folder.write_run(folder, small_config, settings)
    (folder / CURVE).write_text("loss\n0.5\n")
    page = snapshots.pages(folder)[0]
    copy = page.with_name(f"{page.stem} (1).npz")
    shutil.copy(page, copy)
    (folder / run_folder.PROGRESS).write_text('{"state": "finished", "steps": "4", "epoch": "x"}')
    run = train(small_config, settings, digits[:100], digits[100:], folder, resume=True)
    assert len(run.history) == 5
    assert copy.is_file()
    assert copy not in snapshots.pages(folder)


def test_a_mixtures_run_goes_on_as_if_nothing_had_happened(small_config, digits, tmp_path):
    settings = TrainingConfig(
        epochs=3, batch_size=40, learning_rate=5e-3, two=0.4, none=0.2, hands=0.5, ema=0.9, seed=7
    )
    splits = digits[:100], digits[100:]
    whole = train(small_config, settings, *splits, tmp_path / "whole")
    with pytest.raises(RuntimeError, match="a bolt from the blue"):
        train(small_config, settings, *splits, tmp_path / "broken", callbacks=(Crash(epoch=2),))
    keras.utils.set_random_seed(12345)
    again = train(small_config, settings, *splits, tmp_path / "broken", resume=True)
    assert_same_end(again, whole)
    assert whole.history[-1]["loss"] < whole.history[0]["loss"]
