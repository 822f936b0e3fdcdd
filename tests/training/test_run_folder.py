"""A run's folder as trainer and watchers share it: progress, requests, locks, turns."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from capsnet.config import CapsNetConfig
from capsnet.errors import TrainingError, TrainingInterrupted
from capsnet.storage import checkpoint_safety
from capsnet.training import run_checks, run_folder, run_lock, run_queue
from capsnet.training.history import HISTORY, HISTORY_FIELDS, write_history
from capsnet.training.run_folder import Progress
from capsnet.training_config import TrainingConfig

HOLD = """
import pathlib, sys, time
from capsnet.training import run_folder
with run_folder.locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process at work in a run's folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def new_run(folder):
    run_folder.write_run(folder, CapsNetConfig(), TrainingConfig())
    return folder


@pytest.mark.parametrize("epochs", [0, 1])
def test_a_run_killed_before_its_first_state_begins_anew(tmp_path, epochs):
    rows = [dict.fromkeys(HISTORY_FIELDS, 1)] * epochs
    write_history(new_run(tmp_path) / HISTORY, rows)
    run_checks.check_may_begin(tmp_path, CapsNetConfig(), TrainingConfig(), resume=True)


@pytest.mark.parametrize(
    ("before", "now", "presets"),
    [("relu", None, "notebook"), (None, "relu", "paper, .*"), ("elu", None, "there is none")],
)
def test_a_start_after_another_activation_is_refused(tmp_path, monkeypatch, before, now, presets):
    network = CapsNetConfig(primary_activation=before)
    monkeypatch.setattr(checkpoint_safety, "inspect", lambda path: network)
    start = TrainingConfig(start="first.keras")
    said = rf"{now!r}, to start.*first.keras, with {before!r}.* \({presets}\), .*=({before!r})\)"
    with pytest.raises(TrainingError, match=said):
        run_checks.check_may_begin(
            tmp_path, CapsNetConfig(primary_activation=now), start, resume=False
        )
    run_checks.check_may_begin(tmp_path, network, start, resume=False)
    assert not list(tmp_path.iterdir())


def test_progress_round_trip(tmp_path):
    told = Progress("running", epoch=2, epochs=4, step=5, steps=10, loss=0.25, seconds_left=None)
    run_folder.write_progress(tmp_path, told)
    read = run_folder.read_progress(tmp_path)
    assert (read.state, read.epoch, read.loss, read.seconds_left) == ("running", 2, 0.25, None)
    assert read.pid == os.getpid()
    assert time.time() - read.updated < 60
    assert read.share == pytest.approx((1 + 0.5) / 4)


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "[]",
        "{",
        "[" * 200_000,
        '{"state": "elsewhere"}',
        '{"steps": "4"}',
        '{"updated": "yesterday"}',
        '{"updated": null}',
        '{"finished": "3"}',
        '{"epochs": -5}',
        '{"epochs": [1]}',
        '{"images_per_second": NaN}',
        f'{{"epochs": {10**400}}}',
        '{"message": {"a": 1}}',
    ],
)
def test_damaged_progress_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / run_folder.PROGRESS).write_text(content)
    assert run_folder.read_progress(tmp_path) is None


def test_a_field_of_a_later_version_is_passed_over(tmp_path):
    (tmp_path / run_folder.PROGRESS).write_text(json.dumps({"state": "paused", "mood": "good"}))
    assert run_folder.read_progress(tmp_path).state == "paused"


def test_requests(tmp_path):
    assert run_folder.read_request(tmp_path) is None
    run_folder.request(tmp_path, "pause")
    assert run_folder.read_request(tmp_path) == "pause"
    run_folder.request(tmp_path, None)
    run_folder.request(tmp_path, None)
    assert run_folder.read_request(tmp_path) is None
    (tmp_path / run_folder.REQUEST).write_text("dance")
    assert run_folder.read_request(tmp_path) is None
    (tmp_path / run_folder.REQUEST).write_bytes("stop".encode("utf-16"))
    assert run_folder.read_request(tmp_path) is None


def test_a_second_trainer_is_refused_until_the_first_is_killed(tmp_path, holder):
    assert run_folder.live(tmp_path)
    with pytest.raises(TrainingError, match="no other trainer is using. Received: ") as raised:
        with run_folder.locked(tmp_path):
            pass
    assert "\n" not in str(raised.value)
    holder.kill()
    holder.wait()
    assert not run_folder.live(tmp_path)
    with run_folder.locked(tmp_path):
        assert run_folder.live(tmp_path)
    assert not run_folder.live(tmp_path)


