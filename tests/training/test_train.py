"""What a training run does and leaves; how it goes on is in tests/training/test_resume.py."""

import csv
import dataclasses
import shutil

import keras
import numpy as np
import pytest

from capsnet.analysis.evaluation import evaluate
from capsnet.errors import TrainingError
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints
from capsnet.training import provenance, provenance_keeping, run_folder
from capsnet.training import train as training_module
from capsnet.training.batches import TrainingBatches, validation_batch_size
from capsnet.training.callbacks.checkpoint import RunCheckpoint
from capsnet.training.compiled_model import learning_rate
from capsnet.training.history import CURVE, HISTORY, HISTORY_FIELDS, read_history
from capsnet.training.train import train
from capsnet.training_config import TrainingConfig

FIGURES = [name for name in HISTORY_FIELDS if name != "seconds"]


def test_training_learns(small_run):
    first, last = small_run.history[0], small_run.history[-1]
    assert last["loss"] < 0.8 * first["loss"]
    assert len(small_run.history) == 4


def test_a_run_keeps_history_best_network_and_settings(small_run, small_config, quick_training):
    with (small_run.folder / HISTORY).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    assert read_history(small_run.folder / HISTORY) == small_run.history
    assert run_folder.read_run(small_run.folder) == (small_config, quick_training)
    assert {path.name for path in small_run.folder.iterdir()} == {
        run_folder.RUN,
        HISTORY,
        run_folder.BEST,
        run_folder.LAST,
        run_folder.PROGRESS,
        CURVE,
        run_folder.SNAPSHOTS,
        run_folder.LOCK,
        provenance.PROVENANCE,
    }


def test_the_best_network_is_of_the_lowest_validation_loss(small_run, digits):
    losses = [row["val_loss"] for row in small_run.history]
    best = max(i for i, row in enumerate(small_run.history) if row["best"])
    assert losses[best] == min(losses)
    figures = evaluate(checkpoints.load(small_run.best), digits[100:])
    row = small_run.history[best]
    assert figures.accuracy == pytest.approx(row["val_accuracy"], abs=1e-6)
    assert figures.margin_loss == pytest.approx(row["val_margin_loss"], rel=1e-3)
    assert figures.reconstruction_error == pytest.approx(row["val_reconstruction_error"], rel=1e-3)


def test_a_folder_that_holds_a_run_is_not_overwritten(
    small_run, small_config, quick_training, digits
):
    with pytest.raises(TrainingError, match=r"which holds one; use --resume .* or --out"):
        train(small_config, quick_training, digits, digits, small_run.folder)


