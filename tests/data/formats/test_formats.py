"""The same digits in every format, written by its own library, and read back bit by bit."""

import gzip
import io
import json
import shutil
import struct
import zipfile

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet
from scipy.io import savemat

from capsnet.data.bundled import load_bundled
from capsnet.data.formats import read_source
from capsnet.data.prepare import Arrangement, prepare
from capsnet.errors import DataError

TRAIN, TEST = 60, 20


@pytest.fixture(scope="module")
def digits():
    bundled = load_bundled()
    x, y = bundled.images[: TRAIN + TEST, ..., 0], bundled.labels[: TRAIN + TEST]
    return {"train": (x[:TRAIN], y[:TRAIN]), "test": (x[TRAIN:], y[TRAIN:])}


def read(path, **how):
    return prepare(read_source(path, how.get("resize", 0)), Arrangement(**how))


def assert_same(found, digits, splits=("train", "test")):
    assert set(found.images) == set(splits)
    for split in splits:
        x, y = digits[split] if split in digits else digits["train"]
        np.testing.assert_array_equal(found.images[split][..., 0], x)
        np.testing.assert_array_equal(found.labels[split], y)
    assert found.class_names == tuple("0123456789")


def idx(array):
    """IDX as the MNIST page describes it: written with struct, by hand."""
    code = {"u1": 8, "i4": 12}[array.dtype.str[1:]]
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


USUAL_NAMES = {
    "as MNIST": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-{}"),
    "dots": ("train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-{}"),
}


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


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("zipped", ["", ".gz"])
def test_csv_as_kaggle_writes_it_and_without_its_header(tmp_path, digits, header, zipped):
    for split, (x, y) in digits.items():
        table = pd.DataFrame(x.reshape(-1, 784), columns=[f"pixel{n}" for n in range(784)])
        table.insert(0, "label", y)
        table.to_csv(tmp_path / f"{split}.csv{zipped}", index=False, header=header)
    assert_same(read(tmp_path), digits)


def test_csv_without_labels_can_only_be_predicted(tmp_path, digits):
    x = digits["test"][0].reshape(-1, 784)
    pd.DataFrame(x, columns=[f"pixel{n}" for n in range(784)]).to_csv(
        tmp_path / "test.csv", index=False
    )
    found = read(tmp_path / "test.csv")
    np.testing.assert_array_equal(found.images["test"][..., 0], digits["test"][0])
    assert not found.labels and "no labels" in found.steps[-1]


def test_csv_that_pandas_has_indexed_and_whose_header_it_made(tmp_path, digits):
    x, y = digits["train"]
    table = np.column_stack([y, x.reshape(-1, 784)])
    np.savetxt(tmp_path / "plain.csv", table, "%d", ",")
    again = pd.read_csv(tmp_path / "plain.csv")  # takes the first row for a header
    again.to_csv(tmp_path / "again.csv", index=False)
    found = read(tmp_path / "again.csv")
    np.testing.assert_array_equal(found.images["all"][..., 0], x[1:])
    assert any("a header that pandas made" in step for step in found.steps)
    pd.DataFrame(table).to_csv(tmp_path / "indexed.csv")
    np.testing.assert_array_equal(read(tmp_path / "indexed.csv").images["all"][..., 0], x)


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


def png(image):
    with io.BytesIO() as file:
        Image.fromarray(image).save(file, "PNG")
        return file.getvalue()


