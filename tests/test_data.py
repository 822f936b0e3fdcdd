import keras
import numpy as np
import pytest

from capsnet import data
from capsnet.data import DataError, Digits, load_mnist, load_split


def digits_with_their_number(count):
    """Images that carry their index in the first two pixels, with shuffled labels."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    labels = np.random.default_rng(0).permutation(count) % 10
    return images, labels.astype(np.uint8)


def numbers(digits):
    return digits.images[:, 0, :2].astype(int) @ [256, 1]


@pytest.fixture(scope="module")
def numbered_file(tmp_path_factory):
    """6,000 training and 30 test images that know their index."""
    path = tmp_path_factory.mktemp("numbered") / "mnist.npz"
    (x_train, y_train), (x_test, y_test) = (digits_with_their_number(n) for n in (6000, 30))
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A user without MNIST and without a network."""

    def no_network():
        raise OSError("no route to host")

    monkeypatch.delenv(data.DATA_VARIABLE, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", no_network)
    return tmp_path


def test_validation_is_the_first_500_of_each_digit(numbered_file):
    with np.load(numbered_file) as arrays:
        labels = arrays["y_train"]
    first = sorted(i for c in range(10) for i in [n for n in range(6000) if labels[n] == c][:500])
    validation = load_split("validation", numbered_file)
    np.testing.assert_array_equal(numbers(validation), first)
    np.testing.assert_array_equal(validation.labels, labels[first])


def test_training_is_the_rest_and_test_the_test_file(numbered_file):
    train = load_split("train", numbered_file)
    held_out = numbers(load_split("validation", numbered_file))
    assert len(train) == 1000
    assert sorted([*numbers(train), *held_out]) == list(range(6000))
    np.testing.assert_array_equal(numbers(load_split("test", numbered_file)), np.arange(30))


def test_the_bundled_digits_are_500_of_each():
    bundled = load_split("validation")
    assert bundled.images.shape == (5000, 28, 28)
    np.testing.assert_array_equal(np.bincount(bundled.labels), [500] * 10)
    assert bundled.images.max() == 255
    np.testing.assert_array_equal(bundled.labels[:20], [*range(10), *range(10)])


def test_pixels_are_from_0_to_1():
    images = np.zeros((2, 28, 28), np.uint8)
    images[1, 3, 4] = 255
    pixels = Digits(images, np.array([0, 1])).pixels()
    assert pixels.shape == (2, 28, 28, 1)
    assert pixels.dtype == np.float32
    assert (pixels.max(), pixels[1, 3, 4, 0], pixels.sum()) == (1, 1, 1)


def test_the_environment_variable_names_the_file(nowhere, numbered_file, monkeypatch):
    monkeypatch.setenv(data.DATA_VARIABLE, str(numbered_file))
    assert len(load_mnist()[1]) == 30


def test_kerass_cache_is_used(nowhere, numbered_file):
    cached = nowhere / "keras" / "datasets" / "mnist.npz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(numbered_file.read_bytes())
    assert len(load_mnist()[1]) == 30


def test_kerass_download_is_used(nowhere, numbered_file, monkeypatch):
    def download():
        cached = nowhere / "keras" / "datasets" / "mnist.npz"
        cached.parent.mkdir(parents=True)
        cached.write_bytes(numbered_file.read_bytes())

    monkeypatch.setattr(keras.datasets.mnist, "load_data", download)
    assert len(load_mnist()[1]) == 30


def test_nothing_found_lists_what_was_tried(nowhere):
    with pytest.raises(DataError) as raised:
        load_split("train")
    message = str(raised.value)
    assert "the path given: none" in message
    assert "CAPSNET_DATA: not set" in message
    assert str(nowhere / "keras" / "datasets" / "mnist.npz") in message
    assert "download: no route to host" in message
    assert "--data mnist.npz" in message


def test_a_path_that_is_given_is_not_replaced_by_another(nowhere, numbered_file, monkeypatch):
    monkeypatch.setenv(data.DATA_VARIABLE, str(numbered_file))
    with pytest.raises(DataError, match="nothing.npz. Received: no such file"):
        load_mnist("nothing.npz")


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

    return {
        "text": (lambda path: path.write_text("no digits"), "cannot be read so"),
        "empty": (lambda path: path.write_bytes(b""), "cannot be read so"),
        "cut short": (cut, "cannot be read so"),
        "one array": (one_array, "cannot be read so"),
        "no test images": (lambda path: np.savez(path, x_train=images), "cannot be read so"),
        "28 x 27": (saved(x_test=images[:, :, 1:]), r"Received: shape \(10, 28, 27\)"),
        "floats": (saved(x_train=images / 255), "type uint8. Received: .* type float64"),
        "fewer labels": (saved(y_train=labels[1:]), "Expected 10 labels.* Received: shape"),
        "a label of 10": (saved(y_test=labels + 1), "from 0 to 9. Received: 1 to 10"),
        "labels in halves": (saved(y_train=labels / 2), "cannot be read so"),
    }


@pytest.mark.parametrize("name", broken_files())
def test_other_files_are_refused_with_their_path(name, tmp_path):
    write, message = broken_files()[name]
    path = tmp_path / "mnist.npz"
    write(path)
    with pytest.raises(DataError, match=message) as raised:
        load_mnist(path)
    assert str(path) in str(raised.value)


def test_missing_bundled_digits_are_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(data, "BUNDLED_DIGITS", tmp_path / "none.npz")
    with pytest.raises(DataError, match="none.npz. Received: no such file"):
        load_split("validation")
