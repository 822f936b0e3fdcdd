"""What the ten lengths say, and the data the answer is drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.figures.lengths import answer_data, every_capsule, read_lengths


def lengths(**longer: float) -> np.ndarray:
    """Ten lengths of 0.05, but for those named, as in `lengths(c3=0.9)`."""
    return np.array([longer.get(f"c{digit}", 0.05) for digit in range(10)], np.float32)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (lengths(c3=0.97, c5=0.2), "one"),
        (lengths(c3=0.6, c5=0.55), "two"),
        (lengths(c3=0.4, c5=0.3), "none"),
        (np.zeros(10), "none"),
    ],
)
def test_kinds(given, kind):
    assert read_lengths(given).kind == kind


def test_best_and_runner_up():
    reading = read_lengths(lengths(c8=0.9, c0=0.3))
    assert (reading.best, reading.second) == (8, 0)
    assert reading.best_length == pytest.approx(0.9)
    assert reading.second_length == pytest.approx(0.3)


def test_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="Received"):
        read_lengths(np.zeros((1, 10)))


def test_the_answer_is_the_traces(small_model, images):
    trace = small_model.trace(images[:1])
    capsules, classes = every_capsule(trace)
    drawings = small_model.decode(capsules, classes)
    data = answer_data(trace, drawings, (0.1, 0.9))
    assert data["lengths"] == pytest.approx(trace.lengths[-1, 0])
    assert data["longest"] == trace.predictions[0]
    assert data["margins"] == [0.1, 0.9]
    assert data["seen"] == (images[0] * 255).round().astype(np.uint8).tobytes()
    ten = np.frombuffer(data["drawings"], np.uint8).reshape(10, 28, 28)
    one = np.frombuffer(data["reconstruction"], np.uint8).reshape(28, 28)
    assert np.abs(ten[data["longest"]].astype(int) - one).max() <= 1  # the winner's is the answer's
