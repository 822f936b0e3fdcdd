import keras
import numpy as np
import pytest

from capsnet.network.losses import MarginLoss, ReconstructionLoss, sets_found


def test_margin_loss_by_hand():
    lengths = np.array([[0.8, 0.3, 0.05], [0.95, 0.1, 0.0]], np.float32)
    labels = np.array([0, 2])
    first = (0.9 - 0.8) ** 2 + 0.5 * (0.3 - 0.1) ** 2
    second = 0.9**2 + 0.5 * (0.95 - 0.1) ** 2
    np.testing.assert_allclose(MarginLoss().call(labels, lengths), [first, second], rtol=1e-5)
    assert float(MarginLoss()(labels, lengths)) == pytest.approx((first + second) / 2)


def test_margin_loss_takes_labels_in_a_column():
    lengths = np.array([[0.8, 0.3, 0.05], [0.95, 0.1, 0.0]], np.float32)
    flat, column = np.array([0, 2]), np.array([[0], [2]])
    assert float(MarginLoss()(column, lengths)) == float(MarginLoss()(flat, lengths))


def test_margin_loss_with_other_margins():
    loss = MarginLoss(positive=0.8, negative=0.2, down_weight=0.25)
    lengths = np.array([[0.5, 0.6]], np.float32)
    expected = 0.3**2 + 0.25 * 0.4**2
    assert float(loss(np.array([0]), lengths)) == pytest.approx(expected)


def test_reconstruction_loss_sums_over_pixels_and_averages_over_images():
    images = np.zeros((2, 28, 28, 1), np.float32)
    drawn = np.zeros_like(images)
    drawn[0] = 0.5  # 784 pixels, each 0.25 off
    np.testing.assert_allclose(ReconstructionLoss().call(images, drawn), [196, 0])
    assert float(ReconstructionLoss()(images, drawn)) == pytest.approx(98)


@pytest.mark.parametrize("loss", [MarginLoss(0.8, 0.2, 0.25), ReconstructionLoss()])
def test_losses_are_rebuilt_from_their_config(loss):
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert again.get_config() == loss.get_config()


def test_margin_loss_of_sets_by_hand():
    """Two classes are there, then none."""
    lengths = np.array([[0.8, 0.3, 0.05], [0.95, 0.1, 0.0]], np.float32)
    sets = np.array([[1, 0, 1], [0, 0, 0]], np.float32)
    first = (0.9 - 0.8) ** 2 + 0.5 * (0.3 - 0.1) ** 2 + (0.9 - 0.05) ** 2
    second = 0.5 * (0.95 - 0.1) ** 2
    np.testing.assert_allclose(MarginLoss().call(sets, lengths), [first, second], rtol=1e-5)


def test_a_set_of_one_is_a_label():
    lengths = np.random.default_rng(0).random((5, 4)).astype(np.float32)
    labels = np.array([0, 3, 2, 2, 1])
    sets = np.eye(4, dtype=np.float32)[labels]
    np.testing.assert_array_equal(
        MarginLoss().call(sets, lengths), MarginLoss().call(labels, lengths)
    )


@pytest.mark.parametrize(
    ("present", "lengths", "found"),
    [
        ([1, 0, 1], [0.6, 0.2, 0.3], 1),
        ([1, 0, 1], [0.6, 0.4, 0.3], 0),
        ([0, 1, 0], [0.1, 0.2, 0.1], 1),
        ([0, 0, 0], [0.1, 0.49, 0.1], 1),
        ([0, 0, 0], [0.1, 0.5, 0.1], 0),
    ],
)
def test_whether_a_set_is_found(present, lengths, found):
    present, lengths = np.array([present], np.float32), np.array([lengths], np.float32)
    np.testing.assert_array_equal(sets_found(present, lengths), [found])
