"""What is wrong with a file is said in one sentence, which names the file and what was found."""

import gzip
import io
import pickle
import re
import struct
import tarfile

import numpy as np
import pytest
from PIL import Image

from capsnet.data.formats import read_source
from capsnet.data.prepare import Arrangement, prepare
from capsnet.data.sources import open_source
from capsnet.errors import DataError

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0f3c\nsize 9912422\n"
X = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
Y = np.arange(20) % 10


def refused(path, **how):
    with pytest.raises(DataError) as caught:
        prepare(read_source(path), Arrangement(**how))
    message = str(caught.value)
    assert "\n" not in message and message.startswith("Expected") and ". Received: " in message
    return message


def npz(tmp_path, **arrays):
    np.savez(tmp_path / "set.npz", **({"x": X, "y": Y} | arrays))
    return tmp_path / "set.npz"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("mnist.npz", POINTER, "a Git LFS pointer, not the file itself: `git lfs pull`"),
        (
            "train-images-idx3-ubyte.gz",
            b"<!DOCTYPE html><html>404",
            "a web page, as a failed download",
        ),
        ("train.csv", b"", "an empty file"),
        ("batch.pkl", pickle.dumps({"data": [1, 2]}), "a Python pickle, which is never opened"),
        ("a.gz", gzip.compress(POINTER, mtime=0), "a gzip file with a Git LFS pointer"),
        (
            "notes.txt",
            b"Hello, this is no data",
            "a file of another kind, which begins with b'Hello",
        ),
    ],
)
def test_what_is_no_data_is_told_for_what_it_is(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    message = refused(tmp_path / name)
    assert said in message and name in message


def test_nothing_there(tmp_path):
    assert "no such file or folder" in refused(tmp_path / "nowhere" / "mnist.npz")
    assert "no files" in refused(tmp_path)


def test_a_pointer_beside_whole_files(tmp_path):
    np.save(tmp_path / "y_train.npy", Y)
    (tmp_path / "x_train.npy").write_bytes(POINTER)
    assert "x_train.npy. Received: a Git LFS pointer" in refused(tmp_path)


def test_files_cut_short(tmp_path):
    whole = struct.pack(">BBBB3I", 0, 0, 8, 3, *X.shape) + X.tobytes()
    (tmp_path / "train-images-idx3-ubyte").write_bytes(whole[:5000])
    assert "4,984 of the 15,680 bytes" in refused(tmp_path / "train-images-idx3-ubyte")
    (tmp_path / "train-images-idx3-ubyte").write_bytes(whole + b"more")
    assert "more than the 15,680 bytes" in refused(tmp_path / "train-images-idx3-ubyte")
    (tmp_path / "train-images-idx3-ubyte").unlink()
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(whole)[:4000])
    assert "train-images-idx3-ubyte.gz. Received: a damaged one (Compressed file ended" in refused(
        tmp_path
    )
    path = npz(tmp_path)
    path.write_bytes(path.read_bytes()[:9000])
    told = refused(path)
    assert "Expected a whole NumPy file at" in told and told.endswith(": fetch it anew")


