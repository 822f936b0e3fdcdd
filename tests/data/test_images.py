import re
import zipfile

import numpy as np
import pytest

from capsnet.data import bundled
from capsnet.data.datasets import load, load_split
from capsnet.data.images import Dataset, Digits
from capsnet.errors import DataError


def digits_with_their_number(count):
    """Images that carry their index in the first two pixels, with shuffled labels."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    labels = np.random.default_rng(0).permutation(count) % 10
    return images, labels.astype(np.uint8)


def numbers(digits):
    return digits.images[..., 0][:, 0, :2].astype(int) @ [256, 1]


@pytest.fixture(scope="module")
def numbered_file(tmp_path_factory):
    """52,000 training and 30 test images that know their index."""
    path = tmp_path_factory.mktemp("numbered") / "mnist.npz"
    (x_train, y_train), (x_test, y_test) = (digits_with_their_number(n) for n in (52000, 30))
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


def test_validation_is_the_first_500_of_each_digit(numbered_file):
    with np.load(numbered_file) as arrays:
        labels = arrays["y_train"]
    first = sorted(i for c in range(10) for i in [n for n in range(52000) if labels[n] == c][:500])
    validation = load_split("validation", numbered_file)
    np.testing.assert_array_equal(numbers(validation), first)
    np.testing.assert_array_equal(validation.labels, labels[first])


def test_training_is_the_rest_and_test_the_test_file(numbered_file):
    train = load_split("train", numbered_file)
    held_out = numbers(load_split("validation", numbered_file))
    assert len(train) == 47000
    assert sorted([*numbers(train), *held_out]) == list(range(52000))
    np.testing.assert_array_equal(numbers(load_split("test", numbered_file)), np.arange(30))


def test_of_a_small_class_a_tenth_is_held_out():
    images = np.zeros((53, 28, 28, 1), np.uint8)
    images[:, 0, 0, 0] = np.arange(53)
    labels = np.array([0] * 40 + [1] * 13)
    dataset = Dataset(Digits(images, labels), Digits(images[:2], labels[:2]))
    held_out = dataset.split("validation").images[:, 0, 0, 0]
    np.testing.assert_array_equal(held_out, [0, 1, 2, 3, 40])
    assert len(dataset.split("train")) == 48


def test_the_bundled_digits_are_500_of_each():
    bundled = load_split("validation")
    assert bundled.images.shape == (5000, 28, 28, 1)
    np.testing.assert_array_equal(np.bincount(bundled.labels), [500] * 10)
    assert bundled.images.max() == 255
    np.testing.assert_array_equal(bundled.labels[:20], [*range(10), *range(10)])


def test_pixels_are_from_0_to_1():
    images = np.zeros((2, 28, 28, 1), np.uint8)
    images[1, 3, 4] = 255
    pixels = Digits(images, np.array([0, 1])).pixels()
    assert pixels.shape == (2, 28, 28, 1)
    assert pixels.dtype == np.float32
    assert (pixels.max(), pixels[1, 3, 4, 0], pixels.sum()) == (1, 1, 1)


def broken_files():
    """Name, and what to write at a path, of files that are not MNIST."""
    images, labels = digits_with_their_number(10)
    arrays = {"x_train": images, "y_train": labels, "x_test": images, "y_test": labels}

    def saved(**changed):
        return lambda path: np.savez(path, **{**arrays, **changed})

    def cut(path):
        np.savez(path, **arrays)
        path.write_bytes(path.read_bytes()[:5000])

    def one_array(path):
        with path.open("wb") as file:
            np.save(file, images)

    def with_member(name, content):
        def write(path):
            np.savez(path, **{n: array for n, array in arrays.items() if n != name[:7]})
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr(name, content)

        return write

    def header(said):
        return with_member("x_train.npy", b"\x93NUMPY\x01\x00" + bytes([len(said), 0]) + said)

    def encrypted(path):
        np.savez(path, **arrays)
        raw = bytearray(path.read_bytes())
        for start, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            for found in re.finditer(re.escape(start), bytes(raw)):
                raw[found.start() + flags] |= 1
        path.write_bytes(raw)

    huge = b"{'descr': '|u1', 'fortran_order': False, 'shape': (%d, 28, 28), }\n"
    return {
        "images in plain text": (with_member("x_train", b"hello"), "x_train, which is no array"),
        "labels in plain text": (with_member("y_train", b"hello"), "y_train, which is no array"),
        "an open bracket": (header(b"{'shape': (40, 28\n"), "whole NumPy file"),
        "a huge array": (header(huge % 10**15), "whole NumPy file"),
        "a size beyond numbers": (header(huge % 10**30), "whole NumPy file"),
        "encrypted": (encrypted, "whole NumPy file .*encrypted"),
        "text": (lambda path: path.write_text("no digits"), "a file of another kind"),
        "empty": (lambda path: path.write_bytes(b""), "an empty file"),
        "cut short": (cut, "whole NumPy file"),
        "one array": (one_array, "none has a label"),
        "no test images": (lambda path: np.savez(path, x_train=images), "none has a label"),
        "28 x 27": (saved(x_test=images[:, :, 1:]), r"one size in all splits .*test \(28, 27, 1\)"),
        "fewer labels": (
            saved(y_train=labels[1:]),
            "Expected 10 labels, one for each picture, .* Received: 9",
        ),
        "a label of 10": (
            saved(y_test=labels + 1),
            "only classes that training has.* Received: 10",
        ),
        "labels in halves": (
            saved(y_train=labels / 2),
            "Expected whole numbers as labels in .*(y_train)",
        ),
    }


@pytest.mark.parametrize("name", broken_files())
def test_other_files_are_refused_with_their_path(name, tmp_path):
    write, message = broken_files()[name]
    path = tmp_path / "mnist.npz"
    write(path)
    with pytest.raises(DataError, match=message) as raised:
        load("mnist", path)
    assert str(path) in str(raised.value)


def test_missing_bundled_digits_are_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(bundled, "BUNDLED_DIGITS", tmp_path / "none.npz")
    with pytest.raises(DataError, match="none.npz. Received: no such file"):
        load_split("validation")
