"""Files of unknown origin: whatever they name, nothing of it runs, and one sentence says why."""

import io
import json
import zipfile

import h5py
import keras
import numpy as np
import pytest

from capsnet.errors import CheckpointError
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoint_safety, checkpoints


@pytest.fixture(scope="module")
def saved(small_model, tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoints") / "small.keras"
    checkpoints.save(small_model, path)
    return path


def rewritten(saved, path, members):
    """A copy of a checkpoint with members replaced or added."""
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as target:
        for name in {**dict.fromkeys(source.namelist()), **members}:
            content = members.get(name)
            target.writestr(name, source.read(name) if content is None else content)
    return path


def config_of(saved):
    with zipfile.ZipFile(saved) as archive:
        return json.loads(archive.read("config.json"))


def refusal(path):
    with pytest.raises(CheckpointError) as raised:
        checkpoints.load(path)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_member_is_one_sentence(saved, tmp_path, compression):
    with zipfile.ZipFile(saved) as archive:
        config = archive.read("config.json")
    path = tmp_path / "damaged.keras"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("config.json", config)
        where = archive.getinfo("config.json").header_offset + 30 + len("config.json") + 12
    raw = bytearray(path.read_bytes())
    raw[where : where + 20] = bytes(255 - byte for byte in raw[where : where + 20])
    path.write_bytes(raw)
    assert "truncated" in refusal(path)


def test_ours_is_read(saved, small_config):
    assert checkpoint_safety.inspect(saved) == small_config


def test_a_lambda_layer_is_never_built(tmp_path):
    ran = tmp_path / "ran"
    mark = str(ran)
    run = keras.layers.Lambda(lambda x: (open(mark, "a").close(), x)[1], output_shape=(3,))
    model = keras.Sequential([keras.Input((3,)), run])
    model.save(tmp_path / "evil.keras")
    ran.unlink(missing_ok=True)
    assert "kind 'Sequential'" in refusal(tmp_path / "evil.keras")
    assert not ran.exists()


CALLS = {
    "module": "os",
    "class_name": "function",
    "config": "mkdir",
    "registered_name": "mkdir",
}


@pytest.mark.parametrize("place", ["primary_activation", "conv_filters", "decoder_units", "loop"])
def test_an_object_in_our_own_config_is_refused(saved, tmp_path, place):
    config = config_of(saved)
    config["config"]["config"][place] = [CALLS] if place == "decoder_units" else CALLS
    path = rewritten(saved, tmp_path / "evil.keras", {"config.json": json.dumps(config)})
    assert f"(Expected {place} " in refusal(path)


def test_other_keys_beside_our_config_are_passed_over(saved, tmp_path, small_config):
    config = config_of(saved)
    config["compile_config"] = {"optimizer": CALLS}
    config["build_config"] = CALLS
    config["module"] = "os"
    path = rewritten(saved, tmp_path / "odd.keras", {"config.json": json.dumps(config)})
    assert checkpoints.load(path).config == small_config


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"primary_activation": "exec"}, "primary_activation to be one of"),
        ({"conv_filters": 90_000}, "a network of at most"),
        ({"decoder_units": [99_999, 99_999]}, "a network of at most"),
        ({"decoder_units": [1] * 50}, "a network of at most"),
        ({"conv_filters": 10**12}, "conv_filters of at most 100,000"),
        ({"conv_filters": True}, "conv_filters to be a whole number"),
        ({"class_names": ["x" * 61, *"abcdefghi"]}, "a name of at most 60 printable"),
        ({"class_names": ["\x1b[2J", *"abcdefghi"]}, "a name of at most 60 printable"),
        ({"primary_stride": 0}, "cannot be built here"),
        ({"W_stddev": float("nan")}, "W_stddev to be a finite number"),
        ({"image_shape": [28, 28]}, "cannot be built here"),
        ({"rounds": 99}, "rounds"),
        ({"digit_dim": 0}, "at least 1"),
    ],
)
def test_a_network_out_of_bounds_is_refused(saved, tmp_path, changed, said):
    config = config_of(saved)
    config["config"]["config"].update(changed)
    path = rewritten(saved, tmp_path / "large.keras", {"config.json": json.dumps(config)})
    assert said in refusal(path)


