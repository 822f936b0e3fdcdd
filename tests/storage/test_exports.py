"""Exports for browsers, beside their checkpoint: whole or not at all, and of no other network."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil

import keras
import numpy as np
import pytest

from capsnet.config import MAX_ROUNDS
from capsnet.network.export import runner
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints, exports


@pytest.fixture(scope="module")
def made(small_model, images, tmp_path_factory):
    """A checkpoint and its export; tests copy it."""
    path = tmp_path_factory.mktemp("exported") / "small.keras"
    checkpoints.save(small_model, path)
    return path, exports.make(images, path)


@pytest.fixture
def copied(made, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(made[0].parent, tmp_path / "copy")
    return tmp_path / "copy" / "small.keras"


def test_an_export_lies_beside_its_checkpoint_and_is_found_again(made, images):
    path, export = made
    assert export.folder.parent == path.parent / ".exports"
    assert exports.find(path) == export == exports.make(images, path)
    assert [each.name for each in (path.parent / ".exports").iterdir()] == [export.folder.name]


def test_it_answers_as_the_network_does(made, small_model, images):
    run = runner(made[1].path("encoder"), "litert")
    outputs = run({"images": images[:1], "silenced": np.zeros((1, 6, 6, 2), np.float32)})
    expected = small_model.trace(images[:1], MAX_ROUNDS)
    np.testing.assert_allclose(outputs["lengths"], expected.lengths, atol=1e-3)


def test_the_probe_is_what_keras_computes_of_a_picture_that_browsers_make(made, small_model):
    picture = exports.probe_image((28, 28, 1))
    assert picture.flat[3] == np.float32((3 * 37 % 101) / 100)
    traced = small_model.trace(picture, MAX_ROUNDS)
    np.testing.assert_allclose(made[1].probe["lengths"], traced.lengths[:, 0], atol=1e-6)
    rows = traced.reconstruction[0].mean((1, 2))
    np.testing.assert_allclose(made[1].probe["drawing"], rows, atol=1e-6)


def test_it_is_run_without_keras_and_answers_as_that_does(made, small_model, images):
    network = exports.open_natively(made[1], made[0])
    traced = small_model.trace(images)
    np.testing.assert_allclose(network.digit_capsules(images), traced.digit_capsules[-1], atol=1e-3)
    answer = network.answer(images[1:2])
    np.testing.assert_allclose(answer.lengths, traced.lengths[-1, 1], atol=1e-3)
    np.testing.assert_allclose(answer.digit_capsules, traced.digit_capsules[-1, 1], atol=1e-3)
    np.testing.assert_allclose(
        answer.drawings[answer.lengths.argmax()], traced.reconstruction[1], atol=4e-3
    )
    drawn = network.decode(traced.digit_capsules[-1], np.array([3, 1, 4]))
    expected = small_model.decode(traced.digit_capsules[-1], np.array([3, 1, 4]))
    np.testing.assert_allclose(drawn, expected, atol=4e-3)


def test_its_trace_has_what_the_networks_has(made, small_model, images):
    network = exports.open_natively(made[1], made[0])
    expected = small_model.trace(images[:1])
    for name, array in vars(network.trace(images[:1])).items():
        np.testing.assert_allclose(array, getattr(expected, name), atol=4e-3, err_msg=name)


def test_it_names_its_decoder_by_the_weights(made, small_model, small_config):
    assert made[1].decoder == exports.decoder_id(small_model)
    assert exports.decoder_id(CapsNet(small_config)) != made[1].decoder


@pytest.mark.parametrize("part", exports.PARTS)
def test_another_networks_file_under_the_same_name_is_not_run(
    copied, images, small_config, tmp_path, part
):
    keras.utils.set_random_seed(2)
    other = tmp_path / "other.keras"
    checkpoints.save(CapsNet(small_config), other)
    found = exports.find(copied)
    shutil.copy(exports.make(images, other).path(part), found.path(part))
    with pytest.raises(exports.ExportError, match=f"the {part} that was exported"):
        exports.open_natively(found, copied)


def test_one_that_answers_otherwise_than_keras_did_is_not_used(made):
    probe = {**made[1].probe, "drawing": [0.9] * 28}
    with pytest.raises(exports.ExportError, match="answers as Keras does"):
        exports.open_natively(dataclasses.replace(made[1], probe=probe), made[0])


def test_a_file_that_is_no_export_is_not_run(copied):
    found = exports.find(copied)
    found.path("encoder").write_bytes(b"nothing")
    identity = hashlib.sha256(b"nothing").hexdigest()
    found = dataclasses.replace(found, files={"encoder": (identity, 7)})
    with pytest.raises(exports.ExportError, match="LiteRT can run"):
        exports.open_natively(found, copied)
    exports.discard(found)
    assert exports.find(copied) is None


def test_another_network_under_the_same_name_has_no_export_yet(copied, small_config):
    assert exports.find(copied) is not None
    keras.utils.set_random_seed(1)
    checkpoints.save(CapsNet(small_config), copied)
    assert exports.find(copied) is None


def test_other_source_has_no_export_yet(copied, monkeypatch):
    monkeypatch.setattr(exports, "_sources", lambda: "changed")
    assert exports.find(copied) is None


@pytest.mark.parametrize("damage", ["truncated", "missing", "manifest"])
def test_a_damaged_export_counts_as_none_and_is_made_anew(copied, images, damage):
    whole = exports.find(copied)
    if damage == "truncated":
        whole.path("decoder").write_bytes(whole.path("decoder").read_bytes()[:-1])
    elif damage == "missing":
        whole.path("encoder").unlink()
    else:
        (whole.folder / exports.MANIFEST).write_text("{")
    assert exports.find(copied) is None
    assert exports.make(images, copied).files.keys() == whole.files.keys()
    assert exports.find(copied) is not None


def test_an_export_that_fails_leaves_nothing(copied, images, monkeypatch):
    shutil.rmtree(copied.parent / ".exports")
    monkeypatch.setattr(exports, "LARGEST_ERROR", {"lengths": -1.0})
    with pytest.raises(exports.ExportError, match="answers as Keras does"):
        exports.make(images, copied)
    assert list((copied.parent / ".exports").iterdir()) == []


def test_where_nothing_can_be_written_the_users_cache_is_taken(copied, images, tmp_path):
    shutil.rmtree(copied.parent / ".exports")
    (copied.parent / ".exports").write_text("no folder can be made here")
    export = exports.make(images, copied)
    assert export.folder.parent == tmp_path / "cache" / "capsnet" / "exports"
    assert exports.find(copied) == export


def test_only_the_newest_exports_are_kept(copied, monkeypatch):
    folder = copied.parent / ".exports"
    own = exports.find(copied).folder
    for k in range(6):
        shutil.copytree(own, folder / f"other-{k}")
    exports._forget_old(folder)
    assert len(list(folder.iterdir())) == exports.KEPT
