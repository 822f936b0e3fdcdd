"""A disk that has no room for a run is told before anything is trained."""

import dataclasses
import errno
import math
import os
import shutil
from collections import namedtuple

import pytest

from capsnet.cli import main
from capsnet.errors import TrainingError
from capsnet.presets import PRESETS, Preset
from capsnet.training import disk_room, run_folder
from capsnet.training.callbacks import checkpoint
from capsnet.training.train import train
from capsnet.training_config import TrainingConfig

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def free(monkeypatch):
    """Sets how much the disk has free."""

    def leave(count):
        monkeypatch.setattr(disk_room.shutil, "disk_usage", lambda _: Usage(10**12, 0, count))

    return leave


def test_a_run_takes_no_more_than_was_said_and_not_far_less(
    small_run, small_config, quick_training
):
    files = [path for path in small_run.folder.rglob("*") if path.is_file()]
    taken = sum(path.stat().st_size for path in files)
    said = disk_room.bytes_needed(small_config, quick_training)
    state = (small_run.folder / run_folder.LAST).stat().st_size
    best = small_run.best.stat().st_size
    most = taken + state + best  # the state before it, and a network that was stopped
    assert most <= said <= most + 2 * disk_room.SMALL


@pytest.mark.parametrize(
    ("epochs", "more", "least"),
    [(1, {}, 5), (1, {"ema": 0.9}, 6), (2, {}, 8), (2, {"ema": 0.9}, 10)],
)
def test_what_is_needed_grows_with_the_optimizer_and_a_second_state(epochs, more, least):
    training = TrainingConfig(epochs=epochs, **more)
    weights = 4 * sum(map(math.prod, PRESETS["paper"].network.weight_shapes))
    needed = disk_room.bytes_needed(PRESETS["paper"].network, training)
    assert least * weights <= needed <= (least + 0.2) * weights


def test_a_new_run_on_a_full_disk_leaves_nothing_and_promises_nothing(
    small_config, monkeypatch, tmp_path, capsys, free
):
    free(1000)
    monkeypatch.setitem(PRESETS, "small", Preset("For tests.", small_config))
    options = ("--preset", "small", "--dataset", "bundled", "--out", str(tmp_path / "run"))
    for more in ((), ("--wait",)):
        assert main(["train", *options, *more]) == 1
        said = capsys.readouterr().err
        assert "Expected room for" in said
        assert "Received: 0 MB free. Nothing was begun" in said
        assert "--resume" not in said
        assert not (tmp_path / "run").exists()


def test_a_run_that_goes_on_needs_room_only_for_what_is_left(
    small_run, small_config, quick_training, digits, tmp_path, free
):
    folder = tmp_path / "run"
    shutil.copytree(small_run.folder, folder)
    free(1000)
    train(small_config, quick_training, digits[:100], digits[100:], folder, resume=True)
    longer = dataclasses.replace(quick_training, epochs=5)
    run_folder.write_run(folder, small_config, longer)
    with pytest.raises(TrainingError, match="The run is kept: make room, then --resume"):
        train(small_config, longer, digits[:100], digits[100:], folder, resume=True)


def test_an_epoch_that_could_not_be_kept_is_not_trained(
    small_config, quick_training, digits, tmp_path, monkeypatch
):
    asked = []

    def need_room(folder, size):
        asked.append(size)
        if len(asked) == 3:  # at the first epoch's begin and end; then at the second's begin
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(checkpoint, "need_room", need_room)
    with pytest.raises(TrainingError, match=r"No space left .* kept up to epoch 1: make room"):
        train(small_config, quick_training, digits[:100], digits[100:], tmp_path / "run")
    assert run_folder.read_progress(tmp_path / "run").step == 0
    assert len(run_folder.history_of(tmp_path / "run")) == 1


def test_a_run_that_could_not_write_its_settings_does_not_say_that_they_are_kept(
    small_config, quick_training, digits, tmp_path, monkeypatch
):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("capsnet.training.provenance_keeping.write_json", full)
    with pytest.raises(TrainingError, match="Nothing of it is kept: make room, and start it"):
        train(small_config, quick_training, digits[:100], digits[100:], tmp_path / "run")
    assert not (tmp_path / "run").exists()
