"""The Transform page through AppTest: sliders move its figures, links and bad input are told."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from capsnet.analysis import transformations
from capsnet.analysis.experiments.settings import Experiment
from capsnet.data.bundled import load_bundled
from dashboard.state import experiments
from tests.address import address
from tests.dashboard.experiment_page import charts, new_app, open_page


@pytest.fixture
def app() -> AppTest:
    return new_app()


def bars(app: AppTest) -> list[str]:
    return charts(app)["capsule-lengths"]["data"][0]["text"]


def test_a_slider_moves_the_lengths_to_those_of_the_turned_digit(app: AppTest, shipped) -> None:
    open_page(app, "transform", digit="0")
    app.slider(key="transform_by_turn").set_value(60.0).run()
    assert not app.exception
    turned = transformations.rotate(load_bundled()[:1].pixels(), 60)
    lengths = shipped.trace(np.clip(turned, 0, 1).astype(np.float32)).lengths[-1, 0]
    assert bars(app) == [f"{length:.2f}" for length in lengths]
    assert address(app)["by"] == "60" and address(app)["transform"] == "turn"
    (marker,) = charts(app)["lengths-along"]["layout"]["shapes"]
    assert marker["x0"] == 60


def test_a_link_opens_the_same_view(app: AppTest) -> None:
    open_page(app, "transform", digit="3", transform="slant", by="0.5")
    assert app.slider(key="transform_by_slant").value == 0.5
    assert len(charts(app)["pose-along"]["data"]) == 16
    assert not app.warning


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"transform": "explode"}, "transformation named 'explode'"),
        ({"transform": "turn", "by": "x"}, "asks for 'x' degrees"),
        ({"transform": "erase", "by": "7"}, "not for a number from 0 to 1"),
    ],
)
def test_a_wrong_link_is_told_in_a_sentence(app: AppTest, link: dict, said: str) -> None:
    open_page(app, "transform", **link)
    assert any(said in one.value for one in app.warning)


@pytest.mark.parametrize("link", [("erase", "1"), ("move", "14")])
def test_a_digit_that_is_gone_is_reported(app: AppTest, link: tuple[str, str]) -> None:
    open_page(app, "transform", digit="357", transform=link[0], by=link[1])
    told = [one.value for one in app.warning]
    assert any("Nothing of the digit is left" in one for one in told) == (link[0] == "erase")


def wait_for_job(app: AppTest) -> None:
    deadline = time.monotonic() + 30
    while any(not job.over.is_set() for job in experiments._jobs().values()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    app.run()


def test_an_experiment_runs_in_the_background_can_be_cancelled_and_its_result_stays(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    experiments._jobs().clear()
    kept: dict[Any, Any] = {}
    monkeypatch.setattr(experiments.experiment_results, "folder", lambda path: tmp_path)
    real = experiments.find

    def slow(subject, values):
        for done in range(1, 41):
            time.sleep(0.02)
            subject.watch(done, 40)
        kept["made"] = kept.get("made", 0) + 1
        return {"accuracy": 0.75}

    def find(name: str) -> Experiment:
        found = real(name)
        if name != "affine":
            return found
        return Experiment(found.name, found.words, slow, found.settings)

    monkeypatch.setattr(experiments, "find", find)
    open_page(app, "transform")
    app.button(key="start-affine").click().run()
    assert not app.exception
    assert app.button(key="cancel-affine")
    app.button(key="cancel-affine").click().run()
    wait_for_job(app)
    assert any("Cancelled" in one.value for one in app.info)
    assert not app.metric and not kept
    app.button(key="start-affine").click().run()
    wait_for_job(app)
    assert app.metric[0].value == "75.00 %"
    assert kept == {"made": 1}
    experiments._jobs().clear()  # as a server that was started anew
    again = open_page(new_app(), "transform")
    assert again.metric[0].value == "75.00 %"
    assert kept == {"made": 1}
