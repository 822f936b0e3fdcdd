import io
import sys

from capsnet.training.callbacks.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def bar_after(steps_done, stream, seconds_a_step, monkeypatch, steps=20):
    """Let a bar see some steps of the first of three epochs, on a clock of our own."""
    now = 100.0
    monkeypatch.setattr("capsnet.training.callbacks.progress.time.monotonic", lambda: now)
    bar = ProgressBar(batch_size=50, stream=stream)
    bar.set_params({"steps": steps, "epochs": 3})
    bar.on_epoch_begin(0)
    for step in range(steps_done):
        now += seconds_a_step
        bar.on_train_batch_end(step, {"loss": 0.5, "lengths_accuracy": 0.875})
    return stream.getvalue()


def test_time_left_and_images_per_second(monkeypatch):
    line = bar_after(10, io.StringIO(), 2.0, monkeypatch).splitlines()[-1]
    assert line == (
        "Epoch 1/3 [############............] 10/20  loss 0.5000  accuracy 87.50%  "
        "25 images/s  0:20 left, 1:40 in all"
    )


def test_hours_are_shown_when_there_are_any(monkeypatch):
    line = bar_after(2, io.StringIO(), 600.0, monkeypatch).splitlines()[-1]
    assert line.endswith("3:00:00 left, 9:40:00 in all")


def test_a_file_gets_a_line_every_tenth_of_an_epoch(monkeypatch):
    lines = bar_after(20, io.StringIO(), 1.0, monkeypatch).splitlines()
    assert len(lines) == 10
    assert "[########################] 20/20" in lines[-1]


def test_a_terminal_gets_one_line_redrawn(monkeypatch):
    written = bar_after(20, Terminal(), 1.0, monkeypatch)
    assert written.count("\r") == 20
    assert written.count("\n") == 1
    assert written.endswith("\n")


def test_a_narrow_terminal_is_not_filled(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = bar_after(20, Terminal(), 1.0, monkeypatch).split("\r")
    assert max(len(line.replace("\x1b[K", "").rstrip("\n")) for line in lines) == 59


def test_a_terminal_is_not_redrawn_faster_than_it_can_be_read(monkeypatch):
    written = bar_after(20, Terminal(), 0.05, monkeypatch)
    assert written.count("\r") < 7
    assert "20/20" in written  # the last step is always drawn


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    assert bar_after(20, Full(), 1.0, monkeypatch) == ""


def test_without_a_console_nothing_is_drawn(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    bar = ProgressBar(batch_size=10)
    bar.set_params({"steps": 1, "epochs": 1})
    bar.on_epoch_begin(0)
    bar.on_train_batch_end(0, {})
