"""Any file or folder becomes a dataset, and one line says what was found and done."""

import numpy as np
import pytest

from capsnet.data.bundled import load_bundled
from capsnet.data.datasets import load
from capsnet.data.likeness import compare_with_digits
from capsnet.data.prepare import Arrangement
from capsnet.data.sources import open_source
from capsnet.errors import DataError


@pytest.fixture(scope="module")
def some():
    """400 of the bundled digits."""
    return load_bundled()[:400]


def saved(tmp_path, **arrays):
    np.savez(tmp_path / "set.npz", **arrays)
    return tmp_path / "set.npz"


def test_splits_that_are_missing_are_made_of_all_classes_alike_and_the_same_again(tmp_path, some):
    order = np.argsort(some.labels, kind="stable")  # all zeros first
    path = saved(tmp_path, x=some.images[order], y=some.labels[order])
    first, second = open_source(path), open_source(path)
    parts = [first.split(name) for name in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [330, 30, 40]
    for part in parts:
        assert (np.bincount(part.labels) == len(part) / 10).all()
    every = np.concatenate([part.images for part in parts]).reshape(400, -1)
    assert len(np.unique(every, axis=0)) == 400
    for name in ("train", "validation", "test"):
        np.testing.assert_array_equal(first.split(name).images, second.split(name).images)


def test_a_split_that_is_there_is_kept(tmp_path, some):
    x, y = some.images, some.labels
    path = saved(tmp_path, x_train=x[:200], y_train=y[:200], x_val=x[200:300], y_val=y[200:300],
                 x_test=x[300:], y_test=y[300:])  # fmt: skip
    dataset = open_source(path)
    np.testing.assert_array_equal(dataset.split("validation").images, x[200:300])
    assert len(dataset.split("train")) == 200


def test_one_line_says_what_was_found_and_done(tmp_path, some):
    path = saved(tmp_path, images=some.images / 255, labels=some.labels)
    said = open_source(path).description
    assert said.startswith(
        "NumPy .npz: 330 training, 30 validation, 40 test pictures of 28 x 28, grey; "
        "10 classes: 0, 1, 2, 3, 4, 5 …; values 0 to 1 scaled; a test set is held out"
    )
    assert "\n" not in said and "seem" not in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x: x.swapaxes(1, 2), "they seem transposed: --transpose"),
        (lambda x: 255 - x, "they seem inverted: --invert"),
        (lambda x: 255 - x.swapaxes(1, 2), "transposed and inverted: --transpose --invert"),
        (lambda x: x[:, :, ::-1], "they seem mirrored"),
        (lambda x: np.roll(x, 37, axis=0), "do the labels belong to them, in this order?"),
    ],
)
def test_digits_that_lie_otherwise_are_reported(tmp_path, some, change, said):
    path = saved(tmp_path, x=change(some.images), y=some.labels)
    assert said in open_source(path).description


def test_what_is_advised_mends_it(tmp_path, some):
    path = saved(tmp_path, x=255 - some.images.swapaxes(1, 2), y=some.labels)
    dataset = open_source(path, Arrangement(transpose=True, invert=True))
    assert "seem" not in dataset.description
    held = {image.tobytes() for image in some.images}
    assert all(image.tobytes() in held for image in dataset.train.images)


def test_digits_as_they_are_and_of_another_size_are_in_order(some):
    assert compare_with_digits(some.images, some.labels) is None
    assert compare_with_digits(some.images[:, 4:24, 4:24], some.labels) is None


def test_without_labels_there_is_nothing_to_train_on(tmp_path, some):
    with pytest.raises(DataError, match="none has a label; `python -m capsnet predict --dataset`"):
        open_source(saved(tmp_path, x=some.images))


def test_a_folder_with_mnists_files_is_what_a_path_names(tmp_path, some):
    np.save(tmp_path / "x_train.npy", some.images)
    np.save(tmp_path / "y_train.npy", some.labels)
    assert len(load("mnist", tmp_path).train) == 360
    assert len(load(str(tmp_path)).train) == 360


def test_classes_are_numbered_as_a_network_numbers_those_of_the_same_names(tmp_path, some):
    odd = some.labels % 2 == 1
    dataset = open_source(saved(tmp_path, x=some.images[odd], y=some.labels[odd]))
    assert dataset.class_names == ("1", "3", "5", "7", "9")
    as_digits = dataset.as_classes(tuple("0123456789"))
    assert set(np.unique(as_digits.test.labels)) == {1, 3, 5, 7, 9}
    assert dataset.as_classes(("a", "b")) is dataset
