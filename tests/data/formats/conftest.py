"""The digits that every format is tested on."""

import pytest

from capsnet.data.bundled import load_bundled
from tests.data.formats.the_digits import TEST, TRAIN


@pytest.fixture(scope="package")
def digits():
    bundled = load_bundled()
    x, y = bundled.images[: TRAIN + TEST, ..., 0], bundled.labels[: TRAIN + TEST]
    return {"train": (x[:TRAIN], y[:TRAIN]), "test": (x[TRAIN:], y[TRAIN:])}
