"""`python -m capsnet data`, and training on pictures of another size, in colour, of 26 classes."""

import string

import numpy as np
import pytest
from PIL import Image, ImageDraw

from capsnet.cli import main
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    """Four pictures in colour of each letter, 32 x 32, in a folder a letter."""
    folder = tmp_path_factory.mktemp("letters")
    rng = np.random.default_rng(0)
    for letter in string.ascii_uppercase:
        (folder / letter).mkdir()
        for n in range(4):
            picture = Image.new("RGB", (32, 32), tuple(map(int, rng.integers(0, 90, 3))))
            colour = tuple(map(int, rng.integers(140, 256, 3)))
            ImageDraw.Draw(picture).text((8 + n, 3), letter, fill=colour, font_size=24)
            picture.save(folder / letter / f"{n}.png")
    return folder


def test_one_line_the_classes_and_a_sheet(letters, tmp_path, capsys):
    sheet = tmp_path / "sheet.png"
    assert main(["data", str(letters), "--sheet", str(sheet)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "pictures of 32 x 32, in colour; 26 classes: A, B, C, D, E, F …" in said[0]
    assert said[1].split() == ["4", "A"] and len(said) == 28
    with Image.open(sheet) as drawn:
        assert drawn.size == (8 * 104 + 8, 5 * 118 + 8)
        first = np.asarray(drawn)[8:104, 8:104]
    with Image.open(letters / "A" / "0.png") as picture:
        np.testing.assert_array_equal(first[::3, ::3], np.asarray(picture))


def test_pictures_without_labels(tmp_path, capsys):
    np.save(tmp_path / "x_test.npy", load_bundled().images[:50])
    sheet = tmp_path / "sheet.png"
    assert main(["data", str(tmp_path / "x_test.npy"), "--sheet", str(sheet)]) == 0
    assert "50 pictures of 28 x 28 x 1; no labels" in capsys.readouterr().out
    assert sheet.is_file()


def test_a_wrong_file_is_one_sentence(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("version https://git-lfs.github.com/spec/v1\n")
    assert main(["data", str(tmp_path / "a.csv"), "--sheet", str(tmp_path / "s.png")]) == 1
    said = capsys.readouterr().err
    assert "a Git LFS pointer" in said and said.count("\n") == 1
    assert not (tmp_path / "s.png").exists()


def test_a_network_takes_size_channels_and_classes_from_its_data(letters, tmp_path, capsys):
    run = tmp_path / "run"
    train = ["train", "--preset", "compact", "--dataset", str(letters), "--epochs", "1"]
    assert main([*train, "--out", str(run), "--resize", "24"]) == 0
    config = checkpoints.check(run / "best.keras")
    assert (config.image_shape, config.num_classes) == ((24, 24, 3), 26)
    assert config.class_names == tuple(string.ascii_uppercase)
    capsys.readouterr()
    evaluate = ["evaluate", "--checkpoint", str(run / "best.keras"), "--split", "test"]
    assert main([*evaluate, "--dataset", str(letters), "--resize", "24"]) == 0
    assert "26 images, test split" in capsys.readouterr().out


def test_a_dataset_of_some_digits_measures_a_network_of_all(tmp_path, capsys):
    digits = load_bundled()[:200]
    odd = digits.labels % 2 == 1
    np.savez(tmp_path / "odd.npz", x=digits.images[odd], y=digits.labels[odd])
    assert main(["evaluate", "--dataset", str(tmp_path / "odd.npz"), "--split", "train"]) == 0
    assert "accuracy             9" in capsys.readouterr().out.replace("100.00", "99")


def test_pictures_without_labels_are_read_by_a_network(tmp_path, capsys):
    digits = load_bundled()[:60]
    np.save(tmp_path / "x.npy", digits.ink.reshape(60, 784))
    assert main(["predict", "--dataset", str(tmp_path / "x.npy")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 60 and said[0].startswith("all 0: 0 ")
    right = [
        line.split(": ")[1].split()[0] == str(y)
        for line, y in zip(said, digits.labels, strict=True)
    ]
    assert np.mean(right) > 0.95
    assert main(["predict", "--dataset", str(tmp_path / "x.npy"), "--pad", "32"]) == 1
    assert "network's shape, (28, 28, 1)" in capsys.readouterr().err
    assert main(["predict"]) == 1
    assert "Received: neither" in capsys.readouterr().err
