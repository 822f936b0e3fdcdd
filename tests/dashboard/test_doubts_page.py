"""The Doubts page through AppTest: figures are those measured; buttons where there are none."""

from __future__ import annotations

import pytest

from dashboard import state
from tests.dashboard.experiment_page import charts, new_app, open_page, results_of_few


def test_without_results_each_doubt_has_a_button(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "experiment_result", lambda *asked: None)
    app = open_page(new_app(), "doubts")
    keys = {button.key for button in app.button}
    wanted = {"start-rounds", "start-coupling", "start-parents", "start-negative"}
    assert wanted <= keys
    assert not charts(app) and not app.metric
    for paper in ("1907.13327", "2103.15459", "2301.01583", "1905.08744"):
        assert any(paper in one.value for one in app.markdown)


def test_the_figures_are_those_measured(monkeypatch: pytest.MonkeyPatch, small_model) -> None:
    made = results_of_few(monkeypatch, small_model, 12)
    for name in ("rounds", "coupling", "parents", "negative"):  # not in the page's time
        state.experiment_result(name, {})
    app = open_page(new_app(), "doubts")
    drawn = charts(app)
    accuracy = drawn["rounds-0"]["data"][0]
    assert accuracy["x"] == ["1 round", "3 rounds", "5 rounds", "10 rounds"]
    assert accuracy["y"] == list(made["rounds"]["accuracy"].values())
    assert drawn["coupling-1"]["data"][0]["y"] == list(
        made["coupling"]["mean_length_of_label"].values()
    )
    assert drawn["silent-by-map"]["data"][0]["y"] == made["parents"]["silent_by_map"]
    assert drawn["entropy-of-parents"]["data"][0]["y"] == made["parents"]["entropy_of_parents"]
    told = {one.label: one.value for one in app.metric}
    wins = made["parents"]["share_whose_largest_parent_wins"]
    assert told["Largest parent is the winner"] == f"{wins:.0%}"
    assert told["Trees, of 12 digits"] == f"{made['parents']['distinct_trees']}"
