"""Runs take turns: who waits, for whom, and what ends a waiting."""

import errno
import threading
import time

import pytest

from capsnet.config import CapsNetConfig
from capsnet.errors import TrainingError, TrainingInterrupted
from capsnet.training import run_folder, run_queue
from capsnet.training.run_folder import Progress
from capsnet.training_config import TrainingConfig


def new_run(folder):
    run_folder.write_run(folder, CapsNetConfig(), TrainingConfig())
    return folder


class Waiting(threading.Thread):
    """A run that waits for its turn, and works until it is told to end."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.at_work, self.end = folder, threading.Event(), threading.Event()
        self.said, self.error = [], None

    def run(self):
        try:
            with (
                run_queue.waiting_for_turn(self.folder, self.said.append),
                run_folder.locked(self.folder),
            ):
                self.at_work.set()
                self.end.wait(60)
        except TrainingInterrupted as error:
            self.error = error

    def wait_for(self, state):
        deadline = time.monotonic() + 30
        while (p := run_folder.read_progress(self.folder)) is None or p.state != state:
            assert time.monotonic() < deadline, p
            time.sleep(0.02)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(run_queue, "LOOK", 0.02)


def test_a_line_that_cannot_be_written_ends_no_waiting(tmp_path):
    def full(line):
        heard.append(line)
        first.end.set()
        raise OSError(errno.ENOSPC, "No space left on device")

    heard, first, second = [], *(Waiting(new_run(tmp_path / name)) for name in ("a", "b"))
    first.start()
    assert first.at_work.wait(10)
    with run_queue.waiting_for_turn(second.folder, full):
        assert run_folder.read_progress(second.folder).state == "starting"
    assert heard == ["Waiting for a."]


def test_runs_take_turns_in_the_order_they_came(tmp_path):
    one, two, three = (Waiting(new_run(tmp_path / name)) for name in ("c", "b", "a"))
    for thread in (one, two, three):
        thread.start()
        thread.wait_for("starting" if thread is one else "waiting")
        time.sleep(0.05)
    assert one.at_work.wait(10)
    assert run_queue.ahead(two.folder) == one.folder
    assert not two.at_work.wait(0.2)
    one.end.set()
    assert two.at_work.wait(10)
    assert not three.at_work.wait(0.2)
    two.end.set()
    assert three.at_work.wait(10)
    three.end.set()
    for thread in (one, two, three):
        thread.join(10)
        assert run_folder.read_progress(thread.folder).state == "finished"
        assert not run_folder.live(thread.folder)
    assert two.said == ["Waiting for c."]
    assert three.said == ["Waiting for c.", "Waiting for b."]


def test_a_run_started_by_hand_is_waited_for_too(tmp_path):
    by_hand = new_run(tmp_path / "by-hand")
    waiting = Waiting(new_run(tmp_path / "waiting"))
    with run_folder.locked(by_hand):
        waiting.start()
        waiting.wait_for("waiting")
        assert not waiting.at_work.wait(0.3)
    assert waiting.at_work.wait(10)
    waiting.end.set()
    waiting.join(10)


def test_a_waiting_run_still_says_how_far_it_had_come(tmp_path):
    waiting = Waiting(new_run(tmp_path / "waiting"))
    before = Progress("stopped", epoch=3, epochs=5, step=7, steps=9, images_per_second=11.0)
    run_folder.write_progress(waiting.folder, before)
    with run_folder.locked(new_run(tmp_path / "other")):
        waiting.start()
        waiting.wait_for("waiting")
        told = run_folder.read_progress(waiting.folder)
        assert (told.epoch, told.epochs, told.step, told.steps) == (3, 5, 7, 9)
        run_folder.request(waiting.folder, "stop")
        waiting.join(10)


def test_a_waiting_run_can_be_stopped(tmp_path):
    waiting = Waiting(new_run(tmp_path / "waiting"))
    with run_folder.locked(new_run(tmp_path / "other")):
        waiting.start()
        waiting.wait_for("waiting")
        run_folder.request(waiting.folder, "stop")
        waiting.join(10)
    assert "before its turn" in str(waiting.error)
    assert run_folder.read_progress(waiting.folder).state == "stopped"


def test_a_folder_is_not_waited_in_twice(tmp_path):
    waiting = Waiting(new_run(tmp_path / "run"))
    waiting.start()
    assert waiting.at_work.wait(10)
    with (
        pytest.raises(TrainingError, match="at work or waits"),
        run_queue.waiting_for_turn(waiting.folder),
    ):
        pass
    assert run_folder.read_progress(waiting.folder).state == "starting"
    waiting.end.set()
    waiting.join(10)
