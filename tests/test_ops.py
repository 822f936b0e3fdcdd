import numpy as np
import pytest
import tensorflow as tf

from capsnet.ops import safe_norm, squash


def test_safe_norm_by_hand():
    vectors = np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)
    np.testing.assert_array_equal(safe_norm(vectors), [5.0, 0.0])
    assert safe_norm(vectors, keepdims=True).shape == (2, 1)
    np.testing.assert_array_equal(safe_norm(vectors, axis=0), [3.0, 4.0])


def test_squash_by_hand():
    # Length 5 becomes 25 / 26; the direction (0.6, 0.8) stays.
    squashed = squash(np.array([[3.0, 4.0]], np.float32))
    np.testing.assert_allclose(squashed, [[0.6 * 25 / 26, 0.8 * 25 / 26]], rtol=1e-6)


def test_squash_against_the_papers_formula():
    vectors = np.random.default_rng(0).normal(size=(4, 5, 8)).astype(np.float32)
    for axis in (1, 2):
        squared = (vectors**2).sum(axis=axis, keepdims=True)
        expected = squared / (1 + squared) * vectors / np.sqrt(squared)
        np.testing.assert_allclose(squash(vectors, axis=axis), expected, rtol=1e-5)


@pytest.mark.parametrize("length", [1e-15, 1e-3, 1.0, 1e3])
def test_squashed_vectors_are_shorter_than_one(length):
    squashed = np.array(squash(np.array([[length, 0.0]], np.float32)))
    assert np.isfinite(squashed).all()
    assert np.linalg.norm(squashed) < 1


@pytest.mark.parametrize("compiled", [False, True])  # XLA keeps a NaN that TensorFlow alone masks
@pytest.mark.parametrize("operation", [safe_norm, squash])
def test_the_gradient_at_zero_is_zero_and_elsewhere_untouched(operation, compiled):
    @tf.function(jit_compile=compiled)
    def gradient_of_sum(vectors):
        return tf.gradients(tf.reduce_sum(operation(vectors)), vectors)[0]

    vector = np.array([0.3, -1.2])
    gradient = gradient_of_sum(tf.constant([[0.0, 0.0], vector], "float32")).numpy()
    np.testing.assert_array_equal(gradient[0], [0.0, 0.0])
    length = np.linalg.norm(vector)
    if operation is safe_norm:  # the slope of a length is the unit vector
        expected = vector / length
    else:  # of the sum of x f(length), where f(n) = n / (1 + n^2)
        slope = (1 - length**2) / (1 + length**2) ** 2
        expected = length / (1 + length**2) + vector.sum() * slope * vector / length
    np.testing.assert_allclose(gradient[1], expected, rtol=1e-5)


def test_zero_stays_zero_under_squash():
    np.testing.assert_array_equal(squash(np.zeros((2, 3), np.float32)), np.zeros((2, 3)))


@pytest.mark.parametrize("operation", [safe_norm, squash])
def test_nan_stays_nan(operation):
    """A network that has become NaN is to show it in its loss."""
    vectors = np.array([[np.nan, 1.0], [3.0, 4.0]], np.float32)
    result = np.array(operation(vectors))
    assert np.isnan(result[0]).all()
    assert np.isfinite(result[1]).all()
