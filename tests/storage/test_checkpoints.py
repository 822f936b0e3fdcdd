import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from capsnet.errors import CheckpointError
from capsnet.storage import checkpoints, model_card
from capsnet.storage.atomic_files import write_json

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def saved(small_model, tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoints") / "small.keras"
    checkpoints.save(small_model, path)
    return path


def refusal(path):
    """The message of a checkpoint that cannot be loaded: one line that names the file."""
    with pytest.raises(CheckpointError) as raised:
        checkpoints.load(path)
    message = str(raised.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_round_trip(small_model, saved, images):
    loaded = checkpoints.load(saved)
    assert loaded.config == small_model.config
    for name, expected in small_model(images).items():
        np.testing.assert_array_equal(loaded(images)[name], expected)


def test_weights_are_saved_by_the_names_of_the_shipped_file(saved):
    """Else networks that this version writes would be none to those who have an earlier one."""
    assert names_of_weights(saved) == names_of_weights(checkpoints.SHIPPED)


def names_of_weights(path):
    names = set()
    with zipfile.ZipFile(path) as package, package.open("model.weights.h5") as weights:
        with h5py.File(io.BytesIO(weights.read())) as file:
            file.visititems(lambda name, item: names.add(name) if hasattr(item, "shape") else None)
    return names


def test_a_network_computed_in_bfloat16_loads_in_float32(small_config, small_model, tmp_path):
    from capsnet.network.model import CapsNet

    model = CapsNet(small_config, conv_dtype="bfloat16")
    model.set_weights(small_model.get_weights())
    assert model.conv1.compute_dtype == "bfloat16"
    checkpoints.save(model, tmp_path / "saved.keras")
    loaded = checkpoints.load(tmp_path / "saved.keras")
    assert loaded.conv1.compute_dtype == "float32"
    assert loaded.primary_capsules.conv.compute_dtype == "float32"
    for weight, expected in zip(loaded.get_weights(), small_model.get_weights(), strict=True):
        assert weight.dtype == np.float32
        np.testing.assert_array_equal(weight, expected)


def test_a_compiled_model_is_saved_without_its_optimizer(small_run, saved):
    assert abs(small_run.best.stat().st_size - saved.stat().st_size) < 5000


def test_missing(tmp_path):
    message = refusal(tmp_path / "none.keras")
    assert "no such file" in message
    assert "python -m capsnet train" in message


def test_truncated(saved, tmp_path):
    path = tmp_path / "half.keras"
    path.write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    assert "truncated" in refusal(path)


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x89HDF\r\n\x1a\n" + bytes(100)])
def test_not_a_zip(content, tmp_path):
    path = tmp_path / "other.keras"
    path.write_bytes(content)
    assert "another kind" in refusal(path)


def test_foreign_keras_model(tmp_path):
    path = tmp_path / "foreign.keras"
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save(path)
    assert "a Keras model of the kind 'Sequential'" in refusal(path)


def rewritten(saved, path, **changed):
    """A copy of a checkpoint with some of its members replaced, or left out (None)."""
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = changed.get(name.split(".")[0], source.read(name))
            if content is not None:
                target.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "changed",
    [{"config": None}, {"config": b"[]"}, {"config": b"{"}, {"model": None}, {"model": b"junk"}],
)
def test_damaged_inside(saved, tmp_path, changed):
    assert "Received: a " in refusal(rewritten(saved, tmp_path / "damaged.keras", **changed))


def test_a_config_of_another_version(saved, tmp_path):
    with zipfile.ZipFile(saved) as archive:
        config = json.loads(archive.read("config.json"))
    config["config"]["config"]["capsule_count"] = 3
    path = rewritten(saved, tmp_path / "other.keras", config=json.dumps(config))
    assert "capsule_count" in refusal(path)


def test_a_card_lies_beside_its_checkpoint(tmp_path):
    checkpoint = tmp_path / "some.keras"
    write_json(tmp_path / "some.json", {"epochs": 3})
    assert model_card.read_card(checkpoint) == {"epochs": 3}


@pytest.mark.parametrize("content", [None, "{", "[]", "[" * 200_000])
def test_a_missing_or_broken_card(tmp_path, content):
    if content:
        (tmp_path / "some.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"Expected a model card at .*some\.json"):
        model_card.read_card(tmp_path / "some.keras")


def test_epochs_are_counted_through_all_runs():
    first = {"best_epoch": 8, "epochs": 9, "start": None}
    second = {"best_epoch": 6, "epochs": 7, "start": {"file": "first.keras", "card": first}}
    assert model_card.epochs_trained({"best_epoch": 3, "start": {"card": second}}) == 17
    assert model_card.epochs_trained({"best_epoch": 3, "start": {"file": "x", "card": None}}) == 3
    assert model_card.epochs_trained({"best_epoch": 3}) == 3


def test_a_folder_is_told_from_a_missing_file_and_its_networks_are_named(small_run, tmp_path):
    with pytest.raises(CheckpointError, match=r"a folder; name the file in it, .*best\.keras"):
        checkpoints.check(small_run.folder)
    with pytest.raises(CheckpointError, match=r"Received: a folder without any \.keras file"):
        checkpoints.check(tmp_path)


@pytest.mark.parametrize(
    "line",
    ["import capsnet; capsnet.load()", "from capsnet.storage import checkpoints as c; c.load()"],
)
def test_a_network_is_loaded_in_python_without_tensorflows_noise(line):
    """A process of its own: here TensorFlow is loaded already."""
    quiet = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    done = subprocess.run(
        [sys.executable, "-c", line],
        cwd=ROOT,
        env=quiet,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
