import dataclasses

import numpy as np
import pytest

from capsnet.data.augmentation import augmented, sample, shifted, thickened
from capsnet.data.images import to_pixels
from capsnet.training_config import TrainingConfig

NONE = TrainingConfig(shift=0)


def slowly_sampled(image, rows, columns):
    """Bilinear reading as a loop, with paper outside."""

    def pixel(row, column):
        inside = 0 <= row < image.shape[0] and 0 <= column < image.shape[1]
        return image[row, column] if inside else 0.0

    result = np.zeros(rows.shape)
    for place in np.ndindex(rows.shape):
        top, left = int(np.floor(rows[place])), int(np.floor(columns[place]))
        down, right = rows[place] - top, columns[place] - left
        result[place] = (
            (1 - down) * (1 - right) * pixel(top, left)
            + (1 - down) * right * pixel(top, left + 1)
            + down * (1 - right) * pixel(top + 1, left)
            + down * right * pixel(top + 1, left + 1)
        )
    return result


def bar(height=28, width=28):
    """A vertical line, two pixels wide, in the middle."""
    image = np.zeros((1, height, width, 1), np.uint8)
    image[0, 6:22, 13:15] = 255
    return image


def drawn(image, seed=0, **training):
    return augmented(image, dataclasses.replace(NONE, **training), np.random.default_rng(seed))[
        0, ..., 0
    ]


def spread(ink):
    """Standard deviations of the ink along rows and columns, and their covariance."""
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]]
    y, x = (v - (v * ink).sum() / ink.sum() for v in (y, x))
    moments = [(a * ink).sum() / ink.sum() for a in (y * y, x * x, x * y)]
    return moments[0] ** 0.5, moments[1] ** 0.5, moments[2]


def test_sampling_is_bilinear_with_paper_outside():
    rng = np.random.default_rng(0)
    ink = rng.random((2, 6, 7))
    rows, columns = rng.uniform(-3, 9, (2, 2, 6, 7))
    expected = [slowly_sampled(*one) for one in zip(ink, rows, columns, strict=True)]
    np.testing.assert_allclose(sample(ink, rows, columns), expected, atol=1e-12)


def test_sampling_each_pixel_at_its_own_place_changes_nothing():
    ink = np.random.default_rng(0).random((1, 5, 5))
    rows, columns = np.mgrid[:5, :5][:, None]
    np.testing.assert_allclose(sample(ink, rows, columns), ink)


def test_shift_fills_with_zeros():
    image = np.arange(1, 26, dtype=np.uint8).reshape(1, 5, 5, 1)
    offsets = set()
    rng = np.random.default_rng(0)
    for _ in range(200):
        moved = shifted(image, 2, rng)[0, ..., 0]
        row, column = np.argwhere(moved == 13)[0] - 2  # where the middle went
        expected = np.zeros((5, 5), np.uint8)
        for r in range(5):
            for c in range(5):
                if 0 <= r - row < 5 and 0 <= c - column < 5:
                    expected[r, c] = image[0, r - row, c - column, 0]
        np.testing.assert_array_equal(moved, expected)
        offsets.add((row, column))
    assert len(offsets) == 25  # every whole-pixel move of up to 2 along each axis


def test_each_image_of_a_batch_is_shifted_by_itself():
    images = np.zeros((50, 9, 9, 1), np.uint8)
    images[:, 4, 4] = 1
    moved = shifted(images, 2, np.random.default_rng(0))
    assert len({tuple(np.argwhere(image)[0]) for image in moved}) > 10


def test_no_shift_leaves_the_images():
    images = np.random.default_rng(0).integers(0, 255, (3, 28, 28, 1)).astype(np.uint8)
    np.testing.assert_array_equal(shifted(images, 0, np.random.default_rng(0)), images)


def test_nothing_asked_leaves_the_images(digits):
    left = augmented(digits.images, NONE, np.random.default_rng(0))
    np.testing.assert_array_equal(left, digits.pixels())


def test_untouched_images_stay_as_they_are(digits):
    training = dataclasses.replace(NONE, shift=2, elastic=1.0, thickness=1.0, untouched=0.4)
    distorted = augmented(digits.images, training, np.random.default_rng(0))
    same = (distorted == digits.pixels()).all(axis=(1, 2, 3))
    assert 0.3 < same.mean() < 0.5


