"""Files that earlier versions wrote, each by that version's own code, still load."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capsnet.storage import checkpoints

FIXTURES = Path(__file__).parent / "fixtures"

FORMATS = {
    "first": None,  # the first commit's: the config has no class_names
    "class_names": ("cat", "dog", "fox"),  # since 201badf
    "dense_layers": (
        "cat",
        "dog",
        "fox",
    ),  # 012efda to 27a34fb: the decoder's weights had other names
    "house": ("cat", "dog", "fox"),  # since 971a878: the network's module is another
}
LENGTHS = [0.52774805, 0.53454757, 0.87974614]
"""What each version's own trace had for the picture below, on the same weights."""


@pytest.mark.parametrize(("name", "class_names"), FORMATS.items())
def test_an_earlier_file_loads_and_answers_as_it_did(name, class_names):
    model = checkpoints.load(FIXTURES / f"{name}.keras")
    assert model.config.class_names == class_names
    assert model.config.routing == "agreement"
    picture = np.linspace(0, 1, 81, dtype=np.float32).reshape(1, 9, 9, 1)
    np.testing.assert_allclose(model.trace(picture).lengths[-1, 0], LENGTHS, atol=1e-6)
