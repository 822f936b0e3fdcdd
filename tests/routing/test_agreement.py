from typing import Literal

import numpy as np
import pytest
import tensorflow as tf

from capsnet.routing.agreement import RoutingByAgreement, RoutingRound

LOOPS: tuple[Literal["static", "dynamic"], ...] = ("static", "dynamic")


@pytest.fixture(scope="module")
def votes():
    """Prediction vectors of 2 images, 7 primary and 4 digit capsules of 3 dimensions."""
    return np.random.default_rng(0).normal(size=(2, 7, 4, 3)).astype(np.float32)


def route_in_loops(votes, rounds):
    """Procedure 1 of the paper for one image's votes (I, J, D), one number at a time."""
    num_primary, num_digit, dim = votes.shape
    logits = np.zeros((num_primary, num_digit))
    recorded: dict[str, list] = {name: [] for name in RoutingRound._fields}
    for _ in range(rounds):
        coupling = np.zeros_like(logits)
        for i in range(num_primary):
            shares = np.exp(logits[i])
            coupling[i] = shares / shares.sum()
        capsules = np.zeros((num_digit, dim))
        for j in range(num_digit):
            s = sum(coupling[i, j] * votes[i, j] for i in range(num_primary))
            length = np.linalg.norm(s)
            capsules[j] = length**2 / (1 + length**2) * s / length
        agreement = np.zeros_like(logits)
        for i in range(num_primary):
            for j in range(num_digit):
                agreement[i, j] = votes[i, j] @ capsules[j]
        for name, value in zip(recorded, (logits, coupling, capsules, agreement), strict=True):
            recorded[name].append(value)
        logits = logits + agreement
    return {name: np.stack(values) for name, values in recorded.items()}


def test_two_rounds_by_hand():
    # Both primary capsules vote (1, 0) for the first digit, and against each other on the second.
    votes = np.array([[[[1, 0], [1, 0]], [[1, 0], [-1, 0]]]], np.float32)  # (1, 2, 2, 2)
    traced = RoutingByAgreement().trace(votes, 2)
    np.testing.assert_allclose(traced.coupling[0, 0], [[0.5, 0.5], [0.5, 0.5]])
    np.testing.assert_allclose(traced.digit_capsules[0, 0], [[0.5, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(traced.agreement[0, 0], [[0.5, 0], [0.5, 0]])
    np.testing.assert_allclose(traced.logits[1, 0], [[0.5, 0], [0.5, 0]])
    share = 1 / (1 + np.exp(-0.5))  # softmax of (0.5, 0)
    np.testing.assert_allclose(traced.coupling[1, 0, 0], [share, 1 - share], rtol=1e-6)
    length = (2 * share) ** 2 / (1 + (2 * share) ** 2)
    np.testing.assert_allclose(traced.digit_capsules[1, 0], [[length, 0], [0, 0]], rtol=1e-6)


@pytest.mark.parametrize("loop", LOOPS)
def test_every_round_against_plain_loops(votes, loop):
    traced = RoutingByAgreement(loop=loop).trace(votes, 5)
    for image in range(len(votes)):
        for name, expected in route_in_loops(votes[image], 5).items():
            actual = np.array(getattr(traced, name))[:, image]
            np.testing.assert_allclose(actual, expected, atol=1e-5, err_msg=name)


def test_one_round_from_given_logits(votes):
    logits = np.random.default_rng(1).normal(size=votes.shape[:3]).astype(np.float32)
    result = RoutingByAgreement().round(votes, logits)
    shares = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    np.testing.assert_allclose(result.coupling, shares, rtol=1e-5)
    s = (shares[..., None] * votes).sum(axis=1)
    length = np.linalg.norm(s, axis=-1, keepdims=True)
    np.testing.assert_allclose(result.digit_capsules, s * length / (1 + length**2), rtol=1e-4)
    np.testing.assert_array_equal(result.logits, logits)


def test_the_softmax_is_over_the_digit_capsules(votes):
    coupling = np.array(RoutingByAgreement().trace(votes, 3).coupling)  # (R, B, I, J)
    np.testing.assert_allclose(coupling.sum(axis=3), 1, rtol=1e-5)
    assert np.abs(coupling.sum(axis=2) - 1).max() > 0.5


@pytest.mark.parametrize("loop", LOOPS)
def test_images_of_a_batch_are_routed_independently(votes, loop):
    routing = RoutingByAgreement(loop=loop)
    together = np.array(routing.route(votes, 3))
    for image in range(len(votes)):
        alone = np.array(routing.route(votes[image : image + 1], 3))
        assert alone.shape == (1, 4, 3)  # a batch of one keeps its axis
        np.testing.assert_allclose(alone[0], together[image], atol=1e-6)


@pytest.mark.parametrize("rounds", range(1, 11))
def test_both_loops_agree(votes, rounds):
    static, dynamic = (RoutingByAgreement(loop=loop) for loop in LOOPS)
    np.testing.assert_allclose(static.route(votes, rounds), dynamic.route(votes, rounds), atol=1e-5)
    for one, other in zip(static.trace(votes, rounds), dynamic.trace(votes, rounds), strict=True):
        assert len(one) == rounds
        np.testing.assert_allclose(one, other, atol=1e-5)


def gradient_of(route, votes):
    """The gradient of a weighted sum of the digit capsules with respect to the votes."""
    votes = tf.constant(votes)
    with tf.GradientTape() as tape:
        tape.watch(votes)
        capsules = route(votes)
        weights = tf.reshape(tf.range(tf.size(capsules), dtype=tf.float32), capsules.shape)
        total = tf.reduce_sum(capsules * weights)
    return tape.gradient(total, votes).numpy()


@pytest.mark.parametrize("gradient", ["all", "last"])
def test_both_loops_have_the_same_gradient(votes, gradient):
    static, dynamic = (
        gradient_of(lambda v, r=RoutingByAgreement(loop, gradient): r.route(v, 4), votes)
        for loop in LOOPS
    )
    np.testing.assert_allclose(static, dynamic, atol=1e-4)


def test_gradient_through_the_last_round_only(votes):
    through_all, through_last = (RoutingByAgreement(gradient=g) for g in ("all", "last"))
    np.testing.assert_array_equal(through_all.route(votes, 3), through_last.route(votes, 3))
    last_logits = through_all.trace(votes, 3).logits[-1]
    one_round_from_there = gradient_of(
        lambda v: through_all.round(v, last_logits).digit_capsules, votes
    )
    actual = gradient_of(lambda v: through_last.route(v, 3), votes)
    np.testing.assert_allclose(actual, one_round_from_there, atol=1e-5)
    whole = gradient_of(lambda v: through_all.route(v, 3), votes)
    assert np.abs(actual - whole).max() > 0.1


def test_votes_of_nothing_have_a_finite_gradient():
    nothing = np.zeros((1, 7, 4, 3), np.float32)
    gradient = gradient_of(lambda v: RoutingByAgreement().route(v, 3), nothing)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("rounds", [0, 11])
def test_rounds_out_of_range(votes, rounds):
    with pytest.raises(ValueError, match=f"from 1 to 10. Received: {rounds}"):
        RoutingByAgreement().route(votes, rounds)
