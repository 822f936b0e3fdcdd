import numpy as np
import pytest

from capsnet.data.stroke_forms import FORMS, with_other_forms


def test_only_the_digits_that_have_other_forms_change(digits):
    changed = with_other_forms(digits.ink, digits.labels, 1.0, np.random.default_rng(0))
    same = (changed == digits.ink).all(axis=(1, 2))
    np.testing.assert_array_equal(same, ~np.isin(digits.labels, [1, 4, 7, 9]))
    ink = digits.ink
    assert with_other_forms(ink, digits.labels, 0.0, None) is ink


def test_the_share_says_how_many():
    labels = np.full(400, 7)
    images = np.zeros((400, 28, 28), np.uint8)
    changed = with_other_forms(images, labels, 0.3, np.random.default_rng(0))
    assert 0.22 < changed.any(axis=(1, 2)).mean() < 0.38


@pytest.mark.parametrize("digit", FORMS)
def test_forms_differ_have_mnists_size_and_come_again_for_the_same_seed(digit):
    labels = np.full(60, digit)
    images = np.zeros((60, 28, 28), np.uint8)
    written = with_other_forms(images, labels, 1.0, np.random.default_rng(3))
    again = with_other_forms(images, labels, 1.0, np.random.default_rng(3))
    np.testing.assert_array_equal(written, again)
    assert len({image.tobytes() for image in written}) == 60
    for image in written:
        rows, columns = np.nonzero(image > 127)
        assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
        assert image.max() == 255


def crossings(image, row):
    """How often a level line meets ink."""
    ink = np.concatenate([[0], image[row] > 127, [0]])
    return int((np.diff(ink) == 1).sum())


def test_a_one_has_a_flag_to_its_left_and_some_a_foot():
    rng = np.random.default_rng(0)
    ones = with_other_forms(np.zeros((200, 28, 28), np.uint8), np.full(200, 1), 1.0, rng)
    flagged = [max(crossings(one, row) for row in range(4, 18)) >= 2 for one in ones]
    assert np.mean(flagged) > 0.5  # a short flag by a thick pen stays one piece of ink
    feet = [np.flatnonzero(one[20:25].max(axis=0) > 127) for one in ones]
    assert 0.3 < np.mean([len(foot) > 7 for foot in feet]) < 0.8


def test_most_sevens_have_a_bar():
    rng = np.random.default_rng(0)
    sevens = with_other_forms(np.zeros((200, 28, 28), np.uint8), np.full(200, 7), 1.0, rng)
    middle = (sevens[:, 10:18] > 127).sum(axis=2).max(axis=1)  # ink of the widest row there
    lower = (sevens[:, 19:22] > 127).sum(axis=2).max(axis=1)
    assert 0.5 < np.mean(middle >= lower + 3) < 0.95
