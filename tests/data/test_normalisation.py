"""Ink of any size and place becomes an image like MNIST's."""

import numpy as np
import pytest
from PIL import Image

from capsnet.data.bundled import load_bundled
from capsnet.data.normalisation import BOX, SIDE, is_side_by_side, normalise, shrink
from capsnet.errors import PictureError
from tests.drawings import alike, redrawn, sevens_ink


def test_two_digits_side_by_side_are_told_from_one():
    digits = load_bundled()
    one = [is_side_by_side(image) for image in digits.pixels()]
    assert np.mean(one) < 0.001
    middles = digits.images[..., 0][:400, :, 4:24]
    pairs = np.concatenate([middles[::2], np.zeros((200, 28, 4), np.uint8), middles[1::2]], axis=2)
    assert np.mean([is_side_by_side(normalise(pair)) for pair in pairs]) > 0.9
    above = np.swapaxes(pairs, 1, 2)  # as one writes no number
    assert np.mean([is_side_by_side(normalise(pair)) for pair in above]) < 0.1
    assert not is_side_by_side(np.zeros((28, 28, 1), np.float32))
    lone = digits.pixels()[int(np.flatnonzero(digits.labels == 7)[0])].copy()
    lone[3:5, 0] = 1  # a speck beside it
    assert not is_side_by_side(lone)


def test_the_longest_side_is_20_pixels_and_the_mass_is_in_the_middle():
    ink = np.zeros((300, 500), np.uint8)
    ink[40:280, 300:380] = 255  # 240 high, 80 wide
    image = normalise(ink)
    assert image.shape == (SIDE, SIDE, 1)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1
    rows, columns = np.nonzero(image[..., 0])
    assert np.ptp(rows) + 1 == BOX
    assert np.ptp(columns) + 1 == pytest.approx(BOX / 3, abs=1)
    assert (rows.mean(), columns.mean()) == (pytest.approx(13.5, abs=0.5),) * 2


def test_size_and_place_on_the_sheet_do_not_matter():
    ink = sevens_ink()
    moved = np.roll(ink, (150, 170), axis=(0, 1))
    half = np.asarray(Image.fromarray(ink).reduce(2))
    assert np.array_equal(normalise(ink), normalise(moved))
    assert alike(normalise(ink), normalise(half))


def test_uint8_bool_and_float_give_the_same():
    ink = (sevens_ink() > 128).astype(np.uint8) * 255
    assert np.array_equal(normalise(ink), normalise(ink > 0))
    assert np.array_equal(normalise(ink), normalise(ink / 255))


def test_faint_ink_becomes_full_ink():
    assert np.allclose(normalise(sevens_ink() / 255 * 0.4), normalise(sevens_ink()), atol=0.02)


def test_a_lopsided_digit_is_moved_only_as_far_as_it_fits():
    ink = np.zeros((100, 100))
    ink[:, 48:52] = 0.2
    ink[90:, 30:70] = 1
    assert normalise(ink)[0].any()  # heavy below: it goes up to the upper edge, no farther
    assert np.ptp(np.flatnonzero(normalise(ink).any((1, 2)))) + 1 == BOX


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 4000)])
def test_any_size_will_do(shape):
    image = normalise(np.ones(shape, np.float32))
    assert image.shape == (SIDE, SIDE, 1)
    assert np.isfinite(image).all()


def test_no_ink_is_reported():
    with pytest.raises(PictureError, match="no ink"):
        normalise(np.zeros((28, 28)))


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((28, 28, 1)),
        np.zeros((0, 28)),
        np.full((28, 28), 2.0),
        np.full((28, 28), np.nan),
        np.ones((28, 28), np.int64),
        [[1.0]],
    ],
)
def test_what_is_not_ink_is_refused(wrong):
    with pytest.raises(ValueError, match="Received"):
        normalise(wrong)


def test_shrink_leaves_the_digit_where_it_is():
    ink = np.zeros((280, 280), np.uint8)
    ink[0:20, 0:20] = 255
    image = shrink(ink)
    assert image.shape == (SIDE, SIDE, 1)
    assert image[:2, :2].min() > 0.8
    assert image[4:].max() == 0
    assert shrink(np.zeros((10, 500))).max() == 0


@pytest.mark.parametrize("sharp", [True, False], ids=["pen", "picture"])
def test_redrawn_digits_are_still_read(shipped, sharp):
    """The whole way in: 200 digits on the pad, of any size and anywhere, normalised."""
    digits, random = load_bundled(), np.random.default_rng(1)
    chosen = digits[random.choice(len(digits), 200, replace=False)]
    images = [normalise(redrawn(image, random, sharp)) for image in chosen.images[..., 0]]
    lengths = shipped.predict_on_batch(np.stack(images))["lengths"]
    assert (lengths.argmax(axis=-1) == chosen.labels).mean() >= 0.98
