import dataclasses

import numpy as np
import pytest

from capsnet.analysis.evaluation import evaluate
from capsnet.network.model import CapsNet


@pytest.fixture(scope="module")
def evaluation(small_model, digits):
    return evaluate(small_model, digits, batch_size=30)


def test_figures_against_the_trace(small_model, digits, evaluation):
    pixels = digits.pixels()
    traced = small_model.trace(pixels)
    lengths, labels = traced.lengths[-1].astype(float), digits.labels
    present = np.eye(10)[labels]
    margins = present * np.maximum(0, 0.9 - lengths) ** 2
    margins += 0.5 * (1 - present) * np.maximum(0, lengths - 0.1) ** 2
    # A trace's reconstruction is of the longest capsule: it knows no labels.
    errors = ((traced.reconstruction - pixels) ** 2).sum(axis=(1, 2, 3))
    assert evaluation.images == 200
    assert evaluation.accuracy == np.mean(traced.predictions == labels)
    assert evaluation.margin_loss == pytest.approx(margins.sum(axis=1).mean(), rel=1e-4)
    assert evaluation.reconstruction_error == pytest.approx(errors.mean(), rel=1e-4)
    assert (errors <= evaluation.usual_error * (1 + 1e-4)).mean() == 0.95


def test_the_margins_are_the_networks_own(small_model, digits):
    margins = {"margin_positive": 0.8, "margin_negative": 0.2, "margin_down_weight": 0.7}
    model = CapsNet(dataclasses.replace(small_model.config, **margins))
    model.set_weights(small_model.get_weights())
    lengths = small_model.trace(digits.pixels()).lengths[-1].astype(float)
    present = np.eye(10)[digits.labels]
    losses = present * np.maximum(0, 0.8 - lengths) ** 2
    losses += 0.7 * (1 - present) * np.maximum(0, lengths - 0.2) ** 2
    expected = losses.sum(axis=1).mean()
    assert evaluate(model, digits).margin_loss == pytest.approx(expected, rel=1e-4)


def test_confusion_has_a_row_for_each_true_class(small_model, digits, evaluation):
    confusion = np.array(evaluation.confusion)
    np.testing.assert_array_equal(confusion.sum(axis=1), np.bincount(digits.labels))
    predictions = small_model.trace(digits.pixels()).predictions
    np.testing.assert_array_equal(confusion.sum(axis=0), np.bincount(predictions, minlength=10))
    assert np.trace(confusion) / 200 == evaluation.accuracy


def test_the_labels_do_not_change_the_reconstructions(small_model, digits, evaluation):
    wrong = type(digits)(digits.images, (digits.labels + 1) % 10)
    assert evaluate(small_model, wrong, 30).reconstruction_error == pytest.approx(
        evaluation.reconstruction_error
    )


@pytest.mark.parametrize("rounds", [1, 5])
def test_the_same_weights_with_other_rounds(small_model, digits, rounds):
    traced = small_model.trace(digits.pixels(), rounds)
    figures = evaluate(small_model, digits, rounds=rounds)
    predictions = np.bincount(traced.predictions, minlength=10)
    np.testing.assert_array_equal(np.array(figures.confusion).sum(axis=0), predictions)
    assert figures.accuracy == np.mean(traced.predictions == digits.labels)
    drawn = ((traced.reconstruction - digits.pixels()) ** 2).sum(axis=(1, 2, 3))
    assert figures.reconstruction_error == pytest.approx(drawn.mean(), rel=1e-4)


def test_rounds_out_of_range_are_refused(small_model, digits):
    with pytest.raises(ValueError, match="from 1 to 10. Received: 11"):
        evaluate(small_model, digits, rounds=11)


def test_a_class_that_the_network_does_not_know_is_refused(small_config, digits):
    model = CapsNet(dataclasses.replace(small_config, num_classes=9))
    with pytest.raises(ValueError, match="the network's 9 classes. Received: one of class 9"):
        evaluate(model, digits)


def test_no_images_are_refused(small_model, digits):
    with pytest.raises(ValueError, match="at least one image. Received: none"):
        evaluate(small_model, digits[:0])


def test_images_of_another_shape_are_refused(small_config, digits):
    wide = CapsNet(dataclasses.replace(small_config, image_shape=(28, 28, 3)))
    with pytest.raises(ValueError, match=r"\(28, 28, 3\). Received: \(28, 28, 1\)"):
        evaluate(wide, digits[:1])
