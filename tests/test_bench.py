"""The benchmark compares like with like."""

import keras
import numpy as np
import pytest

from capsnet.routing import RoutingByAgreement
from tests.bench.notebook import NotebookDigitCapsules
from tests.bench.report import Row, Target


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_notebook_formulation_computes_what_ours_does(rounds):
    keras.utils.set_random_seed(0)
    layer = NotebookDigitCapsules(capsules=4, dim=6, W_stddev=0.5)
    primary_capsules = np.random.default_rng(0).normal(size=(3, 2, 2, 5, 8)).astype(np.float32)
    theirs = layer(primary_capsules, rounds=rounds)
    votes = layer.prediction_vectors(primary_capsules)
    ours = RoutingByAgreement().route(votes, rounds)
    np.testing.assert_allclose(theirs, ours, atol=1e-5)


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        (Target(0.75), 0.75, True),
        (Target(0.75), 0.76, False),
        (Target(1.3, at_least=True), 1.29, False),
        (Target(1.3, at_least=True), 1.31, True),
        (None, 1.0, None),
    ],
)
def test_row_says_whether_its_target_was_met(target, value, met):
    assert Row("peak memory", value, "x", "", target).to_dict()["met"] is met
