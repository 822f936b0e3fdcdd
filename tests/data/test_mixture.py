import numpy as np

from capsnet.data.mixture import mixed, overlaid, overlaid_pairs, without_digit
from capsnet.training.batches import TrainingBatches, validation_mixture
from capsnet.training_config import TrainingConfig


def mix(digits, seed=0, **training):
    settings = TrainingConfig(**{"shift": 0, **training})
    return mixed(digits, digits, settings, 10, np.random.default_rng(seed))


def test_two_overlaid_digits_are_both_present_and_one_is_redrawn(digits):
    mixture = mix(digits, two=1.0)
    np.testing.assert_array_equal(mixture.present.sum(axis=1), 2)
    np.testing.assert_array_equal(mixture.drawn.sum(axis=1), 1)
    assert (mixture.present[mixture.drawn == 1] == 1).all()
    assert (mixture.present[np.arange(len(digits)), digits.labels] == 1).all()
    drew_first = mixture.drawn[np.arange(len(digits)), digits.labels]
    assert 0.35 < drew_first.mean() < 0.65
    assert (mixture.target <= mixture.images + 1e-6).all()  # the one alone has no ink of its own
    rest = mixture.images - mixture.target
    assert (rest.reshape(len(digits), -1).sum(axis=1) > 5).all()  # and is not all there is


def test_ink_is_added_and_clipped_and_each_moves_by_up_to_4_pixels():
    first, second = np.zeros((2, 400, 28, 28, 1), np.float32)
    first[:, 10, 10], second[:, 10, 10] = 0.75, 0.5
    sheets, one, other = overlaid(first, second, np.random.default_rng(0))
    np.testing.assert_array_equal(sheets, np.minimum(one + other, 1))
    for moved in (one, other):
        rows, columns = np.nonzero(moved[..., 0])[1:]
        assert (rows.min(), rows.max(), columns.min(), columns.max()) == (6, 14, 6, 14)
    met = (one > 0) & (other > 0)
    assert met.any()
    assert (sheets[met] == 1).all()


def test_no_digit_has_no_class_and_paper_to_redraw(digits):
    mixture = mix(digits, none=1.0)
    assert not mixture.present.any()
    assert not mixture.drawn.any()
    assert not mixture.target.any()
    originals = digits.pixels()
    assert all(
        (image != original).any() for image, original in zip(mixture.images, originals, strict=True)
    )


def test_single_digits_stay_what_they_were(digits):
    mixture = mix(digits)
    np.testing.assert_array_equal(mixture.images, digits.pixels())
    np.testing.assert_array_equal(mixture.target, mixture.images)
    np.testing.assert_array_equal(mixture.present.argmax(axis=1), digits.labels)
    np.testing.assert_array_equal(mixture.present, mixture.drawn)


def test_shares_are_kept_and_the_seed_decides_all(digits):
    many = digits[np.tile(np.arange(len(digits)), 5)]
    mixture = mix(many, two=0.4, none=0.2, shift=2)
    count = mixture.present.sum(axis=1)
    assert abs((count == 2).mean() - 0.4) < 0.05
    assert abs((count == 0).mean() - 0.2) < 0.04
    again, other = mix(many, two=0.4, none=0.2, shift=2), mix(many, 1, two=0.4, none=0.2, shift=2)
    np.testing.assert_array_equal(mixture.images, again.images)
    assert (mixture.images != other.images).any()


def test_pictures_of_no_digit_are_of_several_kinds(digits):
    many = digits[np.tile(np.arange(len(digits)), 3)]
    images = without_digit(many, TrainingConfig(shift=0), np.random.default_rng(0))
    assert images.shape == (600, 28, 28, 1)
    textured = (images[:, :2].mean(axis=(1, 2, 3)) > 0.2).mean()  # ink reaches the upper edge
    assert 0.1 < textured < 0.3


def test_pairs_for_measuring(digits):
    sheets, alone, classes = overlaid_pairs(digits, np.random.default_rng(0))
    np.testing.assert_allclose(sheets, np.minimum(alone.sum(axis=1), 1))
    assert (classes[:, 0] != classes[:, 1]).all()
    np.testing.assert_array_equal(classes[:, 0], digits.labels)


def test_a_mixtures_batch_is_a_function_of_seed_epoch_and_index(digits):
    training = TrainingConfig(batch_size=40, two=0.3, none=0.3, hands=0.5, seed=5)

    def batch(epoch):
        batches = TrainingBatches(digits, training)
        batches.epoch = epoch
        return batches[2]

    (inputs, targets), (again, _), (other, _) = batch(3), batch(3), batch(4)
    np.testing.assert_array_equal(inputs["images"], again["images"])
    assert (inputs["images"] != other["images"]).any()
    assert inputs["labels"].shape == targets["lengths"].shape == (40, 10)
    assert not np.shares_memory(inputs["images"], targets["reconstruction"])


def test_validation_of_a_mixture_has_every_digit_and_a_share_of_the_rest(digits):
    training = TrainingConfig(two=0.25, none=0.25, shift=2, rotation=10.0, seed=1)
    mixture = validation_mixture(digits, training)
    count = mixture.present.sum(axis=1)
    assert [(count == n).sum() for n in (0, 1, 2)] == [100, 200, 100]
    singles = {image.tobytes() for image in mixture.images[count == 1]}
    assert singles == {image.tobytes() for image in digits.pixels()}
