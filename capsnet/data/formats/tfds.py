"""TensorFlow Datasets, by name: `tfds:mnist`, `tfds:emnist/letters`, `tfds:smallnorb`.

The package downloads what it has not prepared yet, into the folder that TFDS_DATA_DIR names or its
own. Its EMNIST is as the original: each picture is transposed
(tensorflow.org/datasets/catalog/emnist).
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from capsnet.data.formats.base import Part, Raw, SplitName, missing_package
from capsnet.data.formats.words import split_of
from capsnet.errors import DataError, first_line
from capsnet.tensorflow_startup import load_tensorflow_quietly

TITLE = "TensorFlow Datasets"
PREFIX = "tfds:"
LABELS = ("label", "label_category", "coarse_label")
"""The features that are taken for the class, where there are several; else the first."""


def is_named(dataset: str) -> bool:
    """Whether a dataset is given as a name of TensorFlow Datasets."""
    return dataset.startswith(PREFIX)


def read(dataset: str) -> Raw:
    """All splits of a dataset; two pictures an example become two channels.

    Args:
        dataset: `tfds:` and the name, with its configuration and version where one is meant.

    Raises:
        DataError: if the package is missing, has no such dataset, cannot prepare it, or if it has
            no pictures of one size.
    """
    name = dataset.removeprefix(PREFIX)
    load_tensorflow_quietly()
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        needed = f"{error.name or 'tensorflow-datasets'}".replace("_", "-")
        raise missing_package(TITLE, needed, dataset) from error
    builder = _prepared(tfds, name, dataset)
    features = dict(builder.info.features)
    pictures = [key for key, one in features.items() if isinstance(one, tfds.features.Image)]
    classes = [key for key, one in features.items() if isinstance(one, tfds.features.ClassLabel)]
    if not pictures or None in features[pictures[0]].shape:
        what = "of several sizes" if pictures else f"only {', '.join(sorted(features))}"
        raise DataError(f"Expected pictures of one size in {dataset}. Received: {what}")
    label = next((key for key in LABELS if key in classes), classes[0] if classes else None)
    parts: dict[SplitName, Part] = {}
    for split in builder.info.splits:
        known = split_of(split)
        if known == "all" and split != "all":
            continue  # "extra", "unlabelled"
        arrays = tfds.as_numpy(builder.as_dataset(split=split, batch_size=-1))
        images = np.concatenate([np.asarray(arrays[key]) for key in pictures[:2]], axis=-1)
        labels = None if label is None else np.asarray(arrays[label])
        parts[known] = Part(images, labels, f"{dataset} ({split})")
    if not parts:
        raise DataError(
            f"Expected a split that is called train, validation or test in {dataset}. "
            f"Received: {', '.join(builder.info.splits)}"
        )
    names = tuple(features[label].names) if label is not None and features[label].names else None
    return Raw(f"{TITLE}, {builder.info.full_name}", parts, names, transposed="emnist" in name)


def _prepared(tfds: Any, name: str, dataset: str) -> Any:
    """A builder whose files are on this machine."""
    try:
        builder = tfds.builder(name, data_dir=os.environ.get("TFDS_DATA_DIR") or None)
    except ImportError as error:  # of a package that only some datasets need
        raise missing_package(dataset, str(error.name).replace("_", "-"), dataset) from error
    except Exception as error:  # whatever it is, the name leads to nothing
        raise DataError(
            f"Expected a name of {TITLE} after {PREFIX}. Received: {name!r} ({first_line(error)})"
        ) from error
    try:
        builder.download_and_prepare()
    except Exception as error:  # no line, no room, a page that has moved
        raise DataError(
            f"Expected {dataset} on this machine, or a way to download it. "
            f"Received: {first_line(error)}"
        ) from error
    return builder
