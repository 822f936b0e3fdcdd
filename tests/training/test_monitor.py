"""What a trainer tells its watchers, and how it stops."""

import contextlib
import dataclasses
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from capsnet.errors import TrainingError, TrainingInterrupted
from capsnet.storage import checkpoints
from capsnet.training import run_folder, snapshots
from capsnet.training.callbacks import snapshots as snapshots_callback
from capsnet.training.callbacks.monitor import RunMonitor
from capsnet.training.history import read_curve
from capsnet.training.train import train
from capsnet.training_config import TrainingConfig

ROOT = Path(__file__).parents[2]


def test_a_finished_run_says_so(small_run):
    progress = run_folder.read_progress(small_run.folder)
    assert (progress.state, progress.epoch, progress.epochs) == ("finished", 4, 4)
    assert progress.share == 1
    assert progress.images_per_second > 0
    assert progress.loss == pytest.approx(small_run.history[-1]["loss"], rel=1e-3)
    assert not run_folder.live(small_run.folder)


def test_a_finished_run_that_is_resumed_still_says_so(
    small_run, small_config, quick_training, digits, tmp_path
):
    folder = tmp_path / "run"
    shutil.copytree(small_run.folder, folder)
    train(small_config, quick_training, digits[:100], digits[100:], folder, resume=True)
    progress, before = run_folder.read_progress(folder), run_folder.read_progress(small_run.folder)
    assert (progress.state, progress.share, progress.epochs) == ("finished", 1, 4)
    assert (progress.loss, progress.images_per_second) == (before.loss, before.images_per_second)


def test_the_curve_adds_up_to_the_history(small_run):
    rows = read_curve(small_run.folder)
    assert [row["epoch"] for row in rows] == sorted(row["epoch"] for row in rows)
    assert rows[-1]["epoch"] == 4
    for epoch, row in enumerate(small_run.history):
        inside = [r for r in rows if epoch < r["epoch"] <= epoch + 1]
        assert len(inside) == 4  # every step
        for figure in ("margin_loss", "reconstruction_error"):
            mean = np.mean([r[figure] for r in inside])
            assert mean == pytest.approx(row[figure], rel=1e-3)
        for figure in ("loss", "accuracy"):  # by images: three batches of 30 and one of 10
            mean = np.average([r[figure] for r in inside], weights=[30, 30, 30, 10])
            assert mean == pytest.approx(row[figure], rel=1e-3)


def test_the_snapshots_of_a_run(small_run, digits):
    pages = [snapshots.read(path) for path in snapshots.pages(small_run.folder)]
    assert [(p.epoch, p.step) for p in pages] == [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (2, 0),
        (3, 0),
        (4, 0),
    ]
    assert [p.time for p in pages] == sorted(p.time for p in pages)
    for page in pages:
        assert page.reconstructions.shape == (10, 28, 28)
        assert page.coupling.shape == (72, 10)
        assert page.activity.shape == (72,)
        assert page.maps == 2
        np.testing.assert_allclose(page.coupling.astype(float).sum(-1), 1, atol=5e-3)
    best = max(row["epoch"] for row in small_run.history if row["best"])
    page = next(p for p in pages if (p.epoch, p.step) == (best, 0))
    trace = checkpoints.load(small_run.best).trace(
        snapshots_callback.ten_digits(digits[100:]).pixels()
    )
    np.testing.assert_allclose(page.reconstructions / 255, trace.reconstruction[..., 0], atol=0.01)
    np.testing.assert_allclose(page.coupling, trace.coupling[-1, snapshots.ROUTED], atol=0.01)
    assert list(page.reads) == list(trace.predictions)


def test_snapshots_change_nothing(
    small_run, small_config, quick_training, digits, tmp_path, monkeypatch
):
    monkeypatch.setattr(snapshots_callback.RunSnapshots, "_look", lambda *_: None)
    run = train(small_config, quick_training, digits[:100], digits[100:], tmp_path)
    assert not snapshots.pages(tmp_path)
    for one, other in zip(run.history, small_run.history, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}


def test_ten_digits_are_the_first_of_each_class(digits):
    assert list(snapshots_callback.ten_digits(digits[5:]).labels) == list(range(10))


