"""`python -m capsnet export`: it says that it is done once what it wrote has run."""

from __future__ import annotations

import pytest

from capsnet.cli import export as command
from capsnet.cli import main
from capsnet.network import export
from capsnet.storage import exports


def run(*arguments):
    return main(["export", *(str(a) for a in arguments)])


def test_the_decoder_as_litert(small_run, tmp_path, capsys):
    out = tmp_path / "decoder.tflite"
    assert run("--part", "decoder", "--checkpoint", small_run.best, "--out", out) == 0
    said = capsys.readouterr().out
    assert "Largest differences from Keras, of 24 images: reconstruction" in said
    assert said.endswith(f"decoder as litert -> {out}\n")
    assert export.runner(out, "litert")
    assert list(tmp_path.iterdir()) == [out]


def test_a_saved_model_is_a_folder(small_run, tmp_path):
    out = tmp_path / "network"
    asked = ("--format", "saved_model", "--checkpoint", small_run.best, "--out", out)
    assert run(*asked) == 0
    assert export.runner(out, "saved_model")
    assert list(tmp_path.iterdir()) == [out]
    assert run(*asked) == 1  # it is there now


def test_an_export_that_answers_otherwise_is_not_kept(small_run, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "LARGEST_ERROR", {False: -1.0})
    out = tmp_path / "decoder.tflite"
    assert run("--part", "decoder", "--checkpoint", small_run.best, "--out", out) == 1
    assert "Expected outputs within -1 of those of Keras" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_out_it_is_made_for_browsers(small_run, capsys):
    assert run("--checkpoint", small_run.best) == 0
    found = exports.find(small_run.best)
    assert capsys.readouterr().out.endswith(f"MB for browsers -> {found.folder}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--out", "x.onnx"), "a file ending in .tflite"),
        (("--half", "--format", "onnx", "--out", "x.onnx"), "--half with --format litert"),
        (("--out", "nowhere/x.tflite"), "in a folder that is there"),
        (("--checkpoint", "none.keras", "--out", "x.tflite"), "a checkpoint at none.keras"),
    ],
)
def test_mistakes_are_told_before_anything_is_loaded(arguments, said, capsys):
    assert run(*arguments) == 1
    assert said in capsys.readouterr().err
