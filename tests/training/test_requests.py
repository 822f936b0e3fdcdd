"""How a trainer obeys those who watch it: pause, go on, stop."""

import threading
import time

import keras
import pytest

from capsnet.errors import TrainingInterrupted
from capsnet.training import run_folder, snapshots
from capsnet.training.callbacks import monitor
from capsnet.training.history import read_curve
from capsnet.training.train import train


def when(folder, test, then):
    """Do something once a run's progress passes a test, from outside."""

    def wait():
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            progress = run_folder.read_progress(folder)
            if progress and test(progress):
                then()
                return
            time.sleep(0.01)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


class Request(keras.callbacks.Callback):
    """What somebody asks for in the second step of the second epoch."""

    def __init__(self, folder, requested):
        super().__init__()
        self.folder, self.requested, self.epoch = folder, requested, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == (1, 1):
            run_folder.request(self.folder, self.requested)


@pytest.fixture
def talkative(monkeypatch):
    monkeypatch.setattr(monitor, "TOLD", 0.0)
    monkeypatch.setattr(monitor, "PAUSE_STEP", 0.02)


def test_a_pause_changes_nothing_but_the_time(
    small_run, small_config, quick_training, digits, tmp_path, talkative
):
    seen, skipped = [], []

    class RequestWithClock(Request):
        def skip(self, seconds):
            skipped.append(seconds)

    def resume():
        seen.append(run_folder.read_progress(tmp_path))
        time.sleep(1.0)
        seen.append(run_folder.read_progress(tmp_path))
        run_folder.request(tmp_path, None)

    thread = when(tmp_path, lambda p: p.state == "paused", resume)
    run = train(
        small_config,
        quick_training,
        digits[:100],
        digits[100:],
        tmp_path,
        callbacks=(RequestWithClock(tmp_path, "pause"),),
    )
    thread.join()
    first, second = seen
    assert (first.epoch, first.step) == (2, 2)
    assert (first.state, first.epoch, first.step) == (second.state, second.epoch, second.step)
    assert run_folder.read_progress(tmp_path).state == "finished"
    for one, other in zip(run.history, small_run.history, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}
    assert sum(skipped) >= 1.0


@pytest.mark.parametrize("from_a_pause", [False, True])
def test_stop_leaves_a_run_that_can_go_on(
    small_run, small_config, quick_training, digits, tmp_path, talkative, from_a_pause
):
    first = "pause" if from_a_pause else "stop"
    threads = []
    if from_a_pause:

        def stop():
            run_folder.request(tmp_path, "stop")

        threads.append(when(tmp_path, lambda p: p.state == "paused", stop))
    arguments = small_config, quick_training, digits[:100], digits[100:], tmp_path
    with pytest.raises(TrainingInterrupted, match="--resume goes on after epoch 1"):
        train(*arguments, callbacks=(Request(tmp_path, first),))
    for thread in threads:
        thread.join()
    progress = run_folder.read_progress(tmp_path)
    assert progress.state == "stopped"
    assert "--resume" in progress.message
    resumed = train(*arguments, resume=True)
    assert [row["epoch"] for row in resumed.history] == [1, 2, 3, 4]
    assert resumed.history[-1]["val_loss"] == pytest.approx(
        small_run.history[-1]["val_loss"], rel=1e-3
    )
    times = [snapshots.read(path).time for path in snapshots.pages(tmp_path)]
    assert times[-4:] == [1, 2, 3, 4]
    curve = [row["epoch"] for row in read_curve(tmp_path)]
    assert curve == sorted(set(curve))
