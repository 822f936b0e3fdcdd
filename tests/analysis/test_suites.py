"""The suites' figures, against what a network of known lengths has."""

import numpy as np
import pytest

from capsnet.analysis import suites
from capsnet.config import CapsNetConfig


class Known:
    """Stands for a network: answers each picture with the lengths that were said."""

    config = CapsNetConfig()

    def __init__(self, lengths, drawn=0.0):
        self.lengths, self.drawn, self.next = np.asarray(lengths, np.float32), drawn, 0

    def predict_on_batch(self, inputs):
        images = inputs["images"] if isinstance(inputs, dict) else inputs
        if isinstance(inputs, dict):  # two passes over the same sheets
            part = self.lengths[: len(images)]
        else:
            part = self.lengths[self.next : self.next + len(images)]
            self.next += len(images)
        return {"lengths": part, "reconstruction": np.full(images.shape, self.drawn, np.float32)}

    def predict(self, images, batch_size, verbose):
        return {"lengths": np.tile(self.lengths[:1], (len(images), 1))}


def lengths_of(classes, length):
    return np.eye(10)[classes].max(axis=1) * length


def test_single(digits):
    few = digits[:10]
    lengths = lengths_of(few.labels[:, None], 0.9)
    lengths[0] *= 0.5  # 0.45: right, but not seen
    lengths[1] = lengths_of([[(few.labels[1] + 1) % 10]], 0.9)[0]  # wrong
    lengths[2, (few.labels[2] + 1) % 10] = 0.6  # seen as two
    figures = suites.single(Known(lengths), few, batch_size=4)
    assert (figures.accuracy, figures.not_seen, figures.two_seen) == (0.9, 0.1, 0.1)
    assert figures.squared_error == pytest.approx(np.square(few.pixels()).sum() / 10)


def test_two(digits):
    few = digits[:10]
    _, alone, classes = suites.overlaid_pairs(few, np.random.default_rng(suites.SEED))
    lengths = lengths_of(classes, 0.9)
    lengths[0, classes[0, 0]] = 0.3  # found, but not seen
    lengths[1, classes[1, 0]] = 0.0
    lengths[1, np.setdiff1d(np.arange(10), classes[1])[0]] = 0.2  # another one second
    figures = suites.two(Known(lengths), few, batch_size=10)
    assert (figures.both_found, figures.both_seen) == (0.9, 0.8)
    assert figures.second_length == pytest.approx((8 * 0.9 + 0.3 + 0.2) / 10)
    assert figures.squared_error == pytest.approx(np.square(alone).sum() / 20)


def test_none(digits):
    figures = suites.none(Known(np.full((1, 10), 0.5)), digits)
    assert {kind.taken_for_digit for kind in figures.values()} == {1}
    assert suites.held_out_share(figures) == 1
    assert (figures["blank"].images, figures["noise"].images) == (1, 300)
    assert figures["heart"].mean_length == figures["heart"].largest_length == 0.5
    quiet = suites.none(Known(np.full((1, 10), 0.2)), digits)
    assert suites.held_out_share(quiet) == 0


def test_what_is_held_out_counts_by_its_pictures():
    few, many = suites.Kind(1, 0.9, 0.9, 1.0), suites.Kind(99, 0.1, 0.1, 0.0)
    figures = dict.fromkeys(suites.HELD_OUT, many) | {"blank": few, suites.LETTERS: few}
    others = 99 * len(suites.HELD_OUT_DRAWINGS)
    assert suites.held_out_share(figures) == pytest.approx(1 / (1 + others))


def test_the_pictures_are_the_same_every_time(digits):
    first, again = suites.without_digit(digits), suites.without_digit(digits)
    assert list(first) == list(again)
    for name, images in first.items():
        np.testing.assert_array_equal(images, again[name])
        assert images.shape[1:] == (28, 28, 1)


def test_the_shipped_network_on_a_sample(shipped, digits):
    one = suites.single(shipped, digits)
    assert one.accuracy >= 0.99
    assert one.not_seen <= 0.01
    both = suites.two(shipped, digits[:50])
    assert 0 <= both.both_seen <= both.both_found <= 1