def test_what_a_killed_trainer_left_half_written_is_removed(tmp_path):
    torn = [tmp_path / f".123-456.{name}" for name in (run_folder.LAST, "room")]
    for half in torn:
        half.write_text("half")
    others = [tmp_path / f".123-456.{run_folder.PROGRESS}", tmp_path / f"my.{run_folder.LAST}"]
    for other in others:
        other.write_text("someone may be writing it")
    with run_folder.locked(tmp_path):
        assert not any(half.exists() for half in torn)
    assert all(other.exists() for other in others)


def test_looking_at_a_lock_does_not_keep_a_trainer_out(tmp_path):
    (tmp_path / "lock").touch()
    done = threading.Event()

    def look():
        while not done.is_set():
            run_lock.is_held(tmp_path / "lock")

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(20):
            with run_lock.held(tmp_path / "lock") as ours:
                assert ours
    finally:
        done.set()
        watcher.join()


def test_two_who_look_do_not_see_each_other(tmp_path):
    (tmp_path / "lock").touch()
    with (tmp_path / "lock").open("rb") as look:
        run_lock._grab(look, alone=False)
        assert not run_lock.is_held(tmp_path / "lock")
    with run_lock.held(tmp_path / "lock"):
        assert run_lock.is_held(tmp_path / "lock")


def test_a_disk_that_knows_no_locks_is_not_a_trainer_at_work(tmp_path, monkeypatch):
    def refuse(file, alone=True):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(run_lock, "_grab", refuse)
    with pytest.raises(OSError, match="No locks"), run_folder.locked(tmp_path):
        pass
    assert not run_folder.live(tmp_path)


def test_a_request_from_while_it_starts_is_obeyed(tmp_path):
    run_folder.request(tmp_path, "pause")  # of an earlier trainer
    time.sleep(0.05)
    run_folder.write_progress(tmp_path, run_folder.Progress("starting"))
    run_folder.forget_old_request(tmp_path)
    assert run_folder.read_request(tmp_path) is None
    time.sleep(0.05)
    run_folder.request(tmp_path, "stop")
    with (
        pytest.raises(TrainingInterrupted, match="before its turn"),
        run_queue.waiting_for_turn(tmp_path),
    ):
        pass


@pytest.mark.parametrize("state", ["waiting", "running", "paused", "stopped"])
def test_a_stop_that_a_killed_trainer_did_not_hear_is_not_the_next_ones(tmp_path, state):
    run_folder.write_progress(tmp_path, run_folder.Progress(state))
    time.sleep(0.05)
    run_folder.request(tmp_path, "stop")
    with run_queue.waiting_for_turn(tmp_path):
        assert run_folder.read_request(tmp_path) is None


def test_a_trainer_forgets_what_was_asked_of_an_earlier_one(tmp_path):
    run_folder.request(tmp_path, "stop")
    with run_folder.locked(tmp_path):
        assert run_folder.read_request(tmp_path) is None


def test_an_unwritable_folder_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match="Expected a folder that can be written"):
        with run_folder.locked(tmp_path / "file" / "run"):
            pass


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (TrainingError("no good"), "failed"),
        (TrainingInterrupted("as asked"), "stopped"),
        (KeyboardInterrupt(), "stopped"),
        (MemoryError(), "failed"),
    ],
)
def test_how_a_run_ended_is_recorded(tmp_path, error, state):
    with pytest.raises(type(error)), run_folder.ended(tmp_path):
        run_folder.write_progress(tmp_path, Progress("running"))
        raise error
    progress = run_folder.read_progress(tmp_path)
    assert progress.state == state
    assert progress.message == (str(error) or type(error).__name__)


def test_the_end_of_another_process_is_not_recorded(tmp_path):
    finished = {"state": "finished", "pid": os.getpid(), "message": "before"}
    (tmp_path / run_folder.PROGRESS).write_text(json.dumps(finished))
    with pytest.raises(TrainingError), run_folder.ended(tmp_path):
        raise TrainingError("this folder holds a run")
    assert run_folder.read_progress(tmp_path).state == "finished"
