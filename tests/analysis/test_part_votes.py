"""What single parts make of a digit: they agree for the right class, and for others they do not."""

import numpy as np
import pytest

from capsnet.analysis.part_votes import as_capsules, same_direction, telling_parts
from capsnet.data.bundled import load_bundled


@pytest.fixture(scope="module")
def traced(shipped):
    return shipped.trace(load_bundled()[:10].pixels())


def test_two_parts_are_of_different_maps_and_places(traced):
    for image in range(10):
        first, second = telling_parts(traced, 2, image)
        (row, column), (other_row, other_column) = (divmod(i // 32, 6) for i in (first, second))
        assert first % 32 != second % 32
        assert max(abs(row - other_row), abs(column - other_column)) >= 2


def test_the_first_part_adds_most_to_the_answer(traced):
    winner = int(traced.predictions[0])
    v = traced.digit_capsules[-1, 0, winner]
    added = [
        float(traced.coupling[-1, 0, i, winner] * traced.prediction_vectors[0, i, winner] @ v)
        for i in range(1152)
    ]
    assert telling_parts(traced, 1)[0] == int(np.argmax(added))


def test_votes_are_made_as_long_as_the_answer_and_keep_their_direction(traced):
    (part,) = telling_parts(traced, 1)
    made = as_capsules(traced, [part], [4, 7])
    assert made.shape == (2, 10, 16)
    for place, one in enumerate((4, 7)):
        vote = traced.prediction_vectors[0, part, one]
        assert np.linalg.norm(made[place, one]) == pytest.approx(traced.lengths[-1, 0].max())
        cosine = made[place, one] @ vote / np.linalg.norm(made[place, one]) / np.linalg.norm(vote)
        assert cosine == pytest.approx(1)
        assert not np.delete(made[place], one, axis=0).any()


def test_parts_agree_on_the_class_that_is_read(traced):
    """As the page says of its digits; of the first ten bundled ones it holds for all but one."""
    same = np.array(
        [
            [same_direction(traced, *telling_parts(traced, 2, k), one, k) for one in range(10)]
            for k in range(10)
        ]
    )
    read = np.eye(10, dtype=bool)[traced.predictions]
    assert (same.argmax(1) == traced.predictions).sum() >= 9
    assert same[read].mean() > same[~read].mean() + 0.4
