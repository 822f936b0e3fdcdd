"""Traces of many images in one file."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from capsnet.cli import main
from capsnet.cli.trace import chosen
from capsnet.data.bundled import load_bundled
from capsnet.network.trace import AXES, CapsNetTrace
from capsnet.storage import checkpoints, trace_files

ROOT = Path(__file__).parents[2]


def test_what_is_streamed_is_the_trace_of_all_at_once(small_model, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(trace_files, "BATCH", 3)
    pixels = digits[:8].pixels()
    written = trace_files.save_traces(small_model, pixels, tmp_path / "all.npz", rounds=2)
    streamed, whole = CapsNetTrace.load(written), small_model.trace(pixels, 2)
    for name in AXES:
        np.testing.assert_allclose(getattr(streamed, name), getattr(whole, name), atol=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["all.npz"]


def test_the_command_takes_pictures_indices_and_a_slice(small_run, tmp_path, capsys):
    own = ("--checkpoint", str(small_run.best), "--out", str(tmp_path / "some.npz"))
    kept = ("--arrays", "coupling,lengths,digit_capsules", "--rounds", "4")
    part = ("--dataset", "mnist", "--split", "validation")
    network, bundled = checkpoints.load(small_run.best), load_bundled()
    for written, which in (("10:33", np.arange(10, 33)), ("7,3", np.array([7, 3]))):
        assert main(["trace", *part, "--indices", written, *kept, *own]) == 0
        assert f"{len(which)} images, coupling, lengths" in capsys.readouterr().out
        arrays = np.load(tmp_path / "some.npz")
        assert set(arrays.files) == {"coupling", "lengths", "digit_capsules"}
        whole = network.trace(bundled[which].pixels(), 4)
        for name in arrays.files:
            np.testing.assert_allclose(arrays[name], getattr(whole, name), atol=1e-5)


@pytest.mark.parametrize("written", ["", "a", "5000", "-1", "4:4", "1:2:3:4", "1,,2", "9000:"])
def test_indices_beyond_what_there_is_are_reported(written):
    with pytest.raises(ValueError, match="of 5,000 images. Received: "):
        chosen(written, 5000)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Received: neither"),
        (("x.png", "--dataset", "mnist"), "Received: both"),
        (("x.png", "--arrays", "lengths,poses"), "Received: poses"),
    ],
)
def test_a_wrong_command_is_told_before_tensorflow_is_loaded(arguments, said, tmp_path, capsys):
    assert main(["trace", *arguments, "--out", str(tmp_path / "x.npz")]) == 1
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


MEMORY = """
import resource, sys
import numpy as np
from capsnet.config import CapsNetConfig
from capsnet.network.model import CapsNet
from capsnet.storage import trace_files

model = CapsNet(CapsNetConfig(conv_filters=16, decoder_units=(16,), compile_routing=False))
images = np.random.default_rng(0).random((int(sys.argv[2]), 28, 28, 1), np.float32)
trace_files.save_traces(model, images[:40], sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
trace_files.save_traces(model, images, sys.argv[1])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kB on Linux")
def test_memory_does_not_grow_with_the_number_of_images(tmp_path):
    """300 images of a network with the paper's capsules: 380 MB of arrays."""
    file = tmp_path / "many.npz"
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(file), "300"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert file.stat().st_size > 250e6
    assert float(done.stdout.split()[-1]) < 60
