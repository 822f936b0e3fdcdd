"""The Attack page through AppTest: what is shown is the attack's, and the dead zone is told."""

from __future__ import annotations

import json

import numpy as np
import pytest

from capsnet import figures
from capsnet.analysis.attack import Attack, attacked, loss_gradient
from capsnet.data.bundled import load_bundled
from dashboard import state
from tests.address import address
from tests.dashboard.experiment_page import charts, new_app, open_page, results_of_few
from tests.dashboard.test_draw_page import components


def bars(app) -> list[str]:
    return charts(app)["capsule-lengths"]["data"][0]["text"]


def test_the_lengths_are_those_of_the_attacked_digit(shipped) -> None:
    app = open_page(new_app(), "attack", digit="0")
    app.slider(key="attack_epsilon").set_value(0.25).run()
    assert not app.exception
    digit = load_bundled()[:1]
    changed = attacked(digit.pixels(), digit.labels, Attack(0.25), loss_gradient(shipped))
    lengths = shipped.trace(changed).lengths[-1, 0]
    shown = [float(text) for text in bars(app)]
    np.testing.assert_allclose(shown, lengths, atol=0.011)
    assert address(app)["epsilon"] == "0.25" and address(app)["loss"] == "lengths"


def about_votes(app) -> list[dict]:
    """The components that show figures of both pictures, side by side."""
    return [one for one in components(app, "capsnet_figures") if len(one["figures"]) > 1]


def test_votes_and_couplings_are_those_of_both_pictures(shipped) -> None:
    app = open_page(new_app(), "attack", digit="0", epsilon="0.25")
    assert not about_votes(app)
    app.toggle(key="attack_votes").set_value(True).run()
    (shown,) = about_votes(app)
    drawn = [json.loads(text) for text in shown["figures"]]
    assert [one["layout"]["meta"]["name"] for one in drawn] == [
        name for name in ("votes", "lengths", "coupling") for _ in range(2)
    ]
    digit = load_bundled()[:1]
    changed = attacked(digit.pixels(), digit.labels, Attack(0.25), loss_gradient(shipped))
    for one, images in zip(drawn[4:], (digit.pixels(), changed), strict=True):
        expected = figures.coupling(shipped.trace(images)).layout.meta["alt"]
        assert one["layout"]["meta"]["alt"] == expected


def test_the_margin_losss_dead_zone_is_reported() -> None:
    app = open_page(new_app(), "attack", digit="0", epsilon="0.25", loss="margin")
    assert any("and so is its gradient" in one.value for one in app.info)
    app.segmented_control(key="attack_loss").set_value("lengths").run()
    assert not any("and so is its gradient" in one.value for one in app.info)


def test_an_attack_of_size_zero_changes_nothing() -> None:
    app = open_page(new_app(), "attack", digit="0", epsilon="0")
    assert any("Nothing has changed" in one.value for one in app.info)


def test_a_target_that_is_read_already_is_reported() -> None:
    app = open_page(new_app(), "attack", digit="0")  # a zero
    app.selectbox(key="attack_target").set_value(0).run()
    assert any("reads it as that class already" in one.value for one in app.info)


@pytest.mark.parametrize("link", [{"epsilon": "3"}, {"epsilon": "x"}, {"loss": "other"}])
def test_a_wrong_link_is_reported(link: dict) -> None:
    app = open_page(new_app(), "attack", **link)
    assert any("an attack that this page does not have" in one.value for one in app.warning)


def test_figures_of_all_digits_are_those_measured(monkeypatch: pytest.MonkeyPatch, shipped) -> None:
    made = results_of_few(monkeypatch, shipped, 12)
    app = open_page(new_app(), "attack")
    values = [one.value for one in app.metric]
    for loss in ("lengths", "margin"):
        assert f"{made[f'attack-{loss}']['accuracy']:.2%}".replace("%", " %") in values


def test_without_results_there_is_a_button_for_each_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "experiment_result", lambda *asked: None)
    keys = {button.key for button in open_page(new_app(), "attack").button}
    assert {"start-attack-lengths", "start-attack-margin"} <= keys