def test_parquet_as_hugging_face_writes_it(tmp_path, digits):
    features = {
        "image": {"_type": "Image"},
        "label": {"_type": "ClassLabel", "names": list("abcdefghij")},
    }
    for split, (x, y) in digits.items():
        table = pa.table({"image": [{"bytes": png(i), "path": None} for i in x], "label": y})
        table = table.replace_schema_metadata(
            {"huggingface": json.dumps({"info": {"features": features}})}
        )
        for shard in range(2):
            name = f"{split}-0000{shard}-of-00002.parquet"
            parquet.write_table(table.slice(shard * len(x) // 2, len(x) // 2), tmp_path / name)
    found = read(tmp_path)
    assert found.class_names == tuple("abcdefghij")
    for split in digits:
        np.testing.assert_array_equal(found.images[split][..., 0], digits[split][0])
    (tmp_path / "train-00001-of-00002.parquet").unlink()
    with pytest.raises(DataError, match="Expected 2 files, as .* says. Received: 1"):
        read(tmp_path)


@pytest.mark.parametrize("form", ["list", "nested", "fixed", "columns"])
def test_parquet_with_pixels(tmp_path, digits, form):
    x, y = digits["train"]
    flat = x.reshape(-1, 784)
    if form == "columns":
        table = pa.table({"label": y} | {f"pixel{n}": flat[:, n] for n in range(784)})
    else:
        column = {
            "list": lambda: pa.array(list(flat)),
            "nested": lambda: pa.array(
                [image.tolist() for image in x], pa.list_(pa.list_(pa.uint8()))
            ),
            "fixed": lambda: pa.FixedSizeListArray.from_arrays(flat.ravel(), 784),
        }[form]()
        table = pa.table({"image": column, "label": y})
    parquet.write_table(table, tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet")
    np.testing.assert_array_equal(found.images["all"][..., 0], x)
    np.testing.assert_array_equal(found.labels["all"], y)


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


def test_tfrecords_of_the_authors(tmp_path, digits):
    """Their MNIST is (28, 28, 1), their smallNORB (2, 96, 96): models/research/capsules."""
    import tensorflow as tf

    def write(name, images, labels, height, depth):
        with tf.io.TFRecordWriter(str(tmp_path / name)) as file:
            for image, label in zip(images, labels, strict=True):

                def ints(*values):
                    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))

                held = tf.train.BytesList(value=[image.tobytes()])
                file.write(
                    tf.train.Example(
                        features=tf.train.Features(
                            feature={
                                "height": ints(height),
                                "width": ints(height),
                                "depth": ints(depth),
                                "label": ints(int(label)),
                                "image_raw": tf.train.Feature(bytes_list=held),
                            }
                        )
                    ).SerializeToString()
                )

    for split, (x, y) in digits.items():
        write(f"{split}.tfrecords", x, y, 28, 1)
    assert_same(read(tmp_path), digits)
    for file in tmp_path.iterdir():
        file.unlink()
    pairs = np.random.default_rng(3).integers(0, 256, (10, 2, 96, 96), np.uint8)
    write("train.tfrecords", pairs, np.arange(10) % 5, 96, 2)
    np.testing.assert_array_equal(read(tmp_path).images["train"], np.moveaxis(pairs, 1, 3))
    whole = (tmp_path / "train.tfrecords").read_bytes()
    (tmp_path / "train.tfrecords").write_bytes(whole[:-100])
    with pytest.raises(DataError, match="Expected a whole TFRecord file at .*train.tfrecords"):
        read(tmp_path)


def test_small_norbs_own_binaries(tmp_path):
    """cs.nyu.edu/~ylclab/data/norb-v1.0-small: magic, axes, three sizes at least, little-endian."""
    pairs = np.random.default_rng(4).integers(0, 256, (10, 2, 96, 96), np.uint8)
    labels = (np.arange(10) % 5).astype("<i4")
    name = "smallnorb-5x46789x9x18x6x2x96x96-training-{}.mat"
    (tmp_path / name.format("dat")).write_bytes(
        struct.pack("<II4I", 0x1E3D4C55, 4, *pairs.shape) + pairs.tobytes()
    )
    (tmp_path / name.format("cat")).write_bytes(
        struct.pack("<II3I", 0x1E3D4C54, 1, 10, 1, 1) + labels.tobytes()
    )
    (tmp_path / name.format("info")).write_bytes(
        struct.pack("<II3I", 0x1E3D4C54, 2, 10, 4, 1) + np.zeros((10, 4), "<i4").tobytes()
    )
    found = read(tmp_path)
    np.testing.assert_array_equal(found.images["train"], np.moveaxis(pairs, 1, 3))
    np.testing.assert_array_equal(found.labels["train"], labels)
    assert found.class_names == ("animal", "human", "airplane", "truck", "car")


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
