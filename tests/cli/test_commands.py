"""The command line; training and pictures have tests/cli/test_train.py and test_cli_pictures.py."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from capsnet.analysis import misclassified
from capsnet.cli import COMMANDS, main
from capsnet.cli.publish import _to_be_measured
from capsnet.cli.train import NETWORK_OPTIONS, TRAINING_OPTIONS
from capsnet.config import CapsNetConfig
from capsnet.data import datasets, images
from capsnet.data.bundled import load_bundled
from capsnet.network.model import CapsNet
from capsnet.presets import PRESETS
from capsnet.storage import checkpoints, model_card

ROOT = Path(__file__).parents[2]


DIGITS = CapsNetConfig().names


def run(*arguments):
    return main([str(a) for a in arguments])


def test_a_published_network_is_measured_on_what_its_card_says(
    small_run, mnist_file, tmp_path, capsys
):
    shutil.copy(small_run.best, tmp_path / "clothes.keras")
    (tmp_path / "clothes.json").write_text('{"training": {"dataset": "bundled"}}')
    assert run("evaluate", "--checkpoint", tmp_path / "clothes.keras") == 0
    assert "validation split of bundled" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["misread", "pose-atlas"])
def test_what_looks_at_digits_refuses_a_network_of_other_things(
    command, small_config, tmp_path, capsys
):
    config = dataclasses.replace(small_config, class_names=tuple("abcdefghij"))
    checkpoints.save(CapsNet(config), tmp_path / "letters.keras")
    assert run(command, "--checkpoint", tmp_path / "letters.keras") == 1
    assert "Expected a network of the ten digits" in capsys.readouterr().err
    checkpoints.save(
        CapsNet(dataclasses.replace(small_config, num_classes=3)), tmp_path / "3.keras"
    )
    assert run(command, "--checkpoint", tmp_path / "3.keras") == 1
    assert "Received: one of 0, 1, 2" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3.keras", "letters.keras"]


def test_evaluate_needs_no_data_file_for_validation(small_run, capsys):
    assert run("evaluate", "--checkpoint", small_run.best, "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["split"], figures["images"]) == ("validation", 5000)
    confusion = np.array(figures["confusion"])
    np.testing.assert_array_equal(confusion.sum(axis=1), [500] * 10)
    assert figures["accuracy"] == np.trace(confusion) / 5000


def test_evaluate_takes_what_the_run_was_trained_on(small_run, tmp_path, capsys):
    shutil.copytree(small_run.folder, tmp_path / "run")
    settings = tmp_path / "run" / "run.json"
    told = json.loads(settings.read_text())
    told["training"]["dataset"] = "bundled"
    settings.write_text(json.dumps(told))
    checkpoint = tmp_path / "run" / "best.keras"
    assert run("evaluate", "--checkpoint", checkpoint) == 0
    assert "450 images, validation split of bundled" in capsys.readouterr().out
    assert run("evaluate", "--checkpoint", checkpoint, "--dataset", "mnist") == 0
    said = capsys.readouterr().out
    assert "5000 images, validation split of mnist" in said
    assert "trained on most of these images" in said


def test_a_network_on_data_of_other_classes_says_what_it_was_trained_on(
    small_run, small_config, tmp_path, capsys
):
    letters = tuple("abcdefghij")
    config = dataclasses.replace(small_config, class_names=letters)
    checkpoint = tmp_path / "letters.keras"
    checkpoints.save(CapsNet(config), checkpoint)
    run("evaluate", "--checkpoint", checkpoint, "--dataset", "bundled")
    classes = "with the classes a, b, c, d, e, f, g, h, i, j. These images are of others: 0, 1, 2"
    assert f"trained on what is not recorded, {classes}" in capsys.readouterr().err
    shutil.copytree(small_run.folder, tmp_path / "run")
    settings = tmp_path / "run" / "run.json"
    told = json.loads(settings.read_text())
    told["training"]["dataset"] = "/home/me/letters.zip"
    settings.write_text(json.dumps(told))
    shutil.copy(checkpoint, tmp_path / "run" / "best.keras")
    run("evaluate", "--checkpoint", tmp_path / "run" / "best.keras", "--dataset", "bundled")
    assert f"trained on /home/me/letters.zip, {classes}" in capsys.readouterr().err
    command = ("experiment", "rotate", "--degrees", "9", "--dataset", "bundled", "--first", "20")
    run(*command, "--checkpoint", tmp_path / "run" / "best.keras")
    assert f"trained on /home/me/letters.zip, {classes}" in capsys.readouterr().err
    run("evaluate", "--checkpoint", small_run.best, "--dataset", "bundled")
    assert "trained on" not in capsys.readouterr().err


def test_evaluate_for_people(small_run, mnist_file, capsys):
    options = ("--checkpoint", small_run.best, "--split", "test", "--data", mnist_file)
    assert run("evaluate", *options, "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert run("evaluate", *options) == 0
    found, *lines = capsys.readouterr().out.splitlines()
    assert found.startswith("NumPy .npz: 270 training, ")
    assert lines[0] == "50 images, test split of mnist"
    assert lines[1].split() == ["accuracy", f"{figures['accuracy']:.2%}"]
    assert lines[2].split() == ["margin", "loss", f"{figures['margin_loss']:.5f}"]
    assert lines[3].split()[2] == f"{figures['reconstruction_error']:.3f}"
    matrix = [[int(n) for n in line.split()[1:]] for line in lines[-10:]]
    assert matrix == figures["confusion"]


@pytest.mark.parametrize("suite", ["single", "two", "none"])
def test_evaluate_prints_a_suites_table(suite, small_run, mnist_file, capsys):
    options = ("--checkpoint", small_run.best, "--split", "test", "--data", mnist_file)
    assert run("evaluate", *options, "--suite", suite, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["suite"], told["split"]) == (suite, "test")
    assert run("evaluate", *options, "--suite", suite) == 0
    _, *lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"suite {suite}, test split of mnist, 50 digits"
    if suite == "none":
        hearts = next(line for line in lines if line.startswith("heart")).split()
        kind = told["kinds"]["heart"]
        assert hearts[1:3] == [str(kind["images"]), f"{kind['mean_length']:.2f}"]
    else:
        first = told["accuracy" if suite == "single" else "both_found"]
        assert lines[1].split()[-1] == f"{first:.2%}"


def test_a_suite_takes_no_rounds(small_run, capsys):
    options = ("--checkpoint", small_run.best, "--suite", "two", "--rounds", 2)
    assert run("evaluate", *options) == 1
    assert "Expected --suite or --rounds, not both" in capsys.readouterr().err


def test_evaluate_on_the_training_split_with_other_rounds(
    small_run, mnist_file, monkeypatch, capsys
):
    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    network = checkpoints.load(small_run.best)
    learned = datasets.load("mnist", mnist_file).split("train")
    own = ("--checkpoint", small_run.best, "--split", "train", "--data", mnist_file)
    for rounds in (1, 6):
        assert run("evaluate", *own, "--rounds", rounds, "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["split"], told["images"], told["rounds"]) == ("train", 250, rounds)
        answers = network.trace(learned.pixels(), rounds).predictions
        assert told["accuracy"] == np.mean(answers == learned.labels)
    assert run("evaluate", *own, "--rounds", 2) == 0
    _, *lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "250 images, train split of mnist, 2 rounds"
    assert "learned from these" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("evaluate", "--checkpoint", "none.keras"), "checkpoint at none.keras. Received: no such"),
        (("evaluate", "--split", "test", "--data", "none.npz"), "none.npz. Received: no such file"),
        (("evaluate", "--rounds", "11"), "from 1 to 10. Received: 11"),
        (("predict",), "Expected pictures, or a dataset by --dataset. Received: neither"),
        (("predict", "some.png", "--checkpoint", "none.keras"), "checkpoint at none.keras."),
        (("trace", "none.png", "--out", "x.npz"), "none.png"),
        (("trace", "some.png", "--out", "none/x.npz"), "a folder that is there. Received: none"),
        (("trace", "some.png", "--out", "x.npz", "--rounds", "0"), "from 1 to 10. Received: 0"),
        (
            ("trace", "some.png", "--out", "."),
            "ending in .npz to write to. Received: ., which is a",
        ),
        (("average", "a.keras", "b.keras", "--out", "mean.txt"), "in .keras to write to. Received"),
        (("average", "a.keras", "b.keras", "--out", "."), "in .keras to write to. Received: ."),
        (("train", "--start", "~nosuch/x.keras"), "~nosuch/x.keras. Received: no such file"),
        (("train", "--dataset", "~nosuch/x.npz"), "~nosuch/x.npz. Received: no such file"),
        (("train", "--epochs", 10**20), "epochs of at most 9,999. Received: 1000"),
        (("train", "--batch-size", 10**40), "batch_size of at most 100,000. Received: 1000"),
        (("train", "--learning-rate", "1e300"), "learning_rate of at most 1e+30. Received: 1e+300"),
        (("publish", "none"), "Expected a run in none"),
        (("misread", "--checkpoint", "none.keras"), "checkpoint at none.keras."),
        (("pose-atlas", "--checkpoint", "none.keras"), "checkpoint at none.keras."),
        (("pose-atlas", "--digits", "501", "--force"), "at most 500 digits of each class"),
    ],
)
def test_errors_are_one_message_and_exit_status_1(
    arguments, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("capsnet: ")
    assert message in printed.err
    assert len(printed.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_backend_that_is_not_installed_is_one_sentence(tmp_path):
    """A process of its own: here a backend is loaded already. Where JAX is, it is hidden."""
    (tmp_path / "jax.py").write_text('raise ModuleNotFoundError("No jax", name="jax")')
    done = subprocess.run(
        [sys.executable, "-m", "capsnet", "evaluate"],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith("capsnet: Expected a backend of Keras that is installed")
    assert "jax" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "COMMAND"),
        (("dance",), "dance"),
        (("trace", "some.png"), "--out"),
        (("trace", "some.png", "--out", ""), "argument --out: Expected a path. Received: ''"),
        (("train", "--out", ""), "argument --out: Expected a path. Received: ''"),
        (("train", "--depth", "3"), "--depth"),
        (("train", "--epochs", "few"), "--epochs: Expected a whole number. Received: 'few'"),
        (("train", "--scale", "nan"), "--scale: Expected a number. Received: 'nan'"),
        (("train", "--preset", "best"), "Expected one of paper, "),
        (("train", "--loop", "endless"), "Expected one of static, dynamic. Received: 'endless'"),
        (("evaluate", "--split", "training"), "validation, test, train. Received: 'training'"),
    ],
)
def test_usage_errors_are_a_sentence_and_exit_status_2(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2
    *usage, said = capsys.readouterr().err.splitlines()
    assert usage[0].startswith("usage: python -m capsnet")
    assert said.startswith("capsnet: ")
    assert "Expected" in said
    assert message in said


def test_a_folder_that_cannot_be_used_is_told_without_an_error_number(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert run("misread", "--checkpoint", tmp_path / "file" / "x.keras") == 1
    assert run("trace", tmp_path, "--out", tmp_path / "x.npz") == 1
    assert "Errno" not in capsys.readouterr().err


def test_help_and_mistakes_do_not_wait_for_tensorflow(small_run, tmp_path):
    """A process of its own: here TensorFlow is loaded already."""
    blank = tmp_path / "blank.png"
    Image.fromarray(np.full((28, 28), 255, np.uint8)).save(blank)
    commands = [
        ["--help"],
        *([name, "--help"] for name in COMMANDS),
        ["train", "--data", "none.npz", "--out", str(tmp_path / "run")],
        ["train", "--out", str(small_run.folder)],
        ["train", "--rounds", "11"],
        ["train", "--resume", "--out", "none"],
        ["train", "--resume", "--out", str(small_run.folder), "--epochs", "99"],
        ["evaluate", "--split", "test", "--data", "none.npz"],
        ["predict", str(blank)],
        ["trace", str(blank), "--out", str(tmp_path / "x.npz")],
        ["publish", str(small_run.folder), "--data", "none.npz"],
        ["misread", "--checkpoint", str(blank)],
        ["pose-atlas", "--digits", "0", "--force"],
    ]
    code = f"""
