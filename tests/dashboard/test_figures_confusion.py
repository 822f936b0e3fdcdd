"""Mistakes out of a confusion matrix."""

from dashboard.figures.confusion import confusions


def test_the_commonest_come_first_and_what_is_right_is_none():
    matrix = [[90, 0, 1], [3, 80, 0], [1, 7, 70]]
    assert confusions(matrix) == [(2, 1, 7), (1, 0, 3), (0, 2, 1), (2, 0, 1)]
    assert confusions([[5, 0], [0, 5]]) == []
