import keras
import numpy as np
import pytest

from capsnet.network.layers import DigitCapsules, PrimaryCapsules
from capsnet.routing.agreement import RoutingByAgreement
from capsnet.routing.broken import mistaken


@pytest.fixture(autouse=True)
def seeded():
    """New layers have the same weights in each run of a test."""
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="module")
def primary_capsules():
    return np.random.default_rng(0).normal(size=(2, 3, 3, 4, 8), scale=0.3).astype(np.float32)


def test_primary_capsules_read_channels_as_maps_of_vectors():
    layer = PrimaryCapsules(maps=4, dim=8)
    features = np.random.default_rng(0).normal(size=(2, 20, 20, 3)).astype(np.float32)
    capsules = np.array(layer(features))
    assert capsules.shape == (2, 6, 6, 4, 8)
    channels = np.array(layer.conv(features))  # (2, 6, 6, 32)
    s = channels[..., 8:16]  # the second map
    length = np.linalg.norm(s, axis=-1, keepdims=True)
    np.testing.assert_allclose(capsules[..., 1, :], s * length / (1 + length**2), atol=1e-6)


def test_primary_relu_is_applied_before_the_squash():
    features = np.random.default_rng(0).normal(size=(1, 20, 20, 3)).astype(np.float32)
    assert np.array(PrimaryCapsules(2, 8)(features)).min() < 0
    assert np.array(PrimaryCapsules(2, 8, activation="relu")(features)).min() == 0


def test_prediction_vectors_in_the_order_row_column_map(primary_capsules):
    layer = DigitCapsules(capsules=5, dim=6)
    layer.build(primary_capsules.shape)
    votes = np.array(layer.prediction_vectors(primary_capsules))
    W = layer.get_weights()[0]
    assert W.shape == (3 * 3 * 4, 5, 6, 8)
    assert votes.shape == (2, 36, 5, 6)
    row, column, capsule_map, digit = 1, 2, 3, 4
    i = (row * 3 + column) * 4 + capsule_map
    expected = W[i, digit] @ primary_capsules[1, row, column, capsule_map]
    np.testing.assert_allclose(votes[1, i, digit], expected, atol=1e-5)


def test_a_call_routes_the_votes(primary_capsules):
    layer = DigitCapsules(capsules=5, dim=6, rounds=2, compile_routing=False)
    capsules = layer(primary_capsules)
    expected = RoutingByAgreement().route(layer.prediction_vectors(primary_capsules), 2)
    np.testing.assert_allclose(capsules, expected, atol=1e-6)


@pytest.mark.parametrize("loop", ["static", "dynamic"])
def test_compiled_and_plain_routing_agree(primary_capsules, loop):
    plain = DigitCapsules(5, 6, loop=loop, W_stddev=1.0, compile_routing=False)
    compiled = DigitCapsules(5, 6, loop=loop, compile_routing=True)
    for layer in (plain, compiled):
        layer.build(primary_capsules.shape)
    compiled.set_weights(plain.get_weights())
    for rounds in (1, 4):
        expected = np.array(plain(primary_capsules, rounds=rounds))
        assert np.abs(expected).max() > 0.05
        np.testing.assert_allclose(compiled(primary_capsules, rounds=rounds), expected, atol=1e-5)


def test_rounds_can_be_chosen_for_a_call(primary_capsules):
    layer = DigitCapsules(5, 6, rounds=3, W_stddev=1.0, compile_routing=False)
    default = np.array(layer(primary_capsules))
    np.testing.assert_array_equal(layer(primary_capsules, rounds=3), default)
    assert np.abs(np.array(layer(primary_capsules, rounds=1)) - default).max() > 1e-3
    with pytest.raises(ValueError, match="from 1 to 10. Received: 11"):
        layer(primary_capsules, rounds=11)


@pytest.mark.parametrize("compile_routing", [True, False])
def test_a_call_goes_by_another_routing_once_it_is_set(primary_capsules, compile_routing):
    layer = DigitCapsules(5, 6, W_stddev=1.0, compile_routing=compile_routing)
    before = np.array(layer(primary_capsules))
    layer.routing = mistaken("wrong axis", layer.routing)
    expected = layer.routing.route(layer.prediction_vectors(primary_capsules), 3)
    assert np.abs(expected - before).max() > 0.05
    for _ in range(3):
        np.testing.assert_allclose(layer(primary_capsules), expected, atol=1e-5)
    if compile_routing:
        assert layer._vote_and_route.experimental_get_tracing_count() == 2  # one for each routing


def test_W_is_drawn_with_the_given_deviation(primary_capsules):
    layer = DigitCapsules(W_stddev=0.05)
    layer.build(primary_capsules.shape)
    assert layer.get_weights()[0].std() == pytest.approx(0.05, rel=0.05)


@pytest.mark.parametrize(
    "layer",
    [
        PrimaryCapsules(2, 4, 5, 1, "relu"),
        DigitCapsules(5, 6, 2, "dynamic", "last", 0.3, compile_routing=False),
    ],
)
def test_layers_are_rebuilt_from_their_config(layer):
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert type(again) is type(layer)
    assert again.get_config() == layer.get_config()
