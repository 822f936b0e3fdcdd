"""Where a run comes from: its images, what it started with, what computed it."""

import dataclasses
import hashlib
import json
import shutil

import keras
import pytest

from capsnet.data import images
from capsnet.data.bundled import load_bundled
from capsnet.errors import TrainingError
from capsnet.storage import checkpoints, model_card
from capsnet.training import provenance, provenance_keeping, publishing, run_folder, snapshots
from capsnet.training.history import read_ancestry
from capsnet.training.train import train
from capsnet.training_config import TrainingConfig


@pytest.fixture
def settings():
    return TrainingConfig(epochs=1, batch_size=50)


def test_the_machine_tells_its_accelerators_and_the_run_its_strategy(
    small_run, digits, tmp_path, monkeypatch
):
    plain = provenance_keeping.this_machine()
    monkeypatch.setattr(keras.distribution, "list_devices", lambda: ["cpu:0", "gpu:0", "gpu:1"])
    provenance_keeping.keep(tmp_path, digits[:1], digits[:1], None, "mirrored")
    told = provenance.read(tmp_path)
    assert (told["machine"], told["strategy"]) == (f"{plain}, gpu:0, gpu:1", "mirrored")
    assert provenance.read(small_run.folder)["strategy"] == "single"
    provenance_keeping.keep(
        tmp_path, digits[:1], digits[:1], None, "single", "/a/file.npz"
    )  # as it goes on
    now = provenance.read(tmp_path)
    assert now == {**told, "strategy": "single", "data": "/a/file.npz"}


def test_a_run_does_not_go_on_with_other_images(small_run, small_config, quick_training, digits):
    before = (small_run.folder / "history.csv").read_text()
    arguments = small_config, quick_training
    with pytest.raises(TrainingError, match=r"began with: 100 \(\w+\) and 100 .*: 50 \(") as e:
        train(*arguments, digits[:50], digits[100:], small_run.folder, resume=True)
    assert "--data or CAPSNET_DATA" in str(e.value)
    with pytest.raises(TrainingError, match="began with"):  # as many, but others
        train(*arguments, digits[1:101], digits[100:], small_run.folder, resume=True)
    assert (small_run.folder / "history.csv").read_text() == before


def test_an_older_run_without_a_record_goes_on(
    small_run, small_config, quick_training, digits, tmp_path
):
    folder = tmp_path / "older"
    shutil.copytree(small_run.folder, folder)
    (folder / provenance.PROVENANCE).unlink()
    run = train(small_config, quick_training, digits[:100], digits[100:], folder, resume=True)
    assert len(run.history) == 4
    assert provenance.read(folder)["images"] == provenance.read(small_run.folder)["images"]


@pytest.fixture
def family(small_run, tmp_path):
    """Two runs, neither published: the second started from the first's best network."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        shutil.copytree(small_run.folder, folder)
    network, training = run_folder.read_run(second)
    start = str(first / run_folder.BEST)
    run_folder.write_run(second, network, dataclasses.replace(training, start=start))
    recorded = provenance.read(second)
    of_start = hashlib.sha256((first / run_folder.BEST).read_bytes()).hexdigest()
    told = {**recorded, "start": of_start, "machine": "a loom", "libraries": {"python": "2.7"}}
    (second / provenance.PROVENANCE).write_text(json.dumps(told))
    return first, second


@pytest.fixture
def publish(mnist_file, tmp_path, monkeypatch):
    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    monkeypatch.setattr(publishing, "load_bundled", lambda: load_bundled()[:100])  # sooner
    return lambda run: publishing.publish(run, mnist_file, tmp_path / "out")


def test_the_card_tells_of_the_runs_before_though_none_was_published(family, publish):
    path = publish(family[1])
    written = model_card.read_card(path)
    assert (written["machine"], written["libraries"]) == ("a loom", {"python": "2.7"})
    assert model_card.start_of(written)["best_epoch"] == written["best_epoch"]
    assert model_card.epochs_trained(written) == 2 * written["best_epoch"]
    assert [len(rows) for rows in read_ancestry(path)] == [4, 4]


def test_a_start_that_was_replaced_since_has_no_record(family, publish, small_model):
    checkpoints.save(small_model, family[0] / run_folder.BEST)
    path = publish(family[1])
    start = model_card.read_card(path)["start"]
    assert start == {"file": run_folder.BEST, "sha256": provenance.read(family[1])["start"]}
    assert [len(rows) for rows in read_ancestry(path)] == [4]


def test_runs_that_started_from_each_other_end(family, publish):
    network, training = run_folder.read_run(family[0])
    start = str(family[1] / run_folder.BEST)
    run_folder.write_run(family[0], network, dataclasses.replace(training, start=start))
    assert [len(rows) for rows in read_ancestry(publish(family[1]))] == [4, 4]


def test_a_run_at_work_is_not_published(small_run, tmp_path, publish):
    folder = tmp_path / "live"
    shutil.copytree(small_run.folder, folder)
    with run_folder.locked(folder), pytest.raises(TrainingError, match="not at work"):
        publish(folder)


@pytest.mark.parametrize("content", ["", "\0" * 300, "[]", '{"images": '])
def test_a_record_that_a_power_cut_has_spoilt_is_not_written_anew(digits, tmp_path, content):
    (tmp_path / provenance.PROVENANCE).write_text(content)
    with pytest.raises(TrainingError, match=r"as it began in .*provenance\.json\. Received: "):
        provenance_keeping.keep(tmp_path, digits[:1], digits[:1], None)
    assert (tmp_path / provenance.PROVENANCE).read_text() == content


def test_a_run_of_an_earlier_version_keeps_the_names_of_its_files(
    small_run, small_config, quick_training, digits, tmp_path
):
    folder = tmp_path / "run"
    shutil.copytree(small_run.folder, folder)
    now = [path.name for path in snapshots.pages(folder)]
    (folder / run_folder.SNAPSHOTS).rename(folder / "diary")
    (folder / provenance.PROVENANCE).rename(folder / "origin.json")
    assert [path.name for path in snapshots.pages(folder)] == now and len(now) == 7
    assert provenance.read(folder) == provenance.read(small_run.folder) != {}
    train(small_config, quick_training, digits[:100], digits[100:], folder, resume=True)
    assert not (folder / run_folder.SNAPSHOTS).exists()
    assert not (folder / provenance.PROVENANCE).exists()