def test_a_rotation_turns_the_image_by_no_more_than_asked():
    turned = [spread(drawn(bar(), seed, rotation=20)) for seed in range(30)]
    angles = [np.degrees(np.arctan2(2 * xy, y * y - x * x)) / 2 for y, x, xy in turned]
    assert -20.5 < min(angles) < -12
    assert 12 < max(angles) < 20.5


def test_a_shear_slants_without_changing_the_height():
    for seed in range(10):
        y, _, _ = spread(drawn(bar(), seed, shear=0.3))
        assert y == pytest.approx(spread(to_pixels(bar())[0, ..., 0])[0], rel=0.02)
    slants = [spread(drawn(bar(), seed, shear=0.3)) for seed in range(30)]
    slopes = [xy / (y * y) for y, _, xy in slants]
    assert -0.31 < min(slopes) < -0.15
    assert 0.15 < max(slopes) < 0.31


def test_a_scale_stretches_each_axis_by_itself():
    before = spread(to_pixels(bar())[0, ..., 0])
    stretched = np.array([spread(drawn(bar(), seed, scale=0.3))[:2] for seed in range(30)])
    ratios = stretched[:, 0] / before[0]
    assert 0.68 < ratios.min() < 0.85
    assert 1.15 < ratios.max() < 1.32
    assert abs(np.corrcoef(stretched.T)[0, 1]) < 0.6


def test_thickness_grows_and_thins_strokes():
    ink = to_pixels(bar())[..., 0]
    thin, same, thick = (thickened(ink, np.array([a]))[0] for a in (-1.0, 0.0, 1.0))
    np.testing.assert_array_equal(same, ink[0])
    assert thick[10].sum() == 4  # two pixels and one on each side
    assert thin.sum() == 0
    assert thickened(ink, np.array([0.5]))[0][10].sum() == 3


def test_an_elastic_image_keeps_its_ink_nearly_and_its_place():
    ink = to_pixels(bar())[0, ..., 0]
    bent = [drawn(bar(), seed, elastic=0.7) for seed in range(20)]
    assert np.mean([b.sum() for b in bent]) == pytest.approx(ink.sum(), rel=0.1)
    assert all(np.abs(b - ink).max() > 0.05 for b in bent)


@pytest.mark.parametrize(
    "training",
    [{"shift": 2}, {"rotation": 15, "shear": 0.2, "scale": 0.1, "elastic": 0.6, "thickness": 0.5}],
)
def test_pixels_stay_in_range_and_the_amounts_follow_the_seed(digits, training):
    training = dataclasses.replace(NONE, **training)
    first, second, other = (
        augmented(digits.images[:20], training, np.random.default_rng(s)) for s in (0, 0, 1)
    )
    assert first.shape == (20, 28, 28, 1)
    assert first.dtype == np.float32
    assert first.min() >= 0
    assert first.max() <= 1
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_thickness_alone_makes_a_drawn_line_thicker_or_thinner():
    plain = to_pixels(bar()).sum()
    sums = [drawn(bar(), seed, thickness=1.0).sum() for seed in range(20)]
    assert min(sums) < 0.7 * plain and max(sums) > 1.3 * plain


def test_a_shift_is_kept_beside_another_distortion():
    y, x = np.mgrid[:28, :28]
    turned = [drawn(bar(), seed, shift=2, rotation=1e-6) for seed in range(40)]
    for axis in (y, x):
        moved = [(axis * ink).sum() / ink.sum() - 13.5 for ink in turned]
        assert set(np.rint(moved)) == {-2, -1, 0, 1, 2}


@pytest.mark.parametrize("training", [{"shift": 2}, {"rotation": 15, "elastic": 0.6}])
def test_all_channels_of_a_picture_are_distorted_alike(digits, training):
    training = dataclasses.replace(NONE, **training)
    grey = augmented(digits.images[:20], training, np.random.default_rng(0))
    threefold = np.repeat(digits.images[:20], 3, axis=3)
    colour = augmented(threefold, training, np.random.default_rng(0))
    np.testing.assert_array_equal(colour, np.repeat(grey, 3, axis=3))