def test_a_dataset_without_some_classes_is_counted_right(small_model, digits, tmp_path):
    odd = snapshots_callback.ten_digits(digits[np.flatnonzero(digits.labels % 2)])
    trace = small_model.trace(odd.pixels())
    snapshots.write(tmp_path, snapshots.snapshot(trace, odd.labels, 1, 0, 5))
    (path,) = snapshots.pages(tmp_path)
    page = snapshots.read(path)
    assert list(page.labels) == [1, 3, 5, 7, 9]
    assert page.routed == 9
    assert page.right == (trace.predictions == odd.labels).sum()
    np.testing.assert_allclose(page.coupling, trace.coupling[-1, -1], atol=0.01)


def test_a_page_of_an_earlier_version_is_of_the_ten_digits_in_order(small_run, tmp_path):
    path = snapshots.pages(small_run.folder)[0]
    with np.load(path) as arrays:
        np.savez(tmp_path / "0000-000000.npz", **{k: arrays[k] for k in arrays if k != "labels"})
    page = snapshots.read(tmp_path / "0000-000000.npz")
    assert list(page.labels) == list(range(10))
    assert page.routed == snapshots.ROUTED


def test_early_steps():
    assert snapshots.early_steps(512) == {4, 8, 16, 32, 64, 128, 256}
    assert snapshots.early_steps(1) == set()
    assert snapshots.early_steps(4) == {1, 2}


@pytest.mark.parametrize(("value", "epoch"), [(math.nan, 2), (math.inf, 1)])
def test_a_loss_that_is_no_number_stops_the_run(
    small_config, quick_training, digits, tmp_path, monkeypatch, value, epoch
):
    whole = RunMonitor.on_train_batch_end

    def spoiled(self, batch, logs=None):
        spoil = self.epoch == epoch - 1 and batch == 2
        whole(self, batch, {**logs, "loss": value} if spoil else logs)

    monkeypatch.setattr(RunMonitor, "on_train_batch_end", spoiled)
    with pytest.raises(TrainingError, match=f"{value} in step 3 of epoch {epoch}, so") as raised:
        train(small_config, quick_training, digits[:100], digits[100:], tmp_path)
    progress = run_folder.read_progress(tmp_path)
    assert (progress.state, progress.message) == ("failed", str(raised.value))
    if epoch == 1:
        assert "no network is kept" in str(raised.value)
        assert not (tmp_path / run_folder.BEST).exists()
    else:
        assert "after epoch 1 is untouched" in str(raised.value)
        weights = checkpoints.load(tmp_path / run_folder.BEST).get_weights()
        assert all(np.isfinite(array).all() for array in weights)


def test_no_point_of_the_curve_is_of_a_few_images_only(small_run, tmp_path):
    kept = RunMonitor(tmp_path, 1, 109, 10, 0, print)
    kept.set_params({"steps": 109, "epochs": 1})
    kept.epoch = 1
    points = [step for step in range(1, 110) if kept._is_point(step)]
    assert points[-1] == 109
    assert min(np.diff([0, *points])) >= 4


def test_the_time_that_is_left(tmp_path):
    kept = RunMonitor(tmp_path, 30, 100, 45, 0, print)
    kept.set_params({"steps": 4, "epochs": 3})
    kept.epoch = 1
    # At 10 images a second: 40 of this epoch, 100 of the third, and twice 45 at a third's cost.
    assert kept._seconds_left(2, 10.0) == pytest.approx(4 + 10 + 2 * 1.5)
    assert kept._seconds_left(4, 10.0) == pytest.approx(10 + 2 * 1.5)  # the last batch has 10
    kept.validation_seconds = 7.0
    assert kept._seconds_left(2, 10.0) == pytest.approx(4 + 10 + 2 * 7)
    assert kept._seconds_left(2, 0.0) is None


def test_a_network_that_blows_up_is_not_kept(small_config, digits, tmp_path):
    training = TrainingConfig(epochs=2, batch_size=30, learning_rate=1e30)
    with pytest.raises(TrainingError, match="Expected a finite loss"):
        train(small_config, training, digits[:100], digits[100:], tmp_path)
    assert run_folder.read_progress(tmp_path).state == "failed"
    assert not (tmp_path / run_folder.BEST).exists()
    pages = [snapshots.read(path) for path in snapshots.pages(tmp_path)]
    assert pages
    assert all(np.isfinite(page.coupling).all() for page in pages)


def test_a_page_of_a_network_that_was_nan_is_passed_over(small_run, tmp_path):
    page = snapshots.read(snapshots.pages(small_run.folder)[0])
    snapshots.write(tmp_path, dataclasses.replace(page, coupling=page.coupling * np.nan))
    (path,) = snapshots.pages(tmp_path)
    assert snapshots.read(path) is None


