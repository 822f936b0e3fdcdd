"""A split's figures, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.analysis.comparison import compared
from capsnet.analysis.split_figures import calibration, confusion_matrix, figures

LENGTHS = np.array([[0.9, 0.1, 0.0], [0.2, 0.6, 0.1], [0.95, 0.3, 0.2], [0.1, 0.2, 0.3]])
LABELS = np.array([0, 1, 2, 2])


def test_figures_by_hand() -> None:
    found = figures(LENGTHS, LABELS)
    assert found["accuracy"] == 0.75
    assert found["mean_length_of_label"] == pytest.approx((0.9 + 0.6 + 0.2 + 0.3) / 4)
    assert found["mean_length_of_longest"] == pytest.approx((0.9 + 0.6 + 0.95 + 0.3) / 4)
    others = 0.1 + 0.2 + 0.1 + 0.95 + 0.3 + 0.1 + 0.2
    assert found["mean_length_of_others"] == pytest.approx(others / 8)


def test_calibration_by_hand() -> None:
    found = calibration(LENGTHS, LABELS)
    assert found.images == [0, 0, 0, 1, 0, 0, 1, 0, 0, 2]
    assert found.accuracy[9] == 0.5
    assert found.mean_length[9] == pytest.approx(0.925)
    expected = (abs(1 - 0.3) + abs(1 - 0.6) + 2 * abs(0.5 - 0.925)) / 4
    assert found.error == pytest.approx(expected)


def test_the_confusion_matrix_has_a_row_for_each_true_class() -> None:
    assert confusion_matrix(LENGTHS, LABELS).tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 1]]


def test_two_equal_networks_never_differ() -> None:
    found = compared(LENGTHS, LENGTHS.copy(), LABELS)
    assert found["answers_differ"] == found["mean_difference_of_lengths"] == 0
    assert found["only_first_right"] == found["only_second_right"] == []
    assert found["both_wrong"] == [2]
    assert found["first"] == found["second"]


def test_what_one_network_reads_and_the_other_does_not() -> None:
    other = LENGTHS.copy()
    other[1], other[2] = [0.7, 0.1, 0.1], [0.1, 0.1, 0.8]
    found = compared(LENGTHS, other, LABELS)
    assert found["only_first_right"] == [1]
    assert found["only_second_right"] == [2]
    assert found["both_wrong"] == []
    assert found["answers_differ"] == 0.5
    assert found["mean_difference_of_lengths"] == pytest.approx(np.abs(other - LENGTHS).mean())


@pytest.mark.parametrize(
    ("lengths", "labels", "said"),
    [
        (LENGTHS[:0], LABELS[:0], "N at least 1"),
        (LENGTHS, LABELS[:2], r"shapes \(4, 3\) and \(2,\)"),
        (LENGTHS, np.array([0, 1, 2, 3]), "labels from 0 to 2. Received: from 0 to 3"),
    ],
)
def test_what_cannot_be_is_said(lengths: np.ndarray, labels: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        figures(lengths, labels)
