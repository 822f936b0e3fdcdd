import keras
import numpy as np
import pytest

from capsnet.config import CapsNetConfig
from capsnet.data import datasets, images
from capsnet.data.datasets import BUNDLED, DATA_VARIABLE, SOURCES, load, load_split
from capsnet.errors import DataError
from capsnet.training import provenance, run_folder
from capsnet.training_config import TrainingConfig

ELSEWHERE = [name for name in SOURCES if name != BUNDLED]


def arrays(count=30, first=0):
    """Images and labels, the first pixel of image 0 saying which ones they are."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[0, 0, 0] = first
    return images, (np.arange(count) % 10).astype(np.uint8)


def write(path, first=0, **more):
    (x, y), (x_test, y_test) = arrays(40, first), arrays(30, first)
    np.savez(path, x_train=x, y_train=y, x_test=x_test, y_test=y_test, **more)
    return path


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A user without data and without a network."""

    def no_network(*_arguments, **_options):
        raise OSError("no route to host")

    monkeypatch.delenv(datasets.DATA_VARIABLE, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", no_network)
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", no_network)
    monkeypatch.setattr(keras.utils, "get_file", no_network)
    return tmp_path


def test_the_environment_variable_names_mnists_file(nowhere, monkeypatch):
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(write(nowhere / "mine.npz", 7)))
    assert load().test.images[0, 0, 0, 0] == 7
    with pytest.raises(DataError, match="which is MNIST's file"):
        load("kmnist")


def test_the_environment_variable_names_a_folder(nowhere, monkeypatch):
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(nowhere))
    for number, name in enumerate(ELSEWHERE):
        write(nowhere / f"{name}.npz", number)
    for number, name in enumerate(ELSEWHERE):
        loaded = load(name)
        assert loaded.train.images[0, 0, 0, 0] == number
        assert loaded.class_names == SOURCES[name].class_names


@pytest.mark.parametrize(
    ("name", "module"),
    [("mnist", keras.datasets.mnist), ("fashion-mnist", keras.datasets.fashion_mnist)],
)
def test_kerass_cache_or_download_is_used(nowhere, monkeypatch, name, module):
    monkeypatch.setattr(module, "load_data", lambda: (arrays(40, 9), arrays(30, 9)))
    loaded = load(name)
    assert (len(loaded.train), len(loaded.test)) == (40, 30)
    assert loaded.train.labels.dtype == np.int64
    assert loaded.test.images[0, 0, 0, 0] == 9


def test_kmnist_comes_in_four_files(nowhere, monkeypatch):
    parts = {
        "train-imgs": arrays(40)[0],
        "train-labels": arrays(40)[1],
        "test-imgs": arrays(30, 5)[0],
        "test-labels": arrays(30)[1],
    }

    def get_file(name, address, **_options):
        assert address.endswith(name)
        path = nowhere / name
        np.savez(path, parts[name.removeprefix("kmnist-").removesuffix(".npz")])
        return str(path)

    monkeypatch.setattr(keras.utils, "get_file", get_file)
    loaded = load("kmnist")
    assert loaded.test.images[0, 0, 0, 0] == 5
    assert loaded.class_names[0] == "お o"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_nothing_found_lists_what_was_tried(nowhere, name):
    with pytest.raises(DataError) as raised:
        load_split("train", dataset=name)
    message = str(raised.value)
    assert SOURCES[name].title in message
    assert "the path given: none" in message
    assert "CAPSNET_DATA: not set" in message
    assert str(nowhere / "keras" / "datasets") in message
    assert "download: no route to host" in message
    assert f"--data {name}.npz" in message


def test_a_path_that_is_given_is_not_replaced_by_another(nowhere, monkeypatch):
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(write(nowhere / "mine.npz")))
    with pytest.raises(DataError, match=r"nothing.npz. Received: no such file"):
        load(path="nothing.npz")


def test_any_file_of_that_shape_brings_its_class_names(tmp_path):
    names = np.array([f"shape {c}" for c in range(10)])
    loaded = load(str(write(tmp_path / "shapes.npz", class_names=names)))
    assert loaded.class_names == tuple(names)
    assert load(str(write(tmp_path / "digits.npz"))).class_names is None


@pytest.mark.parametrize(
    "names",
    [
        ["a"],
        ["a"] * 10,
        [*"abcdefghi", ""],
        [*"abcdefghi", "j" * 61],
        [*"abcdefghi", "j\n"],
        np.arange(10.0).reshape(2, 5),
        np.arange(10.0),
        np.array("abcdefghij"),
    ],
)
def test_class_names_that_are_not_one_for_each_class_are_refused(tmp_path, names):
    path = write(tmp_path / "shapes.npz", class_names=np.array(names))
    with pytest.raises(DataError, match=r"Expected .*class.names.*shapes.npz.*Received"):
        load(str(path))


