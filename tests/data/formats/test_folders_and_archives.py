"""Folders of pictures, and archives of any of the formats."""

import gzip
import shutil
import zipfile

import numpy as np
import pytest

from capsnet.errors import DataError
from tests.data.formats.the_digits import assert_same, idx, png, read


def test_folder_of_pictures_by_class_and_its_archives(tmp_path, digits):
    folder = tmp_path / "set"
    for split, (x, y) in digits.items():
        for n, (image, label) in enumerate(zip(x, y, strict=True)):
            place = folder / split / str(label)
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{n:04}.png").write_bytes(png(image))

    def assert_found(found):
        for split, (x, y) in digits.items():
            order = np.argsort(y, kind="stable")
            np.testing.assert_array_equal(found.images[split][..., 0], x[order])
            np.testing.assert_array_equal(found.labels[split], y[order])

    assert_found(read(folder))
    for kind in ("zip", "gztar", "tar"):
        assert_found(read(shutil.make_archive(str(tmp_path / kind), kind, tmp_path, "set")))


def test_an_archive_of_several_sets_and_a_path_in_it(tmp_path, digits):
    with zipfile.ZipFile(tmp_path / "gzip.zip", "w") as archive:
        for name in ("one", "two"):
            for split in digits:
                x, y = digits[split]
                archive.writestr(f"gzip/{name}-{split}-images-idx3-ubyte.gz", gzip.compress(idx(x)))
                archive.writestr(
                    f"gzip/{name}-{split}-labels-idx1-ubyte.gz", gzip.compress(idx(y.astype("u1")))
                )
    assert_same(read(tmp_path / "gzip.zip" / "gzip" / "two"), digits)
    with pytest.raises(DataError, match=r"one dataset at \S*gzip.zip, .* several, one, two"):
        read(tmp_path / "gzip.zip")