def test_other_members_are_refused(saved, tmp_path):
    path = rewritten(saved, tmp_path / "more.keras", {"assets/../../evil.py": b"print(1)"})
    assert "other things in it: assets/../../evil.py" in refusal(path)


def test_a_bomb_is_refused_before_it_is_unpacked(saved, tmp_path, monkeypatch):
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(config_of(saved)))
        archive.writestr("model.weights.h5", bytes(20_000_000))
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(checkpoint_safety, "LARGEST_UNPACKED", 10_000_000)
    assert "unpacks to 20,0" in refusal(path)


def test_a_large_file_is_refused_unread(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint_safety, "LARGEST_FILE", 1000)
    assert "more than 1,000" in refusal(saved)


def with_weights(saved, tmp_path, alter):
    with zipfile.ZipFile(saved) as archive:
        buffer = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(buffer, "r+") as file:
        alter(file)
    return rewritten(saved, tmp_path / "w.keras", {"model.weights.h5": buffer.getvalue()})


def test_links_out_of_the_file_are_refused(saved, tmp_path):
    def alter(file):
        file["elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")

    assert "weights are links" in refusal(with_weights(saved, tmp_path, alter))


def test_a_circle_of_groups_is_refused(saved, tmp_path):
    def alter(file):
        file.create_group("down")["up"] = file["/"]

    assert "in a circle" in refusal(with_weights(saved, tmp_path, alter))


def test_outside_storage_is_refused(saved, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(80))

    def alter(file):
        file.create_dataset("read", (10,), "f8", external=[(str(secret), 0, 80)])

    assert "not plain arrays" in refusal(with_weights(saved, tmp_path, alter))


def test_an_array_that_claims_to_be_huge_is_refused(saved, tmp_path):
    def alter(file):
        file.create_dataset("huge", (10**7, 10**5), "f4", chunks=(1000, 1000))

    assert "too large" in refusal(with_weights(saved, tmp_path, alter))


def test_weights_of_another_size_are_refused(saved, tmp_path):
    config = config_of(saved)
    config["config"]["config"]["conv_filters"] = 9
    path = rewritten(saved, tmp_path / "other.keras", {"config.json": json.dumps(config)})
    assert "not of the network" in refusal(path)


def test_the_shipped_network_is_within_the_bounds(shipped):
    assert checkpoint_safety.inspect(checkpoints.SHIPPED) == shipped.config
    assert np.isfinite(shipped.get_weights()[0]).all()


def test_the_shapes_of_all_weights_are_known(small_model, small_config, shipped):
    for model in (small_model, shipped):
        shapes = sorted(tuple(w.shape) for w in model.weights)
        assert model.config.weight_shapes == shapes


def test_weights_that_are_no_numbers_are_refused(small_config, tmp_path):
    model = CapsNet(small_config)
    model.set_weights([w * np.nan for w in model.get_weights()])
    checkpoints.save(model, tmp_path / "nan.keras")
    assert "not all numbers" in refusal(tmp_path / "nan.keras")


def test_an_array_in_chunks_is_refused_unread(saved, tmp_path):
    """One chunk of a small array may unpack to gigabytes."""

    def alter(file):
        file.create_dataset("bias", (8,), "f4", maxshape=(None,), chunks=(2**29,), compression=9)

    assert "weights are in chunks" in refusal(with_weights(saved, tmp_path, alter))


@pytest.mark.parametrize("kind", [OverflowError, MemoryError, AttributeError])
def test_whatever_a_damaged_file_raises_is_one_sentence(saved, monkeypatch, kind):
    def damaged(*arguments, **options):
        raise kind("Python int too large to convert to C ssize_t")

    monkeypatch.setattr(h5py, "File", damaged)
    assert "(Python int too large to convert to C ssize_t)" in refusal(saved)
