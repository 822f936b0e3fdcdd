"""The data the answer is drawn from."""

from __future__ import annotations

import numpy as np

from dashboard.components.answer import answer_data


def test_the_answer_as_it_is_sent():
    random = np.random.default_rng(0)
    image, drawings = random.random((28, 28, 1)), random.random((10, 28, 28, 1))
    lengths = np.linspace(0.9, 0.0, 10)
    data = answer_data(image, lengths, drawings)
    # As they are: rounded twice, 0.71501 would be 0.72 here and 0.71 in the browser.
    assert data["lengths"] == [float(length) for length in lengths]
    assert data["seen"] == (image * 255).round().astype(np.uint8).tobytes()
    sent = np.frombuffer(data["drawings"], np.uint8).reshape(10, 28, 28, 1)
    np.testing.assert_array_equal(sent, (drawings * 255).round())
