"""What the ten lengths say."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.analysis.prediction import nothing, read_lengths, verdict
from dashboard.components.verdict import in_short, in_words


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
        # Shown as 0.50, which none would call less than that.
        (lengths(c3=0.4951), "one"),
        (lengths(c3=0.4949), "none"),
        (lengths(c3=0.6, c5=0.4951), "two"),
    ],
)
def test_kinds(given, kind):
    assert read_lengths(given).kind == kind


def test_one_short_capsule_is_a_weak_answer():
    assert read_lengths(lengths(c3=0.6)).is_weak
    assert not read_lengths(lengths(c3=0.8)).is_weak
    assert not read_lengths(lengths(c3=0.6, c5=0.55)).is_weak  # but two


def test_best_and_runner_up():
    reading = read_lengths(lengths(c8=0.9, c0=0.3))
    assert (reading.best, reading.second) == (8, 0)
    assert reading.best_length == pytest.approx(0.9)
    assert reading.second_length == pytest.approx(0.3)


def test_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="Received"):
        read_lengths(np.zeros((1, 10)))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lengths(c6=0.834), "6 (0.83)"),
        (lengths(c6=0.4949), "no digit"),
        (lengths(c6=0.7, c5=0.5), "6 (0.70) and 5 (0.50)"),
        (lengths(c6=0.7, c5=0.5, c1=0.6), "three digits: 6, 1 and 5"),
    ],
)
def test_in_short(given, said):
    assert in_short(read_lengths(given), "0123456789") == said


def test_several_are_named_in_the_order_of_their_length():
    reading = read_lengths(lengths(c0=0.8, c6=0.7, c1=0.51))
    assert (reading.kind, reading.there) == ("two", (0, 6, 1))
    headline, line = in_words(reading, "0123456789")
    assert headline == "Three digits: 0, 6 and 1"
    assert line == "All are 0.5 or longer; the longest 0 (0.80), 6 (0.70)."


@pytest.mark.parametrize(
    ("given", "names", "said"),
    [
        (lengths(c3=0.4949), "0123456789", "no digit"),
        (lengths(c3=0.4951), "0123456789", "3"),
        (lengths(c8=0.7, c3=0.8), "0123456789", "two digits: 3 and 8"),
        (lengths(c8=0.7, c3=0.8, c1=0.9), "0123456789", "three digits: 1, 3 and 8"),
        (lengths(c8=0.7, c3=0.8), "abcdefghij", "two classes: d and i"),
    ],
)
def test_the_verdict(given, names, said):
    assert verdict(read_lengths(given), names) == said


def test_what_it_is_called_if_nothing_is_there():
    assert nothing([str(c) for c in range(10)]) == "no digit"
    assert nothing(["coat", *"123456789"]) == "none of its classes"
