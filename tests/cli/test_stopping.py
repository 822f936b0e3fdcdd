"""A command that is ended by a signal, or by a reader that has seen enough."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from capsnet.cli import main, stopping
from capsnet.data.bundled import load_bundled
from capsnet.training import run_folder

ROOT = Path(__file__).parents[2]
CAPSNET = [sys.executable, "-m", "capsnet"]

TINY = """
import sys
from capsnet import config, presets
from capsnet.cli import main

network = config.CapsNetConfig(
    conv_filters=8, primary_maps=2, decoder_units=(16, 32), compile_routing=False
)
presets.PRESETS["tiny"] = presets.Preset("For tests.", network)
sys.exit(main())
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_keeps_the_network_and_says_so_as_control_c_does(name, tmp_path):
    folder, number = tmp_path / "run", getattr(signal, name)
    options = ["--preset", "tiny", "--dataset", "bundled", "--epochs", "99", "--out", str(folder)]
    command = [sys.executable, "-c", TINY, "train", *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            for line in process.stdout:
                if line.startswith("Epoch 1/"):
                    break
            process.send_signal(number)
            time.sleep(0.2)
            process.send_signal(signal.SIGTERM)  # some senders send more than one
            _, said = process.communicate(timeout=240)
        finally:
            process.kill()
    assert process.returncode == 128 + number
    assert "Traceback" not in said
    assert said.strip().startswith("Stopped. The network as it was is in")
    assert "--resume goes on after epoch" in said
    assert run_folder.read_progress(folder).state == "stopped"
    assert (folder / run_folder.INTERRUPTED).is_file()


@pytest.fixture(autouse=True)
def usual_signals():
    """As a shell starts a process: a test runner's worker has handlers of its own."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in stopping.STOPPING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_that_is_ignored_stays_so():
    """As under nohup; and what was there before is there again afterwards."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping.as_ctrl_c() as stop:
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert stop.status == 130
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.fixture
def restored():
    """What signals do in this process, which is not to end."""
    before = {number: signal.getsignal(number) for number in stopping.STOPPING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_second_signal_does_not_cut_short_what_the_first_began(restored):
    saved = False
    with stopping.as_ctrl_c() as stop:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGHUP)
        saved = True
    signal.raise_signal(signal.SIGTERM)  # nor the process's last moments
    assert saved
    assert stop.status == 143


@pytest.fixture
def digit(tmp_path):
    path = tmp_path / "digit.png"
    Image.fromarray(load_bundled()[:1].pixels()[0, ..., 0] * 255).convert("L").save(path)
    return path


@pytest.mark.parametrize("is_buffered", [True, False])
@pytest.mark.parametrize("command", ["predict", "--help"])
def test_a_reader_that_has_seen_enough_is_no_error(command, is_buffered, digit):
    """As `capsnet evaluate | head` and `capsnet --help | head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    arguments = ["predict", "--whole", str(digit)] if command == "predict" else [command]
    try:
        done = subprocess.run(
            [*CAPSNET, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "" if is_buffered else "1"},
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=240,
        )
    finally:
        os.close(writer)
    assert done.stderr == ""
    assert done.returncode == (141 if command == "predict" else 0)


def test_a_blank_picture_is_refused_as_it_is_too(tmp_path, capsys):
    """The network reads a blank sheet as a 1 of 0.8."""
    faint, speck = tmp_path / "faint.png", tmp_path / "speck.png"
    sheet = Image.new("L", (28, 28))
    sheet.putpixel((3, 4), 20)
    sheet.save(faint)
    large = Image.new("L", (2800, 2800), 255)
    large.paste(0, (1000, 1000, 1012, 1012))
    large.save(speck)
    for picture in (faint, speck):
        assert main(["predict", "--whole", str(picture)]) == 1
        assert "no ink in" in capsys.readouterr().err
