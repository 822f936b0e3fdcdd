"""The digits that bend on Start: which number is turned, and how far."""

import numpy as np
import pytest

from capsnet.analysis import pose_atlas
from capsnet.storage.checkpoints import SHIPPED
from dashboard.components.example.bending import FRAMES, REACH, WANTED, swing, telling


@pytest.mark.parametrize("capsules", [[0, 1, 2, 3, 4], [7, 7, 7, 7, 7], [9, 8, 1, 6, 5]])
def test_each_capsule_shows_another_thing_it_really_does(capsules):
    found = pose_atlas.read(SHIPPED)
    turned = telling(found, capsules, 16)
    first = [found.meanings(capsule, d)[:1] for capsule in {*capsules} for d in range(16)]
    possible = {m.measure.name for (m,) in filter(None, first)} & {*WANTED}
    assert len({effect for _, effect in turned}) >= min(4, len(possible))
    for capsule, (dimension, effect) in zip(capsules, turned, strict=True):
        assert found.meanings(capsule, dimension)[0].measure.name == effect


def test_a_number_goes_no_farther_than_was_measured():
    assert REACH <= pose_atlas.REACH


def test_without_an_atlas_some_number_is_turned():
    assert telling(None, [3, 3, 1], 16) == [(0, ""), (1, ""), (2, "")]
    assert telling(None, [3, 3, 1], 2) == [(0, ""), (1, ""), (0, "")]


def test_a_swing_turns_one_number_and_passes_through_the_digit_itself():
    capsules = np.random.default_rng(0).normal(size=(2, 10, 16)).astype(np.float32)
    swung = swing(capsules, [3, 5])
    assert swung.shape == (2, FRAMES, 10, 16)
    for image, dimension in enumerate((3, 5)):
        moved = swung[image] - capsules[image]
        np.testing.assert_allclose(
            moved[[0, -1], :, dimension], [[-REACH] * 10, [REACH] * 10], atol=1e-6
        )
        assert not np.delete(moved, dimension, axis=-1).any()
        np.testing.assert_allclose(swung[image, FRAMES // 2], capsules[image], atol=1e-6)
