"""Transformations against plain loops, and on cases whose result is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from capsnet.analysis import transformations as t


def read_bilinearly(image: np.ndarray, row: float, column: float) -> float:
    """One plane (H, W) at any place; paper outside of the frame."""
    height, width = image.shape
    if not (0 <= row <= height - 1 and 0 <= column <= width - 1):
        return 0.0
    top, left = min(int(row), height - 2), min(int(column), width - 2)
    down, right = row - top, column - left
    upper = (1 - right) * image[top, left] + right * image[top, left + 1]
    lower = (1 - right) * image[top + 1, left] + right * image[top + 1, left + 1]
    return (1 - down) * upper + down * lower


def by_loop(images: np.ndarray, source) -> np.ndarray:
    """Each pixel read where `source(row, column)`, from the centre, says."""
    count, height, width, channels = images.shape
    result = np.zeros_like(images)
    middle = (height - 1) / 2, (width - 1) / 2
    for b in range(count):
        for y in range(height):
            for x in range(width):
                row, column = source(y - middle[0], x - middle[1])
                for c in range(channels):
                    result[b, y, x, c] = read_bilinearly(
                        images[b, :, :, c], row + middle[0], column + middle[1]
                    )
    return result


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).random((2, 7, 6, 3)).astype(np.float32)


def test_a_turn_is_counter_clockwise_about_the_centre(images: np.ndarray) -> None:
    angle = math.radians(25)

    def source(y: float, x: float) -> tuple[float, float]:
        # What is seen at (x, y), y downwards, was turned there from `angle` clockwise of it.
        return math.cos(angle) * y + math.sin(angle) * x, math.cos(angle) * x - math.sin(angle) * y

    np.testing.assert_allclose(t.rotate(images, 25), by_loop(images, source), atol=1e-5)


def test_a_quarter_turn_is_numpys(images: np.ndarray) -> None:
    square = images[:, :6]
    np.testing.assert_allclose(t.rotate(square, 90), np.rot90(square, axes=(1, 2)), atol=1e-5)


def test_slants_and_scales_are_read_from_where_they_say(images: np.ndarray) -> None:
    slanted = by_loop(images, lambda y, x: (y, x + 0.3 * y))  # above the centre y is negative
    np.testing.assert_allclose(t.shear(images, 0.3), slanted, atol=1e-5)
    enlarged = by_loop(images, lambda y, x: (y / 1.3, x / 1.3))
    np.testing.assert_allclose(t.scale(images, 1.3), enlarged, atol=1e-5)


@pytest.mark.parametrize(
    ("direction", "rows", "columns"),
    [("right", 0, 2), ("left", 0, -2), ("up", -2, 0), ("down", 2, 0)],
)
def test_a_shift_moves_whole_pixels_exactly(
    images: np.ndarray, direction: t.Direction, rows: int, columns: int
) -> None:
    moved = np.roll(images, (rows, columns), axis=(1, 2))
    if rows > 0:
        moved[:, :rows] = 0
    elif rows < 0:
        moved[:, rows:] = 0
    if columns > 0:
        moved[:, :, :columns] = 0
    elif columns < 0:
        moved[:, :, columns:] = 0
    np.testing.assert_array_equal(t.shift(images, 2, direction), moved)


def test_half_a_pixel_is_the_mean_of_two(images: np.ndarray) -> None:
    moved = t.shift(images, 0.5, "right")
    np.testing.assert_allclose(
        moved[:, :, 1:], (images[:, :, 1:] + images[:, :, :-1]) / 2, atol=1e-6
    )


def test_the_identity_changes_nothing(images: np.ndarray) -> None:
    for same in (
        t.rotate(images, 0),
        t.shift(images, 0),
        t.scale(images, 1),
        t.shear(images, 0),
        t.thicken(images, 0),
        t.erase(images, 0),
        t.random_affine(images, np.random.default_rng(0), t.AffineRange(0, 0, 1, 1, 0)),
    ):
        np.testing.assert_allclose(same, images, atol=1e-6)
        assert same.dtype == images.dtype


def test_out_of_the_frame_nothing_is_left(images: np.ndarray) -> None:
    assert not t.shift(images, 7, "down").any()
    assert not t.erase(images, 1).any()


@pytest.mark.parametrize("side", ["bottom", "top", "left", "right"])
def test_erasing_covers_its_side_and_pales_the_edge(side: t.Side) -> None:
    white = np.ones((1, 4, 4, 1), np.float32)
    lines = t.erase(white, 0.375, side)[0, :, :, 0].mean(1 if side in ("bottom", "top") else 0)
    expected = [1, 1, 0.5, 0]  # a line and a half of four
    np.testing.assert_allclose(lines, expected[::-1] if side in ("top", "left") else expected)


def test_thickening_by_two_pixels_is_done_twice() -> None:
    dot = np.zeros((1, 7, 7, 1), np.float32)
    dot[0, 3, 3] = 1
    assert t.thicken(dot, 1).sum() == 5  # a plus
    assert t.thicken(dot, 2).sum() == 13
    assert not t.thicken(dot, -1).any()


def test_random_amounts_stay_within_their_ranges_and_repeat_by_seed() -> None:
    dot = np.zeros((200, 21, 21, 1), np.float32)
    dot[:, 10, 10] = 1
    only_moved = t.AffineRange(0, 0, 1, 1, 3)
    moved = t.random_affine(dot, np.random.default_rng(5), only_moved)
    np.testing.assert_allclose(moved.sum((1, 2, 3)), 1, atol=1e-5)
    rows = (moved.sum((2, 3)) * np.arange(21)).sum(1) - 10
    assert 2.5 < np.abs(rows).max() <= 3 + 1e-5
    again = t.random_affine(dot, np.random.default_rng(5), only_moved)
    np.testing.assert_array_equal(moved, again)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: t.rotate(x[0], 3), r"shape \(B, H, W, C\). Received: \(7, 6, 3\)"),
        (lambda x: t.rotate(x, math.nan), "Expected degrees as a finite number. Received: nan"),
        (lambda x: t.scale(x, 0), "Expected a factor above 0. Received: 0"),
        (lambda x: t.erase(x, 1.5), "Expected a share from 0 to 1. Received: 1.5"),
        (lambda x: t.shift(x, 1, "away"), "direction as one of .* Received: 'away'"),
        (lambda x: t.shear((x * 255).astype(np.uint8), 1), "Received: uint8"),
    ],
)
def test_what_cannot_be_is_said(images: np.ndarray, call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call(images)
