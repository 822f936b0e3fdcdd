"""`python -m capsnet experiment`: what it prints, writes, keeps and refuses."""

from __future__ import annotations

import dataclasses
import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from capsnet.analysis.experiments.registry import EXPERIMENTS
from capsnet.cli import experiment, main
from capsnet.data import datasets
from capsnet.data.bundled import load_bundled
from capsnet.data.images import Digits
from capsnet.network.model import CapsNet
from capsnet.storage import checkpoints, experiment_results

if TYPE_CHECKING:
    from pathlib import Path

    from capsnet.training.train import TrainingResult


@pytest.fixture(scope="module")
def saved(small_model: CapsNet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("networks") / "small.keras"
    checkpoints.save(small_model, path)
    return path


@pytest.fixture
def checkpoint(saved: Path, tmp_path: Path) -> str:
    shutil.copy(saved, tmp_path / "small.keras")
    return str(tmp_path / "small.keras")


def test_figures_are_printed_as_json_and_kept(
    checkpoint: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "figures.json"
    asked = ["experiment", "rotate", "--degrees", "30", "--first", "20", "--rounds", "2"]
    where = ["--checkpoint", checkpoint, "--json", "--out", str(out)]
    assert main([*asked, *where]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert 0 <= printed["accuracy"] <= 1
    assert 0 < printed["mean_length_of_label"] < 1
    assert (printed["split"], printed["images"], printed["rounds"]) == ("validation", 20, 2)
    assert json.loads(out.read_text()) == printed
    assert len(list(experiment_results.folder(checkpoint).glob("rotate-*.json"))) == 1
    kept = next(experiment_results.folder(checkpoint).iterdir())
    changed = json.loads(kept.read_text())
    changed["result"]["accuracy"] = 0.125  # so that it can be told from one measured anew
    kept.write_text(json.dumps(changed))
    assert main([*asked, *where, "--kept"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == 0.125
    assert main([*asked, *where]) == 0
    assert json.loads(capsys.readouterr().out) == printed


def test_bundled_digits_out_of_mnists_file_are_in_the_pages_order(
    checkpoint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = load_bundled()
    order = np.random.default_rng(0).permutation(len(bundled))
    in_the_file = Digits(bundled.images[order], bundled.labels[order])
    monkeypatch.setattr(experiment, "split_images", lambda *_: (in_the_file, ""))
    asked = ["experiment", "lengths", "--first", "20", "--checkpoint", checkpoint, "--json"]
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == bundled.labels[:20].tolist()
    in_the_file.labels[0] = (in_the_file.labels[0] + 1) % 10  # other digits keep their order
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == in_the_file.labels[:20].tolist()


def test_classes_are_numbered_as_the_network_numbers_them(
    small_run: TrainingResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A network may know the same classes in another order, as an imported one does."""
    model = checkpoints.load(small_run.best)
    turned = CapsNet(dataclasses.replace(model.config, class_names=tuple("9876543210")))
    turned.set_weights(model.get_weights())
    checkpoints.save(turned, tmp_path / "turned.keras")
    of = ["--checkpoint", str(tmp_path / "turned.keras"), "--dataset", "bundled", "--json"]
    capsys.readouterr()  # what the fixture said
    assert main(["experiment", "rounds", "--rounds", "3", *of, "--split", "test"]) == 0
    images = datasets.load("bundled").test
    longest = model.predict(images.pixels(), verbose=0)["lengths"].argmax(-1)
    expected = float((longest == 9 - images.labels).mean())
    assert json.loads(capsys.readouterr().out)["accuracy"] == pytest.approx(expected)
    assert expected != float((longest == images.labels).mean())


def test_the_test_split_is_taken_from_the_data(
    checkpoint: str, mnist_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--split", "test", "--data", str(mnist_file), "--checkpoint", checkpoint]
    assert main(["experiment", "attack", "--epsilon", "0.1", "--json", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["split"], found["images"]) == ("test", 50)
    assert {"accuracy", "share_caught", "alarm_threshold"} <= set(found)


def test_a_person_reads_lines(checkpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", "parents", "--first", "5", "--checkpoint", checkpoint]) == 0
    printed = capsys.readouterr().out
    assert "5 images, validation split of mnist, 3 rounds" in printed
    assert "share whose largest parent wins: 0." in printed


def test_a_record_is_an_npz_file(
    checkpoint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figure.npz"
    arguments = ["--first", "7", "--checkpoint", checkpoint, "--out", str(out)]
    assert main(["experiment", "record", *arguments]) == 0
    with np.load(out) as arrays:
        assert arrays["coupling"].shape == (7, 72, 10)
    assert not experiment_results.folder(checkpoint).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rotate"], "required: --degrees"),
        (["rotate", "--degrees", "x"], "Expected degrees as a number"),
        (["attack", "--epsilon", "2"], "Expected epsilon as a number from 0 to 1"),
        (["rounds", "--rounds", "0,3"], "Expected rounds as a whole number from 1 to 10"),
        (["parents", "--rounds", "11"], "rounds"),
        (["parents", "--first", "0"], "Expected --first of at least 1. Received: 0"),
        (["record"], "Expected --out, a file ending in .npz. Received: none"),
        (["parents", "--out", "figures.csv"], "ending in .json"),
        (["compare", "--other", "none.keras"], "Received: no such file"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    arguments: list[str],
    said: str,
    checkpoint: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        status = main(["experiment", *arguments, "--checkpoint", checkpoint])
    except SystemExit as exited:
        status = exited.code
    assert status in (1, 2)
    printed = capsys.readouterr().err
    assert said in printed and "Traceback" not in printed


@pytest.mark.parametrize("name", list(EXPERIMENTS))
def test_help_lists_every_experiment(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["experiment", name, "--help"])
    printed = capsys.readouterr().out
    for setting in EXPERIMENTS[name].settings:
        assert f"--{setting.name}" in printed
