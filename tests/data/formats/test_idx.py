"""IDX files as MNIST, EMNIST and QMNIST come in them."""

import gzip

import numpy as np
import pytest

from capsnet.errors import DataError
from tests.data.formats.the_digits import TRAIN, assert_same, idx, read


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("dotted", [False, True])
def test_idx_under_its_usual_names(tmp_path, digits, zipped, dotted):
    for split, word in (("train", "train"), ("test", "t10k")):
        for array, kind, axes in zip(digits[split], ("images", "labels"), (3, 1), strict=True):
            name = f"{word}-{kind}{'.' if dotted else '-'}idx{axes}-ubyte"
            raw = idx(array.astype(np.uint8))
            file = tmp_path / (name + (".gz" if zipped else ""))
            file.write_bytes(gzip.compress(raw) if zipped else raw)
    assert_same(read(tmp_path), digits)
    assert_same(
        read(
            tmp_path / ("train-images.idx3-ubyte" if dotted else "train-images-idx3-ubyte")
            if not zipped
            else next(tmp_path.glob("train-images*"))
        ),
        digits,
    )


def test_a_prefix_chooses_among_several_sets(tmp_path, digits):
    for prefix in ("first", "second"):
        for split in ("train", "test"):
            x, y = digits[split]
            (tmp_path / f"{prefix}-{split}-images-idx3-ubyte").write_bytes(idx(x))
            (tmp_path / f"{prefix}-{split}-labels-idx1-ubyte").write_bytes(idx(y.astype("u1")))
    assert_same(read(tmp_path / "first"), digits)
    with pytest.raises(
        DataError, match="beginning of its files' names. Received: several, first, second"
    ):
        read(tmp_path)


def test_emnist_is_transposed_and_its_letters_count_from_1(tmp_path, digits):
    """Cohen et al. 2017: MATLAB's order of pixels; letters 1 to 26; a mapping of ASCII codes."""
    x, y = digits["train"]
    y = y + 1  # A to J
    (tmp_path / "emnist-letters-train-images-idx3-ubyte").write_bytes(idx(x.swapaxes(1, 2).copy()))
    (tmp_path / "emnist-letters-train-labels-idx1-ubyte").write_bytes(idx(y.astype("u1")))
    found = read(tmp_path)
    np.testing.assert_array_equal(found.images["train"][..., 0], x)
    assert found.class_names == tuple("ABCDEFGHIJ")
    assert "rows and columns exchanged as its format stores them" in found.steps
    (tmp_path / "emnist-letters-mapping.txt").write_text(
        "".join(f"{n} {96 + n} {64 + n}\n" for n in range(1, 27))
    )
    assert read(tmp_path).class_names == tuple("abcdefghij")
    as_stored = read(tmp_path, transpose=False)
    np.testing.assert_array_equal(as_stored.images["train"][..., 0], x.swapaxes(1, 2))


def test_qmnist_labels_have_eight_columns_the_class_first(tmp_path, digits):
    x, y = digits["train"]
    wide = np.zeros((TRAIN, 8), "i4")
    wide[:, 0], wide[:, 1:] = y, 77
    (tmp_path / "qmnist-train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(x)))
    (tmp_path / "qmnist-train-labels-idx2-int.gz").write_bytes(gzip.compress(idx(wide)))
    found = read(tmp_path)
    assert_same(found, digits, ("train",))
    assert "the first of QMNIST's eight columns" in found.steps[0]
