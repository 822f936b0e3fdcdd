"""`python -m capsnet import`: other people's weights become a checkpoint, or nothing is written."""

import re

import h5py
import numpy as np
import pytest

from capsnet.cli import main
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints


@pytest.fixture(scope="module")
def keras_file(tmp_path_factory):
    """The shipped network as CapsNet-Keras would save its weights."""
    shipped = checkpoints.load()
    path = tmp_path_factory.mktemp("foreign") / "trained_model.h5"
    layers = {"conv1/conv1": shipped.conv1, "primarycap_conv2d/p": shipped.primary_capsules.conv}
    layers |= {
        f"decoder/dense_{n}": layer for n, layer in enumerate(shipped.decoder.dense_layers())
    }
    with h5py.File(path, "w") as file:
        for name, layer in layers.items():
            file[f"{name}/kernel:0"] = layer.kernel.numpy()
            file[f"{name}/bias:0"] = layer.bias.numpy()
        W = shipped.digit_capsules.W.numpy()
        file["digitcaps/digitcaps/W:0"] = W.transpose(1, 0, 2, 3)
    return path


def test_it_says_how_the_network_reads_digits(keras_file, tmp_path, capsys):
    out = tmp_path / "mine.keras"
    assert main(["import", str(keras_file), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Layout capsnet-keras" in said and re.search(
        r"It reads 99\.\d0% of 1,000 bundled digits", said
    )
    digits = load_bundled()[:3].pixels()
    imported, shipped = checkpoints.load(out), checkpoints.load()
    np.testing.assert_allclose(
        imported.trace(digits).lengths, shipped.trace(digits).lengths, atol=1e-5
    )


def test_rounds_and_activation_overrule_the_layout(keras_file, tmp_path):
    out = tmp_path / "mine.keras"
    options = ["--rounds", "1", "--primary-activation", "relu"]
    assert main(["import", str(keras_file), "--out", str(out), *options]) == 0
    config = checkpoints.check(out)
    assert (config.rounds, config.primary_activation) == (1, "relu")


def test_nothing_is_written_of_what_is_no_network(tmp_path, capsys):
    (tmp_path / "model.pt").write_bytes(b"PK\x03\x04" + bytes(100))
    out = tmp_path / "mine.keras"
    assert main(["import", str(tmp_path / "model.pt"), "--out", str(out)]) == 1
    assert "a pickle, as PyTorch's .pt is" in capsys.readouterr().err
    assert not out.exists()
    out.write_bytes(b"something else")
    assert main(["import", str(tmp_path / "model.pt"), "--out", str(out)]) == 1
    assert "which exists" in capsys.readouterr().err and out.read_bytes() == b"something else"
