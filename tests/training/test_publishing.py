import dataclasses
import hashlib
import os
import platform
import shutil
import string

import keras
import numpy as np
import pytest

from capsnet.analysis import misclassified
from capsnet.analysis.evaluation import evaluate
from capsnet.config import CapsNetConfig
from capsnet.data import datasets, images
from capsnet.data.bundled import load_bundled
from capsnet.errors import CheckpointError, TrainingError
from capsnet.network.model import CapsNet
from capsnet.presets import PRESETS
from capsnet.storage import checkpoints, model_card
from capsnet.storage.atomic_files import sha256, write_json
from capsnet.training import (
    ancestry,
    averaging,
    provenance,
    provenance_keeping,
    publishing,
    run_folder,
)
from capsnet.training.history import HISTORY, read_ancestry, read_history
from capsnet.training_config import TrainingConfig


@pytest.fixture(scope="module")
def published(small_run, mnist_file, tmp_path_factory):
    """The checkpoint and the card of the small run."""
    folder = tmp_path_factory.mktemp("published") / "new"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "VALIDATION_SHARE", 6)
        patch.setattr(publishing, "load_bundled", lambda: load_bundled()[:500])  # sooner
        path = publishing.publish(small_run.folder, mnist_file, folder, machine="a desk calculator")
    return path, model_card.read_card(path)


def test_four_files_lie_side_by_side(published):
    path, _ = published
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "capsnet-mnist-history.csv",
        "capsnet-mnist-misread.json",
        "capsnet-mnist.json",
        "capsnet-mnist.keras",
    ]


