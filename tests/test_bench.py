"""The benchmark compares like with like."""

import argparse

import keras
import numpy as np
import pytest

from capsnet.data import datasets
from capsnet.routing.agreement import RoutingByAgreement
from capsnet.training import train
from tests.bench import pages, recipes
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


def test_a_recipes_figures_are_those_of_the_network_that_is_kept(monkeypatch, tmp_path):
    history = [
        {"best": best, "val_accuracy": accuracy, "val_reconstruction_error": error}
        for best, accuracy, error in [(1, 0.8, 30.0), (1, 0.9, 20.0), (0, 0.95, 10.0)]
    ]
    monkeypatch.setattr(train, "train", lambda *_, **__: train.TrainingResult(tmp_path, history))
    monkeypatch.setattr(datasets, "load_split", lambda split, data: None)
    arguments = argparse.Namespace(epochs=3, data=None, outside=None, folder=tmp_path)
    row = recipes.measured("shifts alone", {}, arguments)
    assert row == {"accuracy": 0.9, "error": 20.0, "outside": "-"}


def test_only_the_browser_is_held_to_the_pace_of_the_hand(monkeypatch):
    def child(module, what, *arguments):
        if what == "visits":
            return {"first": 1.9, "again": 2.1}
        if what == "class":
            alike = dict.fromkeys(("idle_cpu_seconds", "cpu_seconds", "release_cpu_seconds"), 0.1)
            return {"visitors": int(arguments[0]), "seconds": 2.0, "errors": 1, **alike}
        late = {"p50_ms": 5.0, "p95_ms": 12.0} if arguments[0] == "browser" else {"p50_ms": 300.0}
        pace = {"paints_per_second": 60.0, "inputs_per_second": 60.0, "inputs": 120}
        return {"p95_ms": 900.0, **late, **pace}

    monkeypatch.setattr(pages, "child", child)
    raw = {}
    rows = list(pages.pose(True, raw))
    assert [row.to_dict()["met"] for row in rows] == [
        True,
        True,
        None,
        None,
        True,
        False,
        None,
        False,
    ]
    assert "4 visitors" in rows[-1].what
    assert len(raw["pose"]) == 4
