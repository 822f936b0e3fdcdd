"""`python -m capsnet predict` and `trace`: what a picture shows, and every number behind it."""

import dataclasses
import json
import os
import shutil

import numpy as np
import pytest
from PIL import Image

from capsnet.analysis.prediction import Reading, read_lengths
from capsnet.cli import main
from capsnet.cli.predict import in_words
from capsnet.config import CapsNetConfig
from capsnet.data.bundled import load_bundled
from capsnet.network.model import CapsNet
from capsnet.network.trace import CapsNetTrace
from capsnet.storage import checkpoints

DIGITS = CapsNetConfig().names


@pytest.fixture(scope="module")
def pictures(digits, tmp_path_factory):
    """Three digits as PNG files, dark on light."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = [folder / f"{label}.png" for label in digits.labels[:3]]
    for path, image in zip(paths, digits.images[..., 0], strict=False):
        Image.fromarray(255 - image).save(path)
    return paths


def run(*arguments):
    return main([str(a) for a in arguments])


def test_predict(small_run, pictures, capsys):
    assert run("predict", *pictures, "--checkpoint", small_run.best, "--json") == 0
    predictions = json.loads(capsys.readouterr().out)
    assert [p["image"] for p in predictions] == [str(p) for p in pictures]
    for prediction in predictions:
        assert len(prediction["lengths"]) == 10
        assert prediction["class"] == np.argmax(prediction["lengths"])
    assert run("predict", pictures[0], "--checkpoint", small_run.best) == 0
    line = capsys.readouterr().out.splitlines()[0]
    said = in_words(read_lengths(np.array(predictions[0]["lengths"])), DIGITS)
    assert line.startswith(f"{pictures[0]}: {said}   0: ")
    assert predictions[0]["answer"] == said
    assert f"9: {predictions[0]['lengths'][9]:.3f}" in line


def test_predict_tells_of_a_poor_redrawing(pictures, tmp_path, capsys):
    """Beside the error that 95 % of the validation digits stay below, as the model card has it."""
    rake = np.full((112, 112), 255, np.uint8)
    rake[16:96, 52:60] = 0
    rake[[20, 21, 22, 23, 24, 44, 45, 46, 47, 48, 68, 69, 70, 71, 72], 16:96] = 0
    Image.fromarray(rake).save(tmp_path / "rake.png")
    assert run("predict", tmp_path / "rake.png", pictures[0], "--json") == 0
    poor, digit = json.loads(capsys.readouterr().out)
    assert poor["redrawn_poorly"] and poor["squared_error"] > 12.8
    assert not digit["redrawn_poorly"] and 0 < digit["squared_error"] < 12.7
    assert run("predict", tmp_path / "rake.png", pictures[0]) == 0
    first, second = capsys.readouterr().out.splitlines()
    said = f"redrawn poorly: squared error {poor['squared_error']:.1f}; 95 % of"
    assert said in first and "redrawn" not in second


def test_predict_wonders_about_two_digits_side_by_side(small_run, tmp_path, capsys):
    sheet = np.full((100, 120), 255, np.uint8)
    sheet[20:80, [30, 31, 32, 88, 89, 90]] = 0
    Image.fromarray(sheet).save(tmp_path / "11.png")
    assert run("predict", tmp_path / "11.png", "--checkpoint", small_run.best) == 0
    assert "11.png: two digits? The network expects one." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("reading", "names", "said"),
    [
        (Reading(7, 0.9, 1, 0.2, (7,)), DIGITS, "7"),
        (Reading(7, 0.6, 1, 0.55, (7, 1)), DIGITS, "two digits: 7 and 1"),
        (Reading(7, 0.6, 1, 0.55, (7, 1, 4)), DIGITS, "three digits: 7, 1 and 4"),
        (Reading(7, 0.6, 1, 0.2, (7,)), DIGITS, "7 (a weak answer)"),
        (Reading(7, 0.3, 1, 0.2, ()), DIGITS, "no digit (nearest: 7)"),
        (Reading(1, 0.9, 0, 0.2, (1,)), ("shirt", "bag"), "bag"),
    ],
)
def test_a_prediction_in_words(reading, names, said):
    assert in_words(reading, names) == said


def test_one_bad_picture_does_not_stop_the_others(small_run, pictures, tmp_path, capsys):
    text, missing = tmp_path / "notes.png", tmp_path / "missing.png"
    text.write_text("not a picture")
    images = (pictures[0], text, missing, pictures[1])
    assert run("predict", *images, "--checkpoint", small_run.best, "--json") == 1
    printed = capsys.readouterr()
    found = [p["image"] for p in json.loads(printed.out)]
    assert found == [str(pictures[0]), str(pictures[1])]
    complaints = printed.err.splitlines()
    assert len(complaints) == 2
    assert complaints[0].startswith(f"capsnet: {text}: ")
    assert complaints[1].startswith(f"capsnet: {missing}: ")


def test_trace_writes_every_array(small_run, pictures, tmp_path, capsys):
    out = tmp_path / "trace.npz"
    for rounds, said in ((1, ", 1 round -> "), (5, ", 5 rounds -> ")):
        options = ("--out", out, "--rounds", rounds, "--checkpoint", small_run.best)
        assert run("trace", pictures[0], *options) == 0
        assert said in capsys.readouterr().out
    with np.load(out) as arrays:
        expected = checkpoints.load(small_run.best).trace(arrays["images"], 5)
        assert arrays["coupling"].shape == (5, 1, 72, 10)
        np.testing.assert_allclose(arrays["lengths"], expected.lengths, atol=1e-6)
    assert list(tmp_path.iterdir()) == [out]


def test_trace_tells_the_name_of_the_class(small_config, pictures, tmp_path, capsys):
    config = dataclasses.replace(small_config, class_names=tuple("abcdefghij"))
    checkpoints.save(CapsNet(config), tmp_path / "letters.keras")
    out = tmp_path / "trace.npz"
    own = ("--checkpoint", tmp_path / "letters.keras")
    assert run("trace", pictures[0], "--out", out, *own) == 0
    name = config.names[CapsNetTrace.load(out).predictions[0]]
    assert capsys.readouterr().out == f"{pictures[0]}: {name}, 3 rounds -> {out}\n"


def test_a_whole_picture_is_taken_as_it_is(small_run, tmp_path, capsys):
    digit = load_bundled()[42:43]
    picture, out = tmp_path / "digit.png", tmp_path / "trace.npz"
    Image.fromarray(255 - digit.images[..., 0][0]).save(picture)
    of_ours = ("--whole", "--checkpoint", small_run.best)
    assert run("trace", picture, "--out", out, *of_ours) == 0
    with np.load(out) as arrays:
        np.testing.assert_array_equal(arrays["images"], digit.pixels())
    capsys.readouterr()
    assert run("predict", picture, "--json", *of_ours) == 0
    expected = checkpoints.load(small_run.best).trace(digit.pixels()).lengths[-1, 0]
    (told,) = json.loads(capsys.readouterr().out)
    np.testing.assert_allclose(told["lengths"], expected, atol=1e-4)


def test_trace_writes_over_no_picture_and_no_device(small_run, pictures, tmp_path, capsys):
    picture = tmp_path / "mine.png"
    shutil.copy(pictures[0], picture)
    before = picture.read_bytes()
    for out in (picture, tmp_path, os.devnull):
        assert run("trace", picture, "--out", out, "--checkpoint", small_run.best) == 1
        (said,) = capsys.readouterr().err.splitlines()
        assert f"Expected a file ending in .npz to write to. Received: {out}" in said
    assert picture.read_bytes() == before


def test_trace_writes_to_what_a_link_points_to(small_run, pictures, tmp_path):
    link, there = tmp_path / "link.npz", tmp_path / "there.npz"
    try:
        link.symlink_to(there)
    except OSError:
        pytest.skip("no right to make links here, as on Windows")
    assert run("trace", pictures[0], "--out", link, "--checkpoint", small_run.best) == 0
    assert link.is_symlink()
    assert CapsNetTrace.load(there).rounds == 3


def test_a_network_that_answers_nan_is_one_sentence(small_model, pictures, tmp_path, capsys):
    model = CapsNet(small_model.config)
    model.set_weights([np.full_like(weights, 1e30) for weights in small_model.get_weights()])
    checkpoints.save(model, tmp_path / "huge.keras")
    assert run("predict", pictures[0], "--json", "--checkpoint", tmp_path / "huge.keras") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "huge.keras that answers with numbers. Received: " in printed.err


def test_predict_routes_as_often_as_it_is_asked(small_run, pictures, capsys):
    network = checkpoints.load(small_run.best)
    image = load_bundled()[:1].pixels()
    own = ("--checkpoint", small_run.best, "--whole", "--json")
    for rounds in (1, 5):
        assert run("predict", pictures[0], "--rounds", rounds, *own) == 0
        (told,) = json.loads(capsys.readouterr().out)
        expected = network.trace(image, rounds).lengths[-1, 0]
        np.testing.assert_allclose(told["lengths"], expected, atol=1e-4)
    assert run("predict", pictures[0], "--rounds", 11, *own) == 1
    assert "from 1 to 10. Received: 11" in capsys.readouterr().err


def test_predict_all_digits_of_a_page(small_run, digits, tmp_path, capsys):
    sheet = np.full((100, 300), 255, np.uint8)
    for i, image in enumerate(digits.ink[:3]):
        sheet[20:76, 20 + i * 100 : 76 + i * 100] = 255 - np.kron(image, np.ones((2, 2), np.uint8))
    Image.fromarray(sheet).save(tmp_path / "page.png")
    options = ("predict", "--all", tmp_path / "page.png", "--checkpoint", small_run.best)
    assert run(*options, "--json") == 0
    (page,) = json.loads(capsys.readouterr().out)
    assert page["image"] == str(tmp_path / "page.png")
    assert [int(digit["box"][0] * 3) for digit in page["digits"]] == [0, 1, 2]
    for digit in page["digits"]:
        assert digit["class"] == np.argmax(digit["lengths"])
        assert digit["touching"] is False
    assert run(*options) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("page.png: 3 digits")
    assert [line.split(": ", 1)[1] for line in lines[1:]] == [d["answer"] for d in page["digits"]]
    assert run(*options, "--whole") == 1
    assert "Expected --all with pictures alone. Received: --whole" in capsys.readouterr().err
    assert run("predict", "--all", tmp_path / "none.png", "--checkpoint", small_run.best) == 1
    assert "none.png: The picture could not be opened" in capsys.readouterr().err