@pytest.mark.parametrize("path", ["x" * 5000, "~nobody_such/mnist.npz", "\0"])
@pytest.mark.parametrize("dataset", ["mnist", "kmnist"])
def test_a_path_that_cannot_be_is_reported(monkeypatch, path, dataset):
    if "\0" not in path:
        monkeypatch.setenv(datasets.DATA_VARIABLE, path)
        with pytest.raises(DataError, match="Expected the path of a dataset"):
            datasets.find_file(dataset)
    with pytest.raises(DataError, match="Received: "):
        load(dataset, path)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(
        DataError,
        match="mnist, fashion-mnist, kmnist, bundled, the path .* tfds:NAME. Received: 'cifar'",
    ):
        load("cifar")


def test_only_mnists_validation_is_bundled(nowhere):
    assert len(load_split("validation")) == 5000
    with pytest.raises(DataError):
        load_split("validation", dataset="kmnist")


def test_the_file_that_would_be_read_is_found_or_missed(nowhere, monkeypatch):
    path = write(nowhere / "mine.npz")
    assert datasets.find_file() is None  # it would be downloaded
    assert datasets.find_file("mnist", path) == path
    assert datasets.find_file(str(path)) == path
    with pytest.raises(DataError, match="the path given points. Received: no file .*none.npz"):
        datasets.find_file("mnist", nowhere / "none.npz")
    with pytest.raises(DataError, match="the dataset's path points. Received: no file none.npz"):
        datasets.find_file("none.npz")
    monkeypatch.setenv(datasets.DATA_VARIABLE, "none.npz")
    with pytest.raises(DataError, match="CAPSNET_DATA points. Received: no file none.npz"):
        datasets.find_file()
    with pytest.raises(DataError, match="Received: 'letters'"):
        datasets.find_file("letters")


def test_the_bundled_digits_are_always_there_in_three_disjoint_parts(nowhere):
    dataset = load(BUNDLED)
    parts = [dataset.split(name) for name in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [4050, 450, 500]
    for part in parts:
        assert (np.bincount(part.labels) == len(part) / 10).all()
    every = np.concatenate([part.images for part in parts]).reshape(5000, -1)
    assert len(np.unique(every, axis=0)) == 5000
    assert datasets.find_file(BUNDLED).is_file()


@pytest.mark.parametrize("dataset", ["bundled", "some.npz"])
def test_a_path_for_what_needs_none_is_refused(tmp_path, dataset):
    with pytest.raises(DataError, match="Expected no path"):
        datasets.load(dataset, tmp_path / "other.npz")


def test_class_names_are_known_before_the_images_are_loaded(nowhere, monkeypatch, tmp_path):
    assert datasets.class_names("mnist") is None
    assert datasets.class_names("bundled") is None
    assert datasets.class_names("fashion-mnist")[0] == "T-shirt"
    names = tuple("abcdefghij")
    write(tmp_path / "own.npz", class_names=names)
    assert datasets.class_names(str(tmp_path / "own.npz")) == names
    with pytest.raises(DataError, match="Expected a dataset .*no such file"):
        datasets.class_names(str(tmp_path / "missing.npz"))


@pytest.mark.parametrize("count", [0, 10])
def test_too_few_training_images_are_reported(tmp_path, count):
    (x, y), (x_test, y_test) = arrays(count, 0) if count else arrays(10, 0), arrays(10, 0)
    x, y = x[:count], y[:count]
    np.savez(tmp_path / "few.npz", x_train=x, y_train=y, x_test=x_test, y_test=y_test)
    with pytest.raises(
        DataError, match="Expected (two training images|pictures) .*few.npz.* Received: "
    ):
        load(str(tmp_path / "few.npz"))


def test_a_data_file_that_is_named_is_what_validation_is_of(mnist_file, monkeypatch):
    monkeypatch.setattr(images, "VALIDATION_SHARE", 6)
    monkeypatch.setenv(DATA_VARIABLE, str(mnist_file))
    assert len(load_split("validation")) == 50
    monkeypatch.delenv(DATA_VARIABLE)
    assert len(load_split("validation")) == 5000


@pytest.mark.parametrize("start", ["a\0b", "loop", "x" * 5000])
def test_a_run_that_began_with_no_path_is_not_known(tmp_path, start):
    if start == "loop":
        try:
            (tmp_path / start).symlink_to(tmp_path / start)
        except OSError:
            pytest.skip("no right to make links here, as on Windows")
        start = str(tmp_path / start / "best.keras")
    run_folder.write_run(tmp_path / "run", CapsNetConfig(), TrainingConfig(start=start))
    assert provenance.bundled_were_in(tmp_path / "run") == "unknown"
