import numpy as np
import pytest

from capsnet.data import no_digit


def test_what_is_held_back_is_in_no_training_material():
    assert not set(no_digit.DRAWINGS["train"]) & set(no_digit.DRAWINGS["test"])
    learned = {image.tobytes() for image in no_digit.letters()}
    for known_letters in (False, True):
        held_back = no_digit.letters("test", known_letters)
        assert len(held_back) > 100
        assert not learned & {image.tobytes() for image in held_back}
    with np.load(no_digit.LETTERS) as file:
        held, fonts = file["character_is_held_out"], file["font_is_held_out"]
        assert not set(file["characters"][held]) & set(file["characters"][~held])
        assert not set(file["fonts"][fonts]) & set(file["fonts"][~fonts])


def test_no_letter_is_a_digit_to_a_reader():
    with np.load(no_digit.LETTERS) as file:
        assert not set(file["characters"]) & set("0123456789OoDdQIiljSsZzBbGgqy|/!()$")


@pytest.mark.parametrize("kind", no_digit.TEXTURES)
def test_textures(kind):
    made = no_digit.textures(4, np.random.default_rng(0), (kind,))
    assert made.shape == (4, 28, 28)
    assert made.dtype == np.float32
    assert 0 <= made.min() <= made.max() <= 1
    assert len({image.tobytes() for image in made}) == (1 if kind in ("blank", "full") else 4)
    np.testing.assert_array_equal(made, no_digit.textures(4, np.random.default_rng(0), (kind,)))


def test_textures_are_what_they_are_called():
    rng = np.random.default_rng(0)
    assert no_digit.textures(1, rng, ("blank",)).max() == 0
    assert no_digit.textures(1, rng, ("full",)).min() == 1
    assert np.ptp(no_digit.textures(1, rng, ("grey",))) == 0
    for board in no_digit.textures(20, rng, ("checkerboard",)):
        assert len(np.unique(board)) == 2
    for slope in no_digit.textures(20, rng, ("gradient",)):
        assert np.abs(np.diff(slope, 2, axis=0)).max() < 1e-5  # a plane bends nowhere


@pytest.mark.parametrize(
    ("use", "kind"), [(use, kind) for use in ("train", "test") for kind in no_digit.DRAWINGS[use]]
)
def test_drawings_have_ink_and_come_again_for_the_same_seed(use, kind):
    made = no_digit.drawings(6, np.random.default_rng(1), use, kind)
    assert made.shape == (6, 28, 28)
    assert (made.max(axis=(1, 2)) > 0.9).all()
    assert len({image.tobytes() for image in made}) == 6
    np.testing.assert_array_equal(made, no_digit.drawings(6, np.random.default_rng(1), use, kind))


def test_spoilt_digits(digits):
    turned = no_digit.spoilt(digits.ink, digits.labels)
    fours = digits.ink[digits.labels == 4]
    np.testing.assert_array_equal(
        no_digit.spoilt(fours, np.full(len(fours), 4)), np.rot90(fours, 2, (1, 2))
    )
    assert len(turned) == np.isin(digits.labels, (3, 4, 7)).sum()
    mirrored = no_digit.spoilt(fours, np.full(len(fours), 4), "test")
    np.testing.assert_array_equal(mirrored, fours[:, :, ::-1])
    zeros = digits.ink[digits.labels == 0]
    assert not len(no_digit.spoilt(zeros, np.zeros(len(zeros), int), "test"))
