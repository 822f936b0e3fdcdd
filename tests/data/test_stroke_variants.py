import numpy as np

from capsnet.data.stroke_variants import flourished, line


def centre(image):
    y, x = np.mgrid[:28, :28]
    return np.array([(v * image).sum() / image.sum() for v in (y, x)])


def of_class(digits, c):
    return digits.images[..., 0][digits.labels == c]


def test_only_ones_and_sevens_change(digits):
    changed = flourished(digits.images[..., 0], digits.labels, 1.0, np.random.default_rng(0))
    same = (changed == digits.images[..., 0]).all(axis=(1, 2))
    others = ~np.isin(digits.labels, (1, 7))
    assert same[others].all()
    assert same[~others].mean() < 0.1


def test_the_share_says_how_many(digits):
    ones = np.concatenate([of_class(digits, 1)] * 20)
    labels = np.ones(len(ones), int)
    changed = flourished(ones, labels, 0.3, np.random.default_rng(0))
    assert 0.2 < (changed != ones).any(axis=(1, 2)).mean() < 0.4
    assert flourished(ones, labels, 0.0, np.random.default_rng(0)) is ones


def test_strokes_are_added_and_the_centre_of_mass_stays(digits):
    for c in (1, 7):
        before = of_class(digits, c)
        after = flourished(before, np.full(len(before), c), 1.0, np.random.default_rng(0))
        for old, new in zip(before, after, strict=True):
            assert new.sum() >= old.sum() * 0.999
            assert np.abs(centre(new) - centre(old)).max() <= 0.75  # moved by whole pixels
        assert after.sum() > 1.1 * before.sum()


def test_a_plain_one_gets_its_upstroke_on_the_left_of_its_top():
    one = np.zeros((1, 28, 28), np.uint8)
    one[0, 4:24, 13:15] = 255
    for seed in range(20):
        after = flourished(one, np.array([1]), 1.0, np.random.default_rng(seed))[0]
        rows, columns = np.nonzero(after > 128)
        stem = np.bincount(columns).argmax()  # the column that holds the line
        left, right = after[:12, :stem].sum(), after[:12, stem + 2 :].sum()
        assert left > 3 * right
        assert rows.max() - rows.min() <= 21


def test_an_empty_image_stays_empty():
    nothing = np.zeros((2, 28, 28), np.uint8)
    assert not flourished(nothing, np.array([1, 7]), 1.0, np.random.default_rng(0)).any()


def test_a_line_has_its_width_and_its_ends():
    drawn = line((9, 9), np.array([[4.0, 2.0]]), np.array([[4.0, 6.0]]), np.array([1.0]))[0]
    np.testing.assert_array_equal(drawn[4, 2:7], 1)
    assert drawn[4, 0] == drawn[0, 4] == 0
    wide = line((9, 9), np.array([[4.0, 2.0]]), np.array([[4.0, 6.0]]), np.array([3.0]))[0]
    np.testing.assert_array_equal(wide[:, 4] > 0.5, [0, 0, 0, 1, 1, 1, 0, 0, 0])


def test_a_plain_seven_gets_its_bar_across_the_middle():
    seven = np.zeros((1, 28, 28), np.uint8)
    seven[0, 4:6, 8:20] = seven[0, 4:24, 18:20] = 255
    for seed in range(20):
        after = flourished(seven, np.array([7]), 1.0, np.random.default_rng(seed))[0]
        top, left = (np.nonzero((after > 128).any(axis=axis))[0][0] for axis in (1, 0))
        plain = np.roll(seven[0], (top - 4, left - 8), (0, 1))  # moved to keep its centre
        rows, columns = np.nonzero((after > 128) & (plain == 0))
        assert np.ptp(columns) > np.ptp(rows)
        assert 0.35 < (rows.mean() - top) / 20 < 0.7
        assert columns.min() < left + 10 < left + 11 < columns.max()  # on both sides of the line