import contextlib, sys
from capsnet.cli import main
for command in {commands}:
    status = None
    with contextlib.suppress(SystemExit):
        status = main(command)
    assert status == (None if "--help" in command else 1), (command, status)
    assert not {{"tensorflow", "keras"}} & set(sys.modules), command
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_help_tells_every_default_and_what_each_preset_sets(capsys):
    with pytest.raises(SystemExit) as stopped:
        run("train", "--help")
    assert stopped.value.code == 0
    options, presets = " ".join(capsys.readouterr().out.split()).split(" presets: ")
    assert "passes over the training images; default: the preset's" in options
    assert "largest rotation, in degrees; default: 0" in options
    assert options.count("default: ") == 5 + len(NETWORK_OPTIONS) + len(TRAINING_OPTIONS)
    for name, preset in PRESETS.items():
        assert f"{name} {preset.description}" in presets
    epochs = [str(preset.training.epochs) for preset in PRESETS.values()]
    assert f" epochs {' '.join(epochs[:4])} " in presets
    assert f" epochs {' '.join(epochs[4:8])} " in presets


def test_every_command_is_a_module_of_its_name():
    folder = ROOT / "capsnet" / "cli"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    named = {"import": "import_weights"}  # a word of Python itself
    assert {named.get(name, name.replace("-", "_")) for name in COMMANDS} == modules - {
        "arguments",
        "presets",
        "split_images",
        "stopping",
    }