def test_a_validation_loss_that_is_no_number_is_not_kept(
    small_config, quick_training, digits, tmp_path, monkeypatch
):
    whole = RunMonitor.on_epoch_end
    monkeypatch.setattr(
        RunMonitor, "on_epoch_end", lambda s, e, logs: whole(s, e, {**logs, "val_loss": math.nan})
    )
    with pytest.raises(TrainingError, match="finite validation loss. Received: nan after epoch 1"):
        train(small_config, quick_training, digits[:100], digits[100:], tmp_path)
    assert not (tmp_path / run_folder.BEST).exists()
    assert not (tmp_path / run_folder.LAST).exists()


def test_stopped_on_a_full_disk_a_run_says_what_could_not_be_kept(
    small_config, quick_training, digits, tmp_path, monkeypatch
):
    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                monkeypatch.setattr("capsnet.training.callbacks.checkpoint.need_room", full)
                raise KeyboardInterrupt

    def full(folder, size):
        raise OSError(28, "No space left on device")

    arguments = small_config, quick_training, digits[:100], digits[100:], tmp_path
    with pytest.raises(TrainingInterrupted, match="could not be kept .*No space.* after epoch 1"):
        train(*arguments, callbacks=(Stop(),))
    assert run_folder.read_progress(tmp_path).state == "stopped"
    assert not (tmp_path / run_folder.INTERRUPTED).exists()


ON_A_FULL_DISK = """
import resource, sys
from capsnet.config import CapsNetConfig
from capsnet.training_config import TrainingConfig
from capsnet.data.bundled import load_bundled
from capsnet.errors import TrainingError
from capsnet.training.train import train
import json, keras

network, folder = CapsNetConfig.from_dict(json.loads(sys.argv[1])), sys.argv[2]
limit = 20_000
digits = load_bundled()
def fill(epoch, logs=None):
    if epoch == 1:  # from the second epoch on no file can grow beyond the limit
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
full = keras.callbacks.LambdaCallback(on_epoch_begin=fill)
try:
    how = TrainingConfig(epochs=3, batch_size=30, learning_rate=5e-3)
    train(network, how, digits[:100], digits[100:200], folder, callbacks=(full,))
except TrainingError as error:
    print("SAID", error)
"""


def test_a_full_disk_loses_nothing(small_config, tmp_path):
    folder = tmp_path / "run"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            ON_A_FULL_DISK,
            json.dumps(small_config.to_dict()),
            folder,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "SAID Expected to write the run's files in" in done.stdout, done.stderr
    assert "kept up to epoch 1: make room, then --resume." in done.stdout
    assert checkpoints.load(folder / run_folder.BEST)
    assert not list(folder.glob(".*"))  # no half file is left
    network, training = run_folder.read_run(folder)
    from capsnet.data.bundled import load_bundled

    digits = load_bundled()
    resumed = train(network, training, digits[:100], digits[100:200], folder, resume=True)
    assert [row["epoch"] for row in resumed.history] == [1, 2, 3]


def test_snapshots_that_cannot_be_written_is_said_once(small_config, digits, tmp_path):
    (tmp_path / run_folder.SNAPSHOTS).write_text("in the way")
    lines = []
    training = TrainingConfig(epochs=1, batch_size=50)
    run = train(small_config, training, digits[:100], digits[100:], tmp_path, report=lines.append)
    assert len(run.history) == 1
    assert sum("No snapshot can be written" in line for line in lines) == 1


def test_a_moment_that_a_killed_run_did_not_write_is_written_as_it_goes_on(
    small_run, digits, tmp_path
):
    shutil.copytree(small_run.folder / run_folder.SNAPSHOTS, tmp_path / run_folder.SNAPSHOTS)
    *kept, last = snapshots.pages(tmp_path)
    last.unlink()
    averaged = []

    @contextlib.contextmanager
    def average():
        averaged.append(True)
        yield

    goes_on = snapshots_callback.RunSnapshots(tmp_path, digits[100:], 4, print, average)
    goes_on.set_model(checkpoints.load(small_run.best))
    goes_on.set_params({"steps": 4, "epochs": 8})
    goes_on.on_train_begin()
    assert snapshots.pages(tmp_path) == [*kept, last]
    page = snapshots.read(last)
    assert (page.epoch, page.step, averaged) == (4, 0, [True])
    goes_on.on_train_begin()
    assert averaged == [True]  # it is there
