"""TensorFlow Datasets: sets written by the package itself give what their `.npz` twins give."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.data.bundled import load_bundled
from capsnet.data.datasets import load
from capsnet.data.formats import read_source
from capsnet.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore")  # of the package's own; it has many


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sets named as their makers would: digits, pairs of pictures, pictures of several sizes."""
    import tensorflow as tf
    import tensorflow_datasets as tfds

    place = tmp_path_factory.mktemp("tfds")
    digits = load_bundled()[:90]
    picture = tfds.features.Image(shape=(28, 28, 1))
    label = tfds.features.ClassLabel(names=[str(c) for c in range(10)])

    def store(name, features, splits):
        tfds.dataset_builders.store_as_tfds_dataset(
            name,
            version="1.0.0",
            data_dir=place,
            features=tfds.features.FeaturesDict(features),
            split_datasets={k: tf.data.Dataset.from_tensor_slices(v) for k, v in splits.items()},
        )

    def part(some, key="image"):
        return {key: some.images, "label": some.labels}

    store(
        "few_digits",
        {"image": picture, "label": label},
        {"train": part(digits[:60]), "test": part(digits[60:])},
    )
    store(
        "pairs",
        {"image": picture, "image2": picture, "label": label},
        {"train": {**part(digits[:60]), "image2": digits[:60].images[::-1]}},
    )
    store("numbers", {"label": label}, {"train": {"label": digits[:60].labels}})
    return place


@pytest.fixture(autouse=True)
def looked_for_there(folder, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(folder))


def in_order(images, labels):
    """The package shuffles what it writes."""
    order = np.lexsort(images.reshape(len(images), -1).T)
    return images[order], labels[order]


def test_the_twin_in_npz_has_the_same_pictures(tmp_path):
    digits = load_bundled()[:90]
    np.savez(
        tmp_path / "twin.npz",
        x_train=digits.images[:60, ..., 0], y_train=digits.labels[:60],
        x_test=digits.images[60:, ..., 0], y_test=digits.labels[60:],
    )  # fmt: skip
    found, twin = load("tfds:few_digits"), load(str(tmp_path / "twin.npz"))
    for split in ("train", "test"):
        ours, theirs = getattr(found, split), getattr(twin, split)
        for one, other in zip(
            in_order(ours.images, ours.labels), in_order(theirs.images, theirs.labels), strict=True
        ):
            np.testing.assert_array_equal(one, other)
    assert found.class_names is None  # the digits
    assert found.description.startswith("TensorFlow Datasets, few_digits/1.0.0: ")


def test_two_pictures_an_example_are_two_channels():
    raw = read_source("tfds:pairs")
    assert raw.parts["train"].images.shape == (60, 28, 28, 2)
    first, second = raw.parts["train"].images[..., 0], raw.parts["train"].images[..., 1]
    assert {one.tobytes() for one in first} == {one.tobytes() for one in second}
    assert raw.class_names == tuple("0123456789")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tfds:no_such_set", "Expected a name of TensorFlow Datasets after tfds:. Received: 'no"),
        ("tfds:", "Expected a name of TensorFlow Datasets after tfds:. Received: ''"),
        ("tfds:numbers", "Expected pictures of one size in tfds:numbers. Received: only label"),
    ],
)
def test_what_is_no_set_of_pictures_is_one_sentence(name, said):
    with pytest.raises(DataError) as raised:
        load(name)
    assert said in str(raised.value) and "\n" not in str(raised.value)


def test_where_the_package_is_missing_it_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tensorflow_datasets", None)
    with pytest.raises(DataError, match="pip install tensorflow-datasets"):
        load("tfds:mnist")