def test_bfloat16_training_leaves_a_float32_network(small_config, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(training_module, "fastest_dtype", lambda: "bfloat16")
    settings = TrainingConfig(epochs=1, batch_size=50, conv_dtype="auto")
    run = train(small_config, settings, digits[:100], digits[100:], tmp_path)
    loaded = checkpoints.load(run.best)
    assert loaded.conv1.compute_dtype == "float32"
    assert {w.dtype for w in loaded.get_weights()} == {np.dtype("float32")}
    assert np.isfinite(run.history[0]["val_loss"])


class Decided(Exception):
    """The settings are decided, and a network would be built next."""


def decided(network, training, steps):
    raise Decided(training.conv_dtype)


@pytest.mark.parametrize("fastest", ["float32", "bfloat16"])
def test_the_type_left_to_the_machine_is_decided_once(
    small_config, digits, tmp_path, monkeypatch, fastest
):
    monkeypatch.setattr(training_module, "fastest_dtype", lambda: fastest)
    monkeypatch.setattr(training_module, "compiled_model", decided)
    settings = TrainingConfig(epochs=1, batch_size=50, conv_dtype="auto")
    with pytest.raises(Decided):
        train(small_config, settings, digits[:100], digits[100:], tmp_path)
    assert run_folder.read_run(tmp_path)[1] == dataclasses.replace(settings, conv_dtype=fastest)
    monkeypatch.setattr(training_module, "fastest_dtype", None)  # not to be called again
    with pytest.raises(Decided, match=fastest):
        train(small_config, settings, digits[:100], digits[100:], tmp_path, resume=True)


def test_a_run_that_waited_in_the_queue_is_decided_too(small_config, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(training_module, "fastest_dtype", lambda: "bfloat16")
    settings = TrainingConfig(epochs=1, batch_size=50, conv_dtype="auto")
    run_folder.write_run(tmp_path, small_config, settings)  # as the Training page does
    monkeypatch.setattr(training_module, "compiled_model", decided)
    with pytest.raises(Decided, match="bfloat16"):
        train(small_config, settings, digits[:100], digits[100:], tmp_path, resume=True)
    assert run_folder.read_run(tmp_path)[1].conv_dtype == "bfloat16"


def test_what_goes_wrong_at_the_start_is_not_told_as_a_full_disk(
    small_config, digits, tmp_path, monkeypatch
):
    def lost():
        raise RuntimeError("the device was lost")

    monkeypatch.setattr(training_module, "fastest_dtype", lost)
    settings = TrainingConfig(epochs=1, batch_size=50, conv_dtype="auto")
    arguments = small_config, settings, digits[:100], digits[100:], tmp_path
    with pytest.raises(RuntimeError, match="the device was lost"):
        train(*arguments)
    (tmp_path / provenance.PROVENANCE).unlink()

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(provenance_keeping, "write_json", full)
    with pytest.raises(TrainingError, match="write the run's files .*No space left"):
        train(*arguments, resume=True)


def test_the_network_kept_may_be_the_one_that_reads_best(
    small_run, small_model, digits, quick_training, tmp_path
):
    """An epoch with less margin loss and worse drawings; then one the other way round."""
    row = {**small_run.history[0], "best": 1, "val_loss": 0.5, "val_margin_loss": 0.1}
    epochs = [(0.6, 0.09), (0.4, 0.2)]
    for keep_by, expected in {"margin_loss": [1, 1, 0], "loss": [1, 0, 1]}.items():
        model = CapsNet(small_model.config)
        model.compile(optimizer="adam")
        batches = TrainingBatches(digits[:100], quick_training)
        kept = RunCheckpoint(tmp_path, [dict(row)], batches, print, None, keep_by, patience=0)
        kept.set_model(model)
        for epoch, (loss, margin_loss) in enumerate(epochs, start=1):
            figures = dict.fromkeys(("loss", "lengths_loss", "reconstruction_loss"), 1.0)
            figures["lengths_accuracy"] = 0.5
            logs = {f"{prefix}{k}": v for k, v in figures.items() for prefix in ("", "val_")}
            kept.started -= 60
            kept.skip(60)
            kept.on_epoch_end(epoch, {**logs, "val_loss": loss, "val_lengths_loss": margin_loss})
        assert [row["best"] for row in kept.history] == expected
        assert all(row["seconds"] < 60 for row in kept.history)  # a pause is not counted


def test_the_first_weights_are_the_seeds(small_config, tmp_path):
    def first(seed):
        settings = TrainingConfig(seed=seed)
        model, _ = training_module._as_it_was_left(small_config, settings, 1, tmp_path, False, None)
        return model.digit_capsules.get_weights()[0]

    np.testing.assert_array_equal(first(3), first(3))
    assert not np.array_equal(first(3), first(4))


def test_a_short_run_comes_down_too():
    settings = TrainingConfig(
        epochs=1, batch_size=10, learning_rate=0.4, schedule="cosine", warmup_steps=200
    )
    rate = learning_rate(settings, steps=80)
    assert float(rate(20)) == pytest.approx(0.4)
    assert float(rate(80)) == pytest.approx(0, abs=1e-6)


def test_warm_up_then_cosine():
    settings = TrainingConfig(
        epochs=2, batch_size=10, learning_rate=0.4, schedule="cosine", warmup_steps=3
    )
    rate = learning_rate(settings, steps=6)  # 12 steps: 3 up, 9 down
    actual = [float(rate(step)) for step in range(13)]
    up = [0.4 * step / 3 for step in range(3)]
    down = [0.4 * (1 + np.cos(np.pi * step / 9)) / 2 for step in range(10)]
    np.testing.assert_allclose(actual, up + down, atol=1e-6)


def test_the_moving_average_is_what_is_validated_and_kept(small_config, digits, tmp_path):
    settings = TrainingConfig(epochs=2, batch_size=50, learning_rate=5e-3, ema=0.9, seed=1)
    seen = []

    class EachStep(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append([np.array(w) for w in self.model.get_weights()])

    run = train(
        small_config, settings, digits[:100], digits[100:], tmp_path, callbacks=(EachStep(),)
    )
    average = seen[0]
    for weights in seen[1:4]:
        average = [0.9 * a + 0.1 * w for a, w in zip(average, weights, strict=True)]
    kept = checkpoints.load(run.best)
    assert run.history[-1]["best"]
    for actual, expected in zip(kept.get_weights(), average, strict=True):
        np.testing.assert_allclose(actual, expected, atol=1e-5)
    best = [row for row in run.history if row["best"]][-1]
    assert evaluate(kept, digits[100:]).margin_loss == pytest.approx(
        best["val_margin_loss"], rel=1e-4
    )


def test_what_cannot_be_reported_is_passed_over(small_config, quick_training, digits, tmp_path):
    tried = []

    def full(line):
        tried.append(line)
        raise OSError(28, "No space left on device")

    settings = dataclasses.replace(quick_training, epochs=1)
    run = train(small_config, settings, digits[:100], digits[100:], tmp_path, report=full)
    assert run.best.is_file()
    assert any("Epoch 1" in line for line in tried)


def test_training_starts_from_a_checkpoint(small_run, small_config, digits, tmp_path):
    settings = TrainingConfig(
        epochs=1, batch_size=50, learning_rate=1e-9, start=str(small_run.best)
    )
    run = train(small_config, settings, digits[:100], digits[100:], tmp_path)
    started, reached = checkpoints.load(small_run.best), checkpoints.load(run.best)
    for before, after in zip(started.get_weights(), reached.get_weights(), strict=True):
        np.testing.assert_allclose(after, before, atol=1e-6)


def test_a_start_that_was_replaced_is_no_start_for_a_run_that_begins_again(
    small_run, small_model, small_config, digits, tmp_path
):
    start, folder = tmp_path / "start.keras", tmp_path / "run"
    shutil.copy(small_run.best, start)
    settings = TrainingConfig(epochs=1, batch_size=50, start=str(start))
    run_folder.write_run(folder, small_config, settings)
    provenance_keeping.keep(
        folder, digits[:100], digits[100:], settings.start
    )  # and killed in its first epoch
    checkpoints.save(small_model, start)
    with pytest.raises(TrainingError, match=r"start\.keras as it was .* Received: another network"):
        train(small_config, settings, digits[:100], digits[100:], folder, resume=True)
    assert not (folder / run_folder.BEST).exists()


@pytest.mark.parametrize("where", ["train", "validation"])
def test_a_class_that_the_network_does_not_know_is_refused(small_config, digits, tmp_path, where):
    few = dataclasses.replace(small_config, num_classes=5)
    known = digits[np.flatnonzero(digits.labels < 5)]
    splits = (digits, known) if where == "train" else (known, digits)
    with pytest.raises(ValueError, match="the network's 5 classes. Received: one of class 9"):
        train(few, TrainingConfig(epochs=1), *splits, tmp_path)
    assert not (tmp_path / run_folder.RUN).exists()


def test_a_checkpoint_of_another_architecture_is_no_start(
    small_run, small_config, digits, tmp_path
):
    other = dataclasses.replace(small_config, decoder_units=(16, 31))
    settings = TrainingConfig(epochs=1, start=str(small_run.best))
    with pytest.raises(TrainingError, match=r"with decoder_units \(16, 32\), not \(16, 31\)"):
        train(other, settings, digits, digits, tmp_path)
    assert not (tmp_path / run_folder.RUN).exists()


def test_training_stops_early(small_config, digits, tmp_path):
    # So small a rate that no epoch is better than the first beyond rounding.
    settings = TrainingConfig(epochs=30, batch_size=100, learning_rate=1e-12, patience=2)
    said = []
    run = train(small_config, settings, digits[:100], digits[100:], tmp_path, report=said.append)
    assert len(run.history) < 30
    last_best = max(row["epoch"] for row in run.history if row["best"])
    assert len(run.history) == last_best + 2
    assert said[-1] == "Stopped early: 2 epochs without a lower validation loss."
    run_folder.write_progress(
        tmp_path, dataclasses.replace(run_folder.read_progress(tmp_path), state="running")
    )
    again = train(small_config, settings, digits[:100], digits[100:], tmp_path, resume=True)
    assert again.history == run.history
    assert (
        run_folder.read_progress(tmp_path).state == "finished"
    )  # though it was killed before it said so
    again = train(small_config, settings, digits[:100], digits[100:], tmp_path, resume=True)
    assert again.history == run.history


@pytest.mark.parametrize(
    ("count", "largest", "devices", "size"),
    [
        (5000, 100, 1, 100),
        (450, 100, 1, 90),
        (7, 100, 1, 7),
        (1, 100, 1, 1),
        (4999, 100, 1, 100),  # a prime number: the last batch has 99
        (450, 100, 2, 90),
        (450, 100, 4, 90),  # no divisor of 450 can be divided by 4
        (4987, 100, 2, 86),  # a prime number: the last batch has 85
        (446, 100, 2, 64),  # no divisor but 1 and 2: the last batch has 62
    ],
)
def test_validation_batches_are_as_full_as_can_be(count, largest, devices, size):
    assert validation_batch_size(count, largest, devices) == size


def test_the_first_convolution_can_stay_as_it_is(small_run, small_config, digits, tmp_path):
    settings = TrainingConfig(
        epochs=1, batch_size=50, learning_rate=1e-2, start=str(small_run.best), learns="capsules"
    )
    run = train(small_config, settings, digits[:100], digits[100:], tmp_path)
    started, reached = checkpoints.load(small_run.best), checkpoints.load(run.best)
    for layer in ("conv1", "primary_capsules", "digit_capsules", "decoder"):
        before, after = (getattr(model, layer).get_weights() for model in (started, reached))
        same = all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
        assert same == (layer == "conv1"), layer
    assert all(layer.trainable for layer in reached.layers)
