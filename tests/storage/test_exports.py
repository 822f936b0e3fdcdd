"""Exports for browsers, beside their checkpoint: whole or not at all, and of no other network."""

from __future__ import annotations

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
    lengths = small_model.trace(picture, MAX_ROUNDS).lengths[:, 0]
    np.testing.assert_allclose(made[1].probe, lengths, atol=1e-6)


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
