"""Equivariance, principal axes and overlaps: known cases and plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.analysis import overlap
from capsnet.analysis.equivariance import common_direction, share_along_first_direction
from capsnet.analysis.principal_axes import morph, principal_axes
from capsnet.analysis.real_poses import RealPoses, histogram


def test_a_pose_on_a_line_is_explained_by_one_direction() -> None:
    steps = np.linspace(-1, 1, 5)[:, None, None]
    direction = np.array([0.6, 0.0, 0.8])
    poses = steps * direction + np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(share_along_first_direction(poses), [1])
    found, share = common_direction(poses)
    assert share == pytest.approx(1)
    assert abs(found @ direction) == pytest.approx(1)


def test_a_pose_on_a_circle_is_explained_by_half() -> None:
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], -1)[:, None]  # (T, 1, 2)
    np.testing.assert_allclose(share_along_first_direction(circle), [0.5])


def test_two_poses_on_two_lines_share_no_direction() -> None:
    steps = np.linspace(-1, 1, 5)
    poses = np.zeros((5, 2, 2))
    poses[:, 0, 0], poses[:, 1, 1] = steps, steps
    np.testing.assert_allclose(share_along_first_direction(poses), [1, 1])
    assert common_direction(poses)[1] == pytest.approx(0.5)


def test_a_pose_that_does_not_move_has_no_direction() -> None:
    assert np.isnan(share_along_first_direction(np.ones((3, 1, 4)))).all()
    with pytest.raises(ValueError, match="T at least 2. Received: shape"):
        share_along_first_direction(np.ones((1, 2, 4)))


def test_principal_axes_are_those_the_poses_were_made_along() -> None:
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    spread = np.array([3.0, 1.0, 0.3, 0.0])
    poses = rng.standard_normal((4000, 4)) * spread @ turn + 5
    found = principal_axes(poses)
    np.testing.assert_allclose(found.mean, poses.mean(0))
    np.testing.assert_allclose(found.deviations[:3], spread[:3], rtol=0.05)
    assert found.deviations[3] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(np.abs(found.axes[:3] @ turn[:3].T), np.eye(3), atol=0.05)
    np.testing.assert_allclose(found.shares.sum(), 1)


def test_coordinates_are_in_standard_deviations_and_lead_back() -> None:
    poses = np.random.default_rng(1).standard_normal((50, 3))
    found = principal_axes(poses)
    coordinates = found.coordinates(poses)
    np.testing.assert_allclose(coordinates.std(0), 1)
    np.testing.assert_allclose(found.poses(coordinates), poses)
    assert found.poses(np.zeros((1, 2)))[0] == pytest.approx(found.mean)


@pytest.mark.parametrize("width", [0.25, 0.1])
def test_a_histogram_counts_as_a_loop_does(width: float) -> None:
    values = np.random.default_rng(2).normal(0.3, 0.4, 200)
    found = histogram(values, width)
    assert found.counts.sum() == 200 and found.counts[0] and found.counts[-1]
    for k, count in enumerate(found.counts):
        start = found.first + k * width
        assert count == sum(start <= value < start + width for value in values)


def test_real_poses_are_those_of_their_class() -> None:
    poses = np.random.default_rng(3).standard_normal((6, 3))
    found = {"classes": {"4": {"images": [1, 3, 4, 7, 8, 9], "poses": poses.tolist()}}}
    real = RealPoses.of_class(found, 4)
    assert real is not None and real.images.tolist() == [1, 3, 4, 7, 8, 9]
    np.testing.assert_allclose(real.axes.poses(real.coordinates), poses)
    assert RealPoses.of_class(found, 5) is None


def test_a_morph_begins_and_ends_where_it_should() -> None:
    way = morph(np.zeros(2), np.array([1.0, -2.0]), 5)
    assert way[2].tolist() == [0.5, -1.0]
    assert way[0].tolist() == [0, 0] and way[-1].tolist() == [1, -2]
    with pytest.raises(ValueError, match="at least 2 steps. Received: 1"):
        morph(np.zeros(2), np.ones(2), 1)


def test_pairs_are_of_two_classes_and_moved_within_reach() -> None:
    labels = np.arange(500) % 10
    pairs = overlap.draw_pairs(labels, 4, np.random.default_rng(0))
    assert (labels[pairs.second] != labels).all()
    assert pairs.shifts.min() == -4 and pairs.shifts.max() == 4
    with pytest.raises(ValueError, match="two classes"):
        overlap.draw_pairs(np.zeros(3, int), 4, np.random.default_rng(0))


@pytest.mark.parametrize(("down", "right"), [(0, 0), (2, -1), (-3, 3), (9, 0)])
def test_a_move_is_a_loops(down: int, right: int) -> None:
    image = np.random.default_rng(0).random((5, 6, 1))
    expected = np.zeros_like(image)
    for y in range(5):
        for x in range(6):
            if 0 <= y - down < 5 and 0 <= x - right < 6:
                expected[y, x] = image[y - down, x - right]
    np.testing.assert_array_equal(overlap.move(image, down, right), expected)


def test_both_are_found_if_they_are_the_two_longest() -> None:
    lengths = np.array([[0.9, 0.1, 0.8], [0.9, 0.3, 0.2]])
    found = overlap.both_found(lengths, np.array([2, 2]), np.array([0, 0]))
    assert found.tolist() == [True, False]


def test_ink_goes_to_whoever_draws_it_and_never_twice() -> None:
    first, second = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.0, 0.5, 1.0, 0.0])
    found = overlap.pixel_owners(first, second, np.ones(4))
    np.testing.assert_allclose(found, [[1, 0], [0, 0.5], [0.5, 0.5], [0, 0]])
