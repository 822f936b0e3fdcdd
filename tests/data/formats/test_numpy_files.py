"""NumPy files, in the many forms that people save arrays in."""

import numpy as np
import pytest

from tests.data.formats.the_digits import TRAIN, assert_same, read


def npz_forms(digits):
    (x, y), (u, v) = digits["train"], digits["test"]
    both = {"x_train": x, "y_train": y, "x_test": u, "y_test": v}
    one_hot = np.eye(10)
    yield "Keras's names", both
    yield "floats to 255", both | {"x_train": x.astype("f4"), "x_test": u.astype("f4")}
    yield "floats to 1", both | {"x_train": x / 255, "x_test": u / np.float32(255)}
    yield "floats from -1", both | {"x_train": x / 127.5 - 1, "x_test": u / 127.5 - 1}
    yield "flat", both | {"x_train": x.reshape(-1, 784), "x_test": u.reshape(-1, 784)}
    yield "one channel", both | {"x_train": x[..., None], "x_test": u[..., None]}
    yield "channels first", both | {"x_train": x[:, None], "x_test": u[:, None]}
    yield "one-hot", both | {"y_train": one_hot[y], "y_test": one_hot[v].astype("u1")}
    yield "a column", both | {"y_train": y[:, None], "y_test": v[:, None]}
    yield "float labels", both | {"y_train": y.astype("f8"), "y_test": v.astype("f4")}
    yield "text labels", both | {"y_train": y.astype(str), "y_test": v.astype("S1")}
    yield "numbered", {"arr_0": x, "arr_1": y, "arr_2": u, "arr_3": v}
    yield (
        "medmnist's",
        {
            "train_images": x,
            "train_labels": y[:, None],
            "test_images": u,
            "test_labels": v[:, None],
        },
    )
    yield "capitals", {"X_train": x, "Y_train": y, "X_test": u, "Y_test": v}
    yield (
        "one a class",
        {
            f"{split}{c}": a[b == c].reshape(-1, 784)
            for split, (a, b) in digits.items()
            for c in range(10)
        },
    )


def test_npz_in_many_forms(tmp_path, digits):
    for name, arrays in npz_forms(digits):
        np.savez(tmp_path / "set.npz", **arrays)
        found = read(tmp_path / "set.npz")
        if name == "one a class":
            for split in digits:
                order = np.argsort(digits[split][1], kind="stable")
                np.testing.assert_array_equal(found.images[split][..., 0], digits[split][0][order])
            continue
        assert_same(found, digits)


def test_labels_from_1_are_counted_from_0_and_keep_their_names(tmp_path, digits):
    x, y = digits["train"]
    np.savez(tmp_path / "a.npz", images=x, labels=y + 1)
    found = read(tmp_path / "a.npz")
    np.testing.assert_array_equal(found.labels["all"], y)
    assert found.class_names == tuple(map(str, range(1, 11)))
    assert "labels 1 to 10 counted from 0" in found.steps


def test_words_as_labels_are_named_in_the_order_of_the_alphabet(tmp_path, digits):
    x, y = digits["train"]
    np.savez(tmp_path / "a.npz", images=x, labels=np.where(y % 2, "odd", "even"))
    found = read(tmp_path / "a.npz")
    assert found.class_names == ("even", "odd")
    np.testing.assert_array_equal(found.labels["all"], y % 2)


def test_npy_pairs_and_an_npy_called_npz(tmp_path, digits):
    for split in digits:
        np.save(tmp_path / f"x_{split}.npy", digits[split][0])
        np.save(tmp_path / f"y_{split}.npy", digits[split][1])
    assert_same(read(tmp_path), digits)
    assert_same(read(tmp_path / "x_test.npy"), digits)
    for file in list(tmp_path.iterdir()):
        file.rename(file.with_suffix(".npz"))
    found = read(tmp_path)
    assert_same(found, digits)
    assert any("is an .npy inside" in step for step in found.steps)


def test_arrays_in_files_of_their_own_as_kmnist(tmp_path, digits):
    for split in digits:
        np.savez_compressed(tmp_path / f"kmnist-{split}-imgs.npz", digits[split][0])
        np.savez_compressed(tmp_path / f"kmnist-{split}-labels.npz", digits[split][1])
    assert_same(read(tmp_path), digits)
    assert_same(read(tmp_path / "kmnist"), digits)


def test_pictures_are_padded_resized_and_inverted_as_asked(tmp_path, digits):
    x, y = digits["train"]
    np.savez(tmp_path / "a.npz", x=255 - x, y=y)
    found = read(tmp_path / "a.npz", invert=True, pad=32)
    np.testing.assert_array_equal(found.images["all"][:, 2:30, 2:30, 0], x)
    assert not found.images["all"][:, :2].any()
    resized = read(tmp_path / "a.npz", resize=40).images["all"]
    assert resized.shape == (TRAIN, 40, 40, 1)
    assert abs(resized.mean() - (255 - x).mean()) < 2


@pytest.mark.parametrize(("side", "channels"), [(16, 1), (40, 1), (32, 3), (96, 2)])
def test_other_sizes_and_channels(tmp_path, side, channels):
    x = np.random.default_rng(1).integers(0, 256, (12, side, side, channels), np.uint8)
    np.savez(tmp_path / "a.npz", x=x, y=np.arange(12) % 3)
    np.testing.assert_array_equal(read(tmp_path / "a.npz").images["all"], x)
