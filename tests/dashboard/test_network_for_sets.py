"""The second network that ships, for none, one and two digits: chosen, told, and left again."""

from __future__ import annotations

import pytest

from capsnet.storage import checkpoints
from dashboard.state.network_files import FOR_SETS
from tests.address import address
from tests.dashboard.experiment_page import new_app, open_page

OFFER = "Use the one for none, one and two digits"


@pytest.fixture
def ships_two(small_model, tmp_path, monkeypatch) -> None:
    path = tmp_path / "capsnet-mnist-sets.keras"
    checkpoints.save(small_model, path)
    monkeypatch.setattr(checkpoints, "SHIPPED_FOR_SETS", path)


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


@pytest.mark.usefixtures("ships_two")
def test_it_is_chosen_in_the_sidebar_and_told_and_left_again() -> None:
    app = open_page(new_app(), "two_digits", digit="0")
    assert "Use the one that learned pairs" in labels(app)
    press(app, OFFER)
    assert any("The one for none, one and two digits" in one.value for one in app.markdown)
    assert address(app)["network"] == FOR_SETS
    assert not {OFFER, "Use the one that learned pairs"} & set(labels(app))
    captions = [one.value for one in app.caption]
    assert any("this network was not trained on them" in one for one in captions)
    press(app, "Back to the shipped one")
    assert OFFER in labels(app) and "network" not in address(app)


@pytest.mark.usefixtures("ships_two")
def test_it_is_compared_with_the_first() -> None:
    app = open_page(new_app(), "compare", digit="0", other=FOR_SETS)
    assert not app.exception and not app.warning
    assert FOR_SETS in [option for box in app.selectbox for option in [box.value]]


def test_where_it_is_not_there_nobody_is_offered_it(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(checkpoints, "SHIPPED_FOR_SETS", tmp_path / "none.keras")
    app = open_page(new_app(), "two_digits", digit="0", network=FOR_SETS)
    assert OFFER not in labels(app) and "Use the one that learned pairs" not in labels(app)
    assert any("This machine has no network of that name" in one.value for one in app.warning)
