"""Disturbed routing: silenced capsules and the mistakes, against plain NumPy."""

import numpy as np
import pytest

from capsnet.routing.agreement import RoutingByAgreement
from capsnet.routing.broken import (
    MISTAKES,
    SharedLogits,
    SoftmaxOverPrimary,
    UniformCoupling,
    mistaken,
)


def softmax(logits, axis):
    shares = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return shares / shares.sum(axis=axis, keepdims=True)


def lengths_in_numpy(votes, rounds, couple):
    """The lengths of every round, (R, B, J), with the coefficients that `couple` makes."""
    logits = np.zeros(votes.shape[:3])
    recorded = []
    for _ in range(rounds):
        s = np.einsum("bij,bijd->bjd", couple(logits), votes)
        norm = np.linalg.norm(s, axis=-1, keepdims=True)
        capsules = s * norm / (1 + norm**2)
        recorded.append(np.linalg.norm(capsules, axis=-1))
        logits = logits + np.einsum("bijd,bjd->bij", votes, capsules)
    return np.stack(recorded)


@pytest.fixture(scope="module")
def votes():
    return np.random.default_rng(1).normal(size=(3, 8, 4, 5)).astype(np.float32)


@pytest.mark.parametrize(
    ("routing", "couple"),
    [
        (UniformCoupling(), lambda logits: np.full_like(logits, 0.25)),
        (SoftmaxOverPrimary(), lambda logits: softmax(logits, 1)),
        (SharedLogits(), lambda logits: softmax(logits.mean(0, keepdims=True) + 0 * logits, 2)),
        (RoutingByAgreement(), lambda logits: softmax(logits, 2)),
    ],
)
def test_lengths_of_a_mistake(votes, routing, couple):
    v = np.asarray(routing.trace(votes, 4).digit_capsules)
    expected = lengths_in_numpy(votes.astype(np.float64), 4, couple)
    np.testing.assert_allclose(np.linalg.norm(v, axis=-1), expected, atol=1e-5)


def test_every_mistake_differs_from_routing_by_agreement(votes):
    right = np.asarray(RoutingByAgreement().trace(votes, 3).coupling)
    for mistake in MISTAKES.values():
        routing = mistake()
        assert not np.allclose(np.asarray(routing.trace(votes, 3).coupling), right, atol=1e-3)


def test_a_mistake_has_the_settings_of_the_networks_own_routing():
    own = RoutingByAgreement(loop="dynamic", gradient="last")
    for name, mistake in MISTAKES.items():
        made = mistaken(name, own)
        assert isinstance(made, mistake)
        assert vars(made) == vars(own)


@pytest.mark.parametrize(
    ("name", "couple"),
    [
        ("wrong axis", lambda logits: softmax(logits / 4, 1)),
        ("shared logits", lambda logits: softmax((logits.mean(0) + 0 * logits) / 4, 2)),
    ],
)
def test_a_mistake_shares_out_as_the_network_does(votes, monkeypatch, name, couple):
    """As after a change of `coupling`: what is compared is the mistake alone."""
    by_paper = RoutingByAgreement.coupling
    monkeypatch.setattr(RoutingByAgreement, "coupling", lambda own, b: by_paper(own, b / 4))
    v = np.asarray(mistaken(name, RoutingByAgreement()).trace(votes, 4).digit_capsules)
    expected = lengths_in_numpy(votes.astype(np.float64), 4, couple)
    np.testing.assert_allclose(np.linalg.norm(v, axis=-1), expected, atol=1e-5)


def test_shared_logits_are_harmless_in_a_batch_of_one(votes):
    """Which is why the mistake is easily missed."""
    one = votes[:1]
    np.testing.assert_allclose(
        np.asarray(SharedLogits().trace(one, 3).coupling),
        np.asarray(RoutingByAgreement().trace(one, 3).coupling),
        rtol=1e-5,
    )


def test_silencing_equals_routing_again_without_those_votes(small_model, images):
    silenced = np.zeros((6, 6, 2), bool)
    silenced[2, 3] = silenced[..., 1] = True
    traced = small_model.trace(images, 4, silenced=silenced)
    votes = small_model.trace(images, 4).prediction_vectors.astype(np.float64)
    left = votes[:, ~silenced.reshape(-1)]  # as if they were not there at all
    expected = lengths_in_numpy(left, 4, lambda logits: softmax(logits, 2))
    np.testing.assert_allclose(traced.lengths, expected, atol=1e-6)
    assert not traced.primary_capsules[:, silenced].any()
    listed = small_model.trace(images, 4, silenced=silenced.tolist())
    np.testing.assert_array_equal(listed.lengths, traced.lengths)


def test_silencing_nothing_changes_nothing(small_model, images):
    quiet = small_model.trace(images, silenced=np.zeros((6, 6, 2), bool))
    np.testing.assert_array_equal(quiet.coupling, small_model.trace(images).coupling)


@pytest.mark.parametrize("silenced", [np.zeros((6, 6, 3), bool), np.zeros((6, 6, 2))])
def test_silenced_of_a_wrong_shape_or_type(small_model, images, silenced):
    with pytest.raises(ValueError, match="Expected silenced of shape"):
        small_model.trace(images, silenced=silenced)
