"""The same 80 digits in every format: written by its own library, and read back bit by bit."""

import io
import struct

import numpy as np
from PIL import Image

from capsnet.data.formats import read_source
from capsnet.data.prepare import Arrangement, prepare

TRAIN, TEST = 60, 20


def read(path, **how):
    """The dataset of a file or folder, as training would have it."""
    return prepare(read_source(path, how.get("resize", 0)), Arrangement(**how))


def assert_same(found, digits, splits=("train", "test")):
    """Check that a dataset has the digits of these splits, bit by bit."""
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


def png(image):
    """A picture as the bytes of a PNG file."""
    with io.BytesIO() as file:
        Image.fromarray(image).save(file, "PNG")
        return file.getvalue()
