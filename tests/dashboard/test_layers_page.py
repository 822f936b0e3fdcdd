"""The Layers page through AppTest: the capsule that is followed is the trace's."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.data.bundled import load_bundled
from dashboard import state
from tests.address import address
from tests.dashboard.experiment_page import charts, new_app, open_page, results_of_few


def test_the_capsule_that_is_followed_is_the_traces(shipped) -> None:
    app = open_page(new_app(), "layers", digit="0", map="3", at="1.4")
    trace = shipped.trace(load_bundled()[:1].pixels())
    shown = charts(app)
    capsule = trace.primary_capsules[0, 1, 4, 3]
    np.testing.assert_allclose(shown["capsule"]["data"][0]["y"], capsule, atol=1e-4)
    i = (1 * 6 + 4) * 32 + 3
    np.testing.assert_allclose(shown["shares"]["data"][0]["y"], trace.coupling[-1, 0, i], atol=1e-4)
    assert any(
        "The capsule sees 17 × 17: rows 2 to 18, columns 8 to 24, counted from 0" in one.value
        for one in app.markdown
    )
    app.slider(key="layers_map").set_value(30).run()
    assert not app.exception
    capsule = trace.primary_capsules[0, 1, 4, 30]
    np.testing.assert_allclose(charts(app)["capsule"]["data"][0]["y"], capsule, atol=1e-4)
    assert (address(app)["map"], address(app)["at"]) == ("30", "1.4")


@pytest.mark.parametrize("link", [{"map": "99"}, {"map": "x"}, {"at": "2"}, {"at": "6.0"}])
def test_a_capsule_that_is_not_there_is_reported(link: dict) -> None:
    app = open_page(new_app(), "layers", **link)
    assert any("this network does not have" in one.value for one in app.warning)


def test_favourites_are_those_found(monkeypatch: pytest.MonkeyPatch, shipped) -> None:
    made = results_of_few(monkeypatch, shipped, 12)
    found = state.experiment_result("maps", {})  # not in the page's time
    app = open_page(new_app(), "layers", map="5")
    (shown,) = [one.proto.body for one in app.get("html") if "Digit " in one.proto.body]
    assert all(f"Digit {index}" in shown for index in found["images"][5])
    assert made
