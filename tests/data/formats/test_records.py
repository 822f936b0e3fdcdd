"""TFRecords of the paper's authors, and smallNORB's own binaries."""

import struct

import numpy as np
import pytest

from capsnet.errors import DataError
from tests.data.formats.the_digits import assert_same, read


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