def test_an_archive_cut_short_and_one_that_leads_out_of_itself(tmp_path):
    np.savez(tmp_path / "set.npz", x=X, y=Y)
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "set.npz", "set.npz")
    whole = (tmp_path / "a.tar.gz").read_bytes()
    (tmp_path / "a.tar.gz").write_bytes(whole[: len(whole) // 2])
    assert "Expected a whole archive file at" in refused(tmp_path / "a.tar.gz")
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        archive.add(tmp_path / "set.npz", "../../set.npz")
    assert "b.tar. Received: " in refused(tmp_path / "b.tar")
    assert not (tmp_path.parent / "set.npz").exists()


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"y": Y[:19]}, "Expected 20 labels, one for each picture, in .* Received: 19"),
        ({"y": np.zeros(20, int)}, "Expected 2 to 100 classes .* Received: 1, 0"),
        ({"y": np.where(Y == 3, np.nan, Y)}, "a label for each picture .* Received: NaN"),
        ({"y": Y + 0.5}, r"whole numbers as labels in .*\(y\). Received: 0.5"),
        ({"y": np.ones((20, 10))}, "a single 1 in each row"),
        ({"x": np.where(X == 7, np.nan, X)}, "numbers for all pixels .* NaN or infinity"),
        ({"x": X.astype("f4") - 90}, "standardised pictures have lost their black"),
        ({"x": X.astype("i8") * 1000}, "pixels of at most 65535"),
        ({"x": X[:, :12, :12]}, "16 to 96 pixels a side .* --resize N .* Received: 12 x 12"),
        ({"x": X.reshape(20, 784)[:, :700]}, "a square picture's pixels .* Received: rows of 700"),
        ({"x": np.zeros((20, 28, 28, 5), "u1")}, r"1, 2 or 3 channels.*\(20, 28, 28, 5\)"),
        ({"x": X.astype("c8")}, "Expected pictures and their labels"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path, arrays, said):
    message = refused(npz(tmp_path, **arrays))
    assert re.search(said, message), message
    assert "set.npz" in message


def test_where_labels_are_missing_the_arrays_that_are_there_are_listed(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=X, numbers=X[:3, 0, 0], x_test=X)
    with pytest.raises(DataError, match=r"none has a label; its arrays are x_train \(20, 28, 28\)"):
        open_source(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", x_train=X, labels=Y, x_test=X, y_test=Y)
    told = open_source(tmp_path / "b.npz").description
    assert "train has no labels and is left out" in told
    assert "its arrays are x_train (20, 28, 28) uint8, labels (20,) int64, x_test" in told


def test_objects_are_never_unpickled(tmp_path):
    held = np.empty(20, object)
    held[:] = list(X)
    message = refused(npz(tmp_path, x=held))
    assert "Python objects (a pickle, which is never opened" in message
    assert "allow_pickle" not in message


def test_a_test_set_with_a_class_that_training_has_not(tmp_path):
    np.savez(tmp_path / "s.npz", x_train=X, y_train=Y % 5, x_test=X, y_test=Y)
    assert "only classes that training has" in refused(tmp_path / "s.npz")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda rows: rows[:4] + [rows[4] + ",7"] + rows[5:], "Expected 785 columns, got 786"),
        (lambda rows: rows[:4] + [rows[4].replace(",", ",x", 1)] + rows[5:], "invalid value 'x"),
        (lambda rows: rows[:4] + [rows[4].rsplit(",", 1)[0] + ","] + rows[5:], "NaN or infinity"),
    ],
)
def test_csv_with_a_gap_text_or_a_row_too_long(tmp_path, spoil, said):
    rows = [",".join(map(str, [y, *x.ravel()])) for x, y in zip(X, Y, strict=True)]
    (tmp_path / "train.csv").write_text("\n".join(spoil(rows)) + "\n")
    assert said in refused(tmp_path / "train.csv")


def test_pictures_of_several_sizes_and_a_broken_one(tmp_path):
    for name, size in (("a", 28), ("b", 30)):
        (tmp_path / name).mkdir()
        Image.new("L", (size, size)).save(tmp_path / name / "1.png")
    assert "1 of 28 x 28, 1 of 30 x 30" in refused(tmp_path)
    assert prepare(read_source(tmp_path, 28), Arrangement(resize=28)).class_names == ("a", "b")
    with io.BytesIO() as file:
        Image.fromarray(X[0]).save(file, "PNG")
        (tmp_path / "b" / "1.png").write_bytes(file.getvalue()[:200])
    assert "1.png" in refused(tmp_path)


def test_the_names_of_others_are_checked(tmp_path):
    names = np.array(["a"] * 10)
    message = refused(npz(tmp_path, class_names=names))
    assert "different strings of up to" in message
