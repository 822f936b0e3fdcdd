import numpy as np
import pytest

from capsnet.analysis.pose import tweak


def test_each_dimension_is_shifted_by_each_step():
    capsules = np.random.default_rng(0).normal(size=(5, 10, 16)).astype(np.float32)
    tweaked = tweak(capsules)
    assert tweaked.shape == (16, 11, 5, 10, 16)
    assert tweaked.dtype == np.float32
    for d in range(16):
        for step, shift in enumerate(np.linspace(-0.5, 0.5, 11)):
            expected = capsules.copy()
            expected[:, :, d] += shift
            np.testing.assert_allclose(tweaked[d, step], expected, atol=1e-6)


def test_range_and_number_of_steps():
    tweaked = tweak(np.zeros((1, 10, 16)), low=-0.2, high=0.4, num_steps=3)
    np.testing.assert_allclose(tweaked[7, :, 0, 2, 7], [-0.2, 0.1, 0.4], atol=1e-6)


def test_one_step_is_the_low_end():
    assert tweak(np.zeros((1, 10, 16)), low=0.25, high=0.25, num_steps=1)[3, 0, 0, 0, 3] == 0.25


@pytest.mark.parametrize(
    ("capsules", "options", "message"),
    [
        (np.zeros((10, 16)), {}, r"shape \(B, J, D\). Received: shape \(10, 16\)"),
        (np.zeros((3, 1, 10, 16)), {}, r"Received: shape \(3, 1, 10, 16\)"),
        (np.zeros((1, 10, 0)), {}, r"Received: shape \(1, 10, 0\)"),
        (np.full((1, 10, 16), np.nan), {}, "Expected finite digit_capsules. Received: NaN"),
        (np.zeros((1, 10, 16)), {"num_steps": 0}, "num_steps .* at least 1. Received: 0"),
        (np.zeros((1, 10, 16)), {"num_steps": 2.5}, "num_steps .* whole .* Received: 2.5"),
        (np.zeros((1, 10, 16)), {"low": 1, "high": 0}, "low <= high. Received: low=1, high=0"),
        (np.zeros((1, 10, 16)), {"high": np.inf}, "finite low <= high. Received: .*high=inf"),
    ],
)
def test_refuses(capsules, options, message):
    with pytest.raises(ValueError, match=message):
        tweak(capsules, **options)


def test_a_tweaked_capsule_can_be_decoded(small_model, images):
    capsules = small_model.trace(images).digit_capsules[-1]
    tweaked = tweak(capsules, num_steps=2)
    drawn = small_model.decode(tweaked.reshape(-1, 10, 16), 3)
    one = small_model.decode(tweaked[4, 1], 3)
    np.testing.assert_allclose(drawn.reshape(16, 2, 3, 28, 28, 1)[4, 1], one, atol=1e-6)


def test_each_image_is_decoded_by_its_own_class(small_model, images):
    capsules = small_model.trace(images).digit_capsules[-1]
    classes = np.array([2, 7, 4])
    tweaked = tweak(capsules, num_steps=2)
    drawn = small_model.decode(tweaked.reshape(-1, 10, 16), np.tile(classes, 16 * 2))
    one = small_model.decode(tweaked[4, 1], classes)
    np.testing.assert_allclose(drawn.reshape(16, 2, 3, 28, 28, 1)[4, 1], one, atol=1e-6)
