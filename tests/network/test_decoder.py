import keras
import numpy as np

from capsnet.network.decoder import Decoder, longest, mask


def test_longest_is_the_class_of_the_longest_capsule():
    capsules = np.zeros((2, 3, 2), np.float32)
    capsules[0, 2] = [0.3, 0.4]  # length 0.5
    capsules[0, 1] = [0.45, 0.0]
    capsules[1, 0] = [-0.9, 0.0]
    np.testing.assert_array_equal(longest(capsules), [2, 0])


def test_mask_keeps_one_capsule_an_image():
    capsules = np.arange(1, 13, dtype=np.float32).reshape(2, 3, 2)
    kept = mask(capsules, np.array([1, 2]))
    expected = [[[0, 0], [3, 4], [0, 0]], [[0, 0], [0, 0], [11, 12]]]
    np.testing.assert_array_equal(kept, expected)


def test_mask_keeps_a_set_of_capsules_or_none():
    capsules = np.arange(1, 13, dtype=np.float32).reshape(2, 3, 2)
    kept = mask(capsules, np.array([[1, 0, 1], [0, 0, 0]], np.float32))
    expected = [[[1, 2], [0, 0], [5, 6]], [[0, 0], [0, 0], [0, 0]]]
    np.testing.assert_array_equal(kept, expected)


def test_decoder_against_three_matrix_products():
    decoder = Decoder(image_shape=(4, 5, 1), units=(6, 7))
    decoder.build((None, 3, 2))
    capsules = np.random.default_rng(0).normal(size=(2, 3, 2)).astype(np.float32)
    w1, b1, w2, b2, w3, b3 = decoder.get_weights()
    hidden = np.maximum(capsules.reshape(2, 6) @ w1 + b1, 0)
    hidden = np.maximum(hidden @ w2 + b2, 0)
    pixels = 1 / (1 + np.exp(-(hidden @ w3 + b3)))
    drawn = decoder(capsules)
    assert drawn.shape == (2, 4, 5, 1)
    np.testing.assert_allclose(drawn, pixels.reshape(2, 4, 5, 1), atol=1e-6)


class Deeper(Decoder):
    """One more layer, which has a name of its own."""

    def __init__(self):
        super().__init__((4, 5, 1), (6, 7))
        self.more = keras.layers.Dense(8, activation="relu")

    def dense_layers(self):
        return (*self.hidden, self.more, self.pixels)


def test_a_layer_more_is_built_and_called_in_its_place():
    keras.utils.set_random_seed(0)  # or the layer may be drawn as one that hardly matters
    decoder = Deeper()
    decoder.build((None, 3, 2))
    assert [layer.kernel.shape for layer in decoder.dense_layers()] == [
        (6, 6),
        (6, 7),
        (7, 8),
        (8, 20),
    ]
    drawn = np.array(decoder(np.ones((1, 3, 2), np.float32)))
    for weight in decoder.more.weights:
        weight.assign(0 * weight)
    assert np.abs(np.array(decoder(np.ones((1, 3, 2), np.float32))) - drawn).max() > 1e-3
