import numpy as np
import pytest

from capsnet.analysis import routing_summaries as coupling


def test_entropy_of_equal_shares_is_ln_ten_and_of_decided_ones_zero():
    equal, decided = np.full(10, 0.1), np.eye(10)[3]
    np.testing.assert_allclose(
        coupling.entropy(np.stack([equal, decided])), [np.log(10), 0], atol=1e-12
    )


def test_entropy_of_uneven_shares_in_every_round():
    shares = np.random.default_rng(0).dirichlet(np.ones(10), size=(3, 4))
    values = coupling.entropy(shares)
    assert values.shape == (3, 4)
    assert values[2, 1] == pytest.approx(-sum(c * np.log(c) for c in shares[2, 1]))


def test_entropy_is_of_shares_whatever_they_sum_to():
    shares = np.random.default_rng(0).dirichlet(np.ones(10), size=4)
    np.testing.assert_allclose(coupling.entropy(shares * 0.02), coupling.entropy(shares))


def test_the_mean_of_a_map_is_over_its_places():
    one, other = np.eye(10)[0], np.full(10, 0.1)
    four = np.stack([one, other, other, other])  # two places of two maps
    np.testing.assert_allclose(coupling.mean_by_map(four, 2), [(one + other) / 2, other])
    weighted = coupling.mean_by_map(four, 2, np.array([3.0, 0.0, 1.0, 0.0]))
    np.testing.assert_allclose(weighted, [(3 * one + other) / 4, other])