def test_the_checkpoint_is_the_runs_best_network(published, small_run):
    path, written = published
    ours, best = (checkpoints.load(p).get_weights() for p in (path, small_run.best))
    for one, other in zip(ours, best, strict=True):
        np.testing.assert_array_equal(one, other)
    assert written["checkpoint"] == {
        "file": "capsnet-mnist.keras",
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def test_the_card_tells_how_it_was_trained(published, small_run, small_config, quick_training):
    path, written = published
    assert CapsNetConfig.from_dict(written["network"]) == small_config
    assert TrainingConfig.from_dict(written["training"]) == quick_training
    assert written["preset"] == "custom"
    assert written["epochs"] == len(small_run.history)
    losses = [row["val_loss"] for row in small_run.history]
    assert written["best_epoch"] == losses.index(min(losses)) + 1
    assert written["seed"] == quick_training.seed
    seconds = sum(row["seconds"] for row in small_run.history)
    assert written["training_seconds"] == pytest.approx(seconds, abs=0.1)
    assert written["machine"] == "a desk calculator"
    assert written["libraries"]["python"] == platform.python_version()
    assert written["libraries"]["keras"] == keras.__version__
    assert set(written["libraries"]) == {"python", "keras", "tensorflow", "numpy"}
    history = read_history(path.parent / written["history"])
    assert history == small_run.history


def test_the_card_tells_what_it_was_measured_on(published, mnist_file, small_run):
    _, written = published
    sizes = {name: written["data"][name] for name in ("train", "validation", "test")}
    assert sizes == {"train": 250, "validation": 50, "test": 50}
    expected = evaluate(checkpoints.load(small_run.best), datasets.load_split("test", mnist_file))
    assert written["test"]["confusion"] == expected.confusion
    assert written["test"]["margin_loss"] == pytest.approx(expected.margin_loss)
    assert written["test"]["reconstruction_error"] == pytest.approx(expected.reconstruction_error)
    assert written["validation"]["images"] == 50


def test_the_mistakes_are_of_the_bundled_digits(published):
    path, _ = published
    digits = load_bundled()[:500]
    lengths = checkpoints.load(path).predict(digits.pixels(), verbose=0)["lengths"]
    wrong = np.flatnonzero(lengths.argmax(-1) != digits.labels)
    assert [found.index for found in misclassified.read(path).misclassified] == wrong.tolist()


def test_histories_of_the_runs_before_lie_beside_it(small_run, mnist_file, tmp_path, monkeypatch):
    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    monkeypatch.setattr(publishing, "load_bundled", lambda: load_bundled()[:100])  # sooner
    first = publishing.publish(small_run.folder, mnist_file, tmp_path / "out")
    assert [len(rows) for rows in read_ancestry(first)] == [4]
    next_run = tmp_path / "next"
    shutil.copytree(small_run.folder, next_run)
    network, training = run_folder.read_run(next_run)
    copy = tmp_path / "a copy.keras"
    shutil.copy(first, copy)
    run_folder.write_run(next_run, network, dataclasses.replace(training, start=str(copy)))
    assert publishing.publish(next_run, mnist_file, tmp_path / "out") == first
    assert [len(rows) for rows in read_ancestry(first)] == [4, 4]
    assert model_card.read_card(first)["training"]["start"] == "a copy.keras"
    publishing.publish(small_run.folder, mnist_file, tmp_path / "out")  # which began anew
    assert [len(rows) for rows in read_ancestry(first)] == [4]


def test_a_run_published_once_more_keeps_what_it_began_from(
    small_run, mnist_file, tmp_path, monkeypatch
):
    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    monkeypatch.setattr(publishing, "load_bundled", lambda: load_bundled()[:100])  # sooner
    first = publishing.publish(small_run.folder, mnist_file, tmp_path / "out")
    next_run = tmp_path / "next"
    shutil.copytree(small_run.folder, next_run)
    network, training = run_folder.read_run(next_run)
    run_folder.write_run(next_run, network, dataclasses.replace(training, start=str(first)))
    write_json(next_run / provenance.PROVENANCE, {"start": sha256(first)})
    model = checkpoints.load(next_run / run_folder.BEST)
    model.set_weights([weights + 0.001 for weights in model.get_weights()])
    checkpoints.save(model, next_run / run_folder.BEST)
    for _ in range(2):  # the first time in the place of what it began from
        publishing.publish(next_run, mnist_file, tmp_path / "out")
        assert [len(rows) for rows in read_ancestry(first)] == [4, 4]
        assert model_card.start_of(model_card.read_card(first))["epochs"] == 4


def test_a_mean_of_networks_has_a_card_and_leads_on(small_run, mnist_file, tmp_path):
    later = tmp_path / "later"
    shutil.copytree(small_run.folder, later)
    network, training = run_folder.read_run(later)
    run_folder.write_run(later, network, dataclasses.replace(training, start=str(small_run.best)))
    model = checkpoints.load(small_run.best)
    first = model.get_weights()
    model.set_weights([w + 1 for w in first])
    checkpoints.save(model, later / run_folder.INTERRUPTED)

    files = [small_run.best, later / run_folder.INTERRUPTED]
    mean = averaging.average(files, tmp_path / "new" / "mean.keras")
    for one, other in zip(checkpoints.load(mean).get_weights(), first, strict=True):
        np.testing.assert_allclose(one, other + 0.5, atol=1e-6)
    written = model_card.read_card(mean)
    assert written["start"]["file"] == run_folder.INTERRUPTED
    assert written["training"] == {"dataset": training.dataset}
    (other,) = written["averaged_with"]
    assert other["sha256"] == hashlib.sha256(small_run.best.read_bytes()).hexdigest()
    best = next(row["epoch"] for row in reversed(small_run.history) if row["best"])
    assert model_card.epochs_trained(written) == 4 + best  # all that came before it was stopped
    assert [len(rows) for rows in read_ancestry(mean)] == [4, 4]

    run_folder.write_run(later, network, dataclasses.replace(training, start=str(mean)))
    record, before = ancestry.started_from(later, tmp_path / "none.keras")
    assert record["card"] == written
    assert [len(rows) for rows in before] == [4, 4]


def test_only_networks_of_one_kind_have_a_mean(small_run, small_config, tmp_path):
    other = tmp_path / "other.keras"
    checkpoints.save(CapsNet(dataclasses.replace(small_config, decoder_units=(8, 8))), other)
    with pytest.raises(CheckpointError, match="weight_shapes"):
        averaging.average([other, small_run.best], tmp_path / "mean.keras")
    checkpoints.save(CapsNet(dataclasses.replace(small_config, rounds=1)), other)
    with pytest.raises(CheckpointError, match="last one's rounds, 3. Received: 1"):
        averaging.average([other, small_run.best], tmp_path / "mean.keras")
    for files in ([other], [other, other]):
        with pytest.raises(ValueError, match="at least two checkpoints, and another file"):
            averaging.average(files, other)
    with pytest.raises(ValueError, match="another place than the shipped"):
        averaging.average([other, small_run.best], checkpoints.SHIPPED)
    assert [path.name for path in tmp_path.iterdir()] == ["other.keras"]


def test_a_mean_of_files_without_a_record_has_none_and_keeps_no_old_one(small_run, tmp_path):
    copies = [tmp_path / "a.keras", tmp_path / "b.keras"]
    for copy in copies:
        shutil.copy(small_run.best, copy)
    (tmp_path / "mean-history.csv").write_bytes((small_run.folder / HISTORY).read_bytes())
    mean = averaging.average(copies, tmp_path / "mean.keras")
    assert read_ancestry(mean) == []
    assert model_card.start_of(model_card.read_card(mean)) is None


def test_no_mean_is_taken_of_a_network_that_may_change_meanwhile(small_run, tmp_path):
    folder = tmp_path / "live"
    shutil.copytree(small_run.folder, folder)
    files = [small_run.best, folder / run_folder.BEST]
    with run_folder.locked(folder), pytest.raises(TrainingError, match="not at work"):
        averaging.average(files, tmp_path / "mean.keras")
    assert not (tmp_path / "mean.keras").exists()


def test_a_mean_names_the_files_that_were_read(small_run, tmp_path, monkeypatch):
    copies = [tmp_path / "a.keras", tmp_path / "b.keras"]
    for copy in copies:
        shutil.copy(small_run.best, copy)
    whole = checkpoints.load

    def load(path):
        model = whole(path)
        path.write_bytes(path.read_bytes() + b"written since")
        return model

    monkeypatch.setattr(checkpoints, "load", load)
    mean = averaging.average(copies, tmp_path / "mean.keras")
    of_start = hashlib.sha256(small_run.best.read_bytes()).hexdigest()
    assert model_card.read_card(mean)["start"]["sha256"] == of_start


def test_what_a_run_was_stopped_with_is_its_end_only_until_it_goes_on(small_run, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(small_run.folder, run)
    stopped = run / run_folder.INTERRUPTED
    shutil.copy(small_run.best, stopped)
    ends = ancestry.behind(stopped, tmp_path / "none.keras", frozenset())
    assert ends[0]["card"]["best_epoch"] == 4
    os.utime(stopped, (0, 0))  # the run has gone on
    assert ancestry.behind(stopped, tmp_path / "none.keras", frozenset())[0]["card"] is None


def test_another_dataset_has_files_of_its_own(small_run, mnist_file, tmp_path, monkeypatch):
    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    run = tmp_path / "clothes"
    shutil.copytree(small_run.folder, run)
    network, training = run_folder.read_run(run)
    run_folder.write_run(run, network, dataclasses.replace(training, dataset="fashion-mnist"))
    path = publishing.publish(run, mnist_file, tmp_path / "out")
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "capsnet-fashion-mnist-history.csv",
        "capsnet-fashion-mnist.json",
        "capsnet-fashion-mnist.keras",
    ]
    assert model_card.read_card(path)["name"] == "capsnet-fashion-mnist"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_known_by_its_settings(name):
    preset, letters = PRESETS[name], tuple(string.ascii_lowercase)
    assert ancestry.preset_name(preset.network, preset.training) == name
    network = dataclasses.replace(preset.network, class_names=letters[: preset.network.num_classes])
    training = preset.training
    if training.conv_dtype == "auto":  # as a run decides it
        training = dataclasses.replace(training, conv_dtype="bfloat16")
    assert ancestry.preset_name(network, training) == name
    other = dataclasses.replace(training, learning_rate=0.5)
    assert ancestry.preset_name(network, other) == "custom"


def test_this_machine_in_words():
    words, cores = provenance_keeping.this_machine().rsplit(", ", 1)
    assert words
    assert int(cores.removesuffix(" cores")) >= 1


def test_a_run_without_a_finished_epoch_is_refused(tmp_path):
    settings = {"network": CapsNetConfig().to_dict(), "training": TrainingConfig().to_dict()}
    write_json(tmp_path / run_folder.RUN, settings)
    with pytest.raises(TrainingError, match="at least one finished epoch"):
        publishing.publish(tmp_path)


def test_what_is_published_stays_whole_while_the_next_one_is_measured(
    published, small_run, mnist_file, tmp_path, monkeypatch
):
    shutil.copytree(published[0].parent, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def interrupted(model, digits):
        raise KeyboardInterrupt

    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    monkeypatch.setattr(misclassified, "find", interrupted)
    shutil.copytree(small_run.folder, tmp_path / "run")
    model = checkpoints.load(small_run.best)
    model.set_weights([weights + 1 for weights in model.get_weights()])
    checkpoints.save(model, tmp_path / "run" / run_folder.BEST)
    with pytest.raises(KeyboardInterrupt):
        publishing.publish(tmp_path / "run", mnist_file, tmp_path / "out")
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}


def test_only_a_network_of_mnist_can_ship(small_run, tmp_path, monkeypatch):
    """A network that has learned from the bundled digits must not be shown reading them."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "shipped" / "capsnet-mnist.keras")
    shutil.copytree(small_run.folder, tmp_path / "run")
    network, training = run_folder.read_run(tmp_path / "run")
    bundled = dataclasses.replace(training, dataset="bundled")
    run_folder.write_run(tmp_path / "run", network, bundled)
    with pytest.raises(TrainingError, match="on MNIST to ship, .* one trained on bundled"):
        publishing.publish(tmp_path / "run")
    assert not checkpoints.SHIPPED.parent.exists()


def test_the_shipped_networks_folder_is_known_by_any_name(small_run, tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    monkeypatch.setattr(checkpoints, "SHIPPED", shipped / "capsnet-mnist.keras")
    shutil.copytree(small_run.folder, tmp_path / "run")
    network, training = run_folder.read_run(tmp_path / "run")
    other = dataclasses.replace(training, dataset=str(tmp_path / "mnist.npz"))
    run_folder.write_run(tmp_path / "run", network, other)
    with pytest.raises(TrainingError, match="on MNIST to ship"):
        publishing.publish(tmp_path / "run", folder=tmp_path / "run" / ".." / "shipped")
    assert not shipped.exists()
