"""TFRecords as the paper's authors write them, read by TensorFlow.

Each record is an Example with `image_raw` (bytes), `label`, `height`, `width` and `depth`. The
authors' MNIST has (28, 28, 1) in it; their smallNORB has (2, 96, 96), the pair of pictures first
(github.com/Sarasra/models, research/capsules/input_data). A picture file (PNG, JPEG) in
`image_raw`, `image/encoded` or `image` is read too.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from capsnet.data.formats.base import Part, Raw, SplitName, damaged
from capsnet.data.formats.words import split_of
from capsnet.errors import DataError, first_line
from capsnet.tensorflow_startup import load_tensorflow_quietly

TITLE = "TFRecord"
IMAGE_KEYS = ("image_raw", "image/encoded", "image", "image_raw_1")
LABEL_KEYS = ("label", "image/class/label", "label_1")
FRAME = 12
"""Bytes before a record: its length, uint64, and the checksum of that."""


def recognises(first: bytes, path: Path) -> bool:
    """Whether a file begins with the frame of a record that holds an Example."""
    if len(first) < FRAME + 2 or first[FRAME] != 0x0A:  # an Example's one field
        return False
    (length,) = struct.unpack("<Q", first[:8])
    try:
        return bool(2 <= length <= path.stat().st_size - FRAME - 4)
    except OSError:
        return False


def read(path: Path) -> Raw:
    """One file."""
    return together([path])


def together(paths: list[Path]) -> Raw:
    """Files of one set, their shards joined in the order of their names.

    Raises:
        DataError: for a damaged file, or records that hold no picture.
    """
    shards: dict[SplitName, list[Path]] = {}
    for path in sorted(paths):
        shards.setdefault(split_of(path.name), []).append(path)
    parts: dict[SplitName, Part] = {}
    stereo = False
    for split, files in shards.items():
        images, labels = [], []
        for path in files:
            for number, example in enumerate(_examples(path)):
                image, label = _one(example, f"{path}, record {number}")
                images.append(image)
                labels.append(label)
        if not images:
            raise DataError(f"Expected records in {files[0]}. Received: none")
        if len({image.shape for image in images}) > 1:
            raise DataError(f"Expected pictures of one size in {files[0]}. Received: several sizes")
        known = [label for label in labels if label is not None]
        if known and len(known) < len(labels):
            raise DataError(
                f"Expected a label in each record of {files[0]}. Received: some without"
            )
        part = np.stack(images)
        stereo = stereo or (part.ndim == 4 and part.shape[-1] == 2)
        parts[split] = Part(part, np.array(known) if known else None, str(files[0]))
    return Raw(
        TITLE, parts, notes=("the two pictures of a pair are its channels",) if stereo else ()
    )


def _examples(path: Path) -> Iterator[Any]:
    load_tensorflow_quietly()
    import tensorflow as tf

    try:
        for record in tf.data.TFRecordDataset(str(path), buffer_size=2**20):
            yield tf.train.Example.FromString(record.numpy()).features.feature
    except Exception as error:  # TensorFlow and protobuf raise kinds of their own
        raise damaged(path, TITLE, first_line(error)) from error


def _one(feature: Any, where: str) -> tuple[np.ndarray, int | str | None]:
    key = next((key for key in IMAGE_KEYS if key in feature), None)
    if key is None:
        raise DataError(
            f"Expected a picture ({', '.join(IMAGE_KEYS)}) in {where}. "
            f"Received: {', '.join(sorted(feature)) or 'nothing'}"
        )
    held = feature[key]
    if held.bytes_list.value:
        image = _pixels(held.bytes_list.value[0], feature, where)
    else:
        image = np.array(held.int64_list.value or held.float_list.value)
    label_key = next((key for key in LABEL_KEYS if key in feature), None)
    if label_key is None:
        return image, None
    label = feature[label_key]
    if label.bytes_list.value:
        return image, label.bytes_list.value[0].decode("utf-8", "replace")
    values = label.int64_list.value or label.float_list.value
    return image, int(values[0]) if values else None


def _pixels(raw: bytes, feature: Any, where: str) -> np.ndarray:
    sizes = [_number(feature, name) for name in ("height", "width", "depth")]
    if None in sizes:
        if raw[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1"):
            from capsnet.data.formats.picture_folder import decode

            return decode(io.BytesIO(raw), where)
        return np.frombuffer(raw, np.uint8)
    height, width, depth = sizes
    pixels = np.frombuffer(raw, np.uint8)
    if pixels.size != height * width * depth:
        raise DataError(
            f"Expected {height} x {width} x {depth} bytes in {where}. Received: {pixels.size}"
        )
    if depth == 2:  # the authors' smallNORB: one picture of the pair after the other
        return np.moveaxis(pixels.reshape(depth, height, width), 0, -1)
    return pixels.reshape(height, width, depth)


def _number(feature: Any, name: str) -> Any:
    values = feature[name].int64_list.value if name in feature else ()
    return int(values[0]) if values else None
