"""HDF5 and MATLAB files, whose axes have orders of their own."""

import h5py
import numpy as np
from PIL import Image
from scipy.io import savemat

from tests.data.formats.the_digits import TRAIN, assert_same, read


def test_usps_h5_has_rows_of_256_floats(tmp_path, digits):
    small = {
        s: (np.array([Image.fromarray(i).resize((16, 16)) for i in x]), y)
        for s, (x, y) in digits.items()
    }
    with h5py.File(tmp_path / "usps.h5", "w") as file:
        for split, (x, y) in small.items():
            group = file.create_group(split)
            group["data"], group["target"] = (x / np.float32(255)).reshape(-1, 256), y
    found = read(tmp_path / "usps.h5")
    assert_same(found, small)
    assert found.images["train"].shape == (TRAIN, 16, 16, 1)


def test_matlab_counts_columns_first_and_calls_0_10(tmp_path, digits):
    x, y = digits["train"]
    savemat(
        tmp_path / "digits.mat",
        {"X": x.swapaxes(1, 2).reshape(-1, 784) / 255.0, "y": np.where(y == 0, 10, y)[:, None]},
    )
    found = read(tmp_path / "digits.mat", transpose=True)
    np.testing.assert_array_equal(found.images["all"][..., 0], x)
    np.testing.assert_array_equal(found.labels["all"], y)
    assert found.class_names == tuple("0123456789")
    assert "label 10 is 0, as MATLAB's sets of digits have it" in found.steps


def test_matlab_as_svhn_and_as_emnist_write_it(tmp_path, digits):
    x, y = digits["train"]
    colour = np.repeat(x[..., None], 3, 3)
    savemat(
        tmp_path / "svhn.mat", {"X": np.moveaxis(colour, 0, 3), "y": np.where(y, y, 10)[:, None]}
    )
    np.testing.assert_array_equal(read(tmp_path / "svhn.mat").images["all"], colour)
    split = {"images": x.swapaxes(1, 2).reshape(-1, 784), "labels": y[:, None]}
    savemat(tmp_path / "emnist.mat", {"dataset": {"train": split, "test": split}})
    found = read(tmp_path / "emnist.mat")
    np.testing.assert_array_equal(found.images["train"][..., 0], x)


def test_matlab_7_3_is_hdf5_with_all_axes_reversed(tmp_path, digits):
    x, y = digits["train"]
    with h5py.File(tmp_path / "new.mat", "w", userblock_size=512) as file:
        file["images"] = x.transpose(2, 1, 0)  # MATLAB's (N, 28, 28), as it stores it
        file["labels"] = y[None].astype("f8")
    with (tmp_path / "new.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\0\2IM")
    found = read(tmp_path / "new.mat")
    np.testing.assert_array_equal(found.images["all"][..., 0], x)
    np.testing.assert_array_equal(found.labels["all"], y)