def test_average(small_run, tmp_path, capsys):
    shutil.copy(small_run.best, tmp_path / "other.keras")
    out = tmp_path / "mean.keras"
    assert run("average", tmp_path / "other.keras", small_run.best, "--out", out) == 0
    assert f"Mean of 2: {out}" in capsys.readouterr().out
    assert checkpoints.check(out)
    assert run("average", small_run.best, "--out", out) == 1
    assert "Expected at least two checkpoints" in capsys.readouterr().err


def test_a_published_network_is_called_as_was_asked(small_run, mnist_file, tmp_path, monkeypatch):
    monkeypatch.setattr("capsnet.training.publishing.load_bundled", lambda: load_bundled()[:100])
    asked = ["publish", small_run.folder, "--data", mnist_file, "--out", tmp_path, "--name"]
    assert run(*asked, "for-sets") == 0
    written = json.loads((tmp_path / "for-sets.json").read_text())
    assert written["name"] == "for-sets" and written["checkpoint"]["file"] == "for-sets.keras"
    assert written["validation"]["usual_error"] >= written["validation"]["reconstruction_error"]
    assert (tmp_path / written["history"]).is_file()
    with pytest.raises(SystemExit):
        run(*asked, "../out")


def test_publish(small_run, mnist_file, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    monkeypatch.setattr(
        "capsnet.training.publishing.load_bundled", lambda: load_bundled()[:100]
    )  # sooner
    assert run("publish", small_run.folder, "--data", mnist_file, "--out", tmp_path) == 0
    printed = capsys.readouterr().out
    card = model_card.read_card(tmp_path / "capsnet-mnist.keras")
    assert f"test: accuracy {card['test']['accuracy']:.2%}" in printed
    target = tmp_path / "capsnet-mnist.keras"
    assert f"Published: {target}" in printed
    next_one = f"Next: python -m capsnet {{}} --checkpoint {target}"
    assert next_one.format("pose-atlas") in printed
    assert next_one.format("misread") not in printed  # publish itself has listed them
    misclassified.path_beside(target).unlink()
    assert list(_to_be_measured(target)) == ["pose-atlas", "misread"]


def test_what_lies_beside_a_network_of_other_things_is_not_asked_for(small_config, tmp_path):
    config = dataclasses.replace(small_config, class_names=tuple("abcdefghij"))
    checkpoints.save(CapsNet(config), tmp_path / "letters.keras")
    assert not list(_to_be_measured(tmp_path / "letters.keras"))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("publish", "default: what the run recorded, or else this machine"),
        ("predict", "PNG, JPEG, WEBP, GIF or BMP of one digit"),
        ("trace", "PNG, JPEG, WEBP, GIF or BMP of one digit"),
    ],
)
def test_help_tells_what_is_so(command, words, capsys):
    with pytest.raises(SystemExit):
        run(command, "--help")
    assert words in " ".join(capsys.readouterr().out.split())
