"""The page Two digits through AppTest: the sheet is what lies on it, and what is found is said."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.analysis import overlap
from capsnet.data.bundled import load_bundled
from dashboard.components.two_sheet import dropped
from tests.address import address
from tests.dashboard.experiment_page import charts, new_app, open_page
from tests.dashboard.test_draw_page import component


def test_the_lengths_are_those_of_the_sheet(shipped) -> None:
    app = open_page(new_app(), "two_digits", digit="0", second="1", moved="-4.1.4.0")
    app.slider(key="two_second_right").set_value(6).run()
    assert not app.exception
    first, second = load_bundled()[:2].pixels()
    sheet = overlap.laid_over(overlap.move(first, 1, -4), overlap.move(second, 0, 6))
    lengths = shipped.trace(sheet[None]).lengths[-1, 0]
    shown = charts(app)["capsule-lengths"]["data"][0]["text"]
    assert shown == [f"{length:.2f}" for length in lengths]
    said = [one.value for one in app.markdown]
    both = set(np.argsort(lengths)[-2:]) == {0, 1}
    assert any("**Both are found" in one for one in said) == both
    assert any("**Not both are found" in one for one in said) != both
    told = component(app, "capsnet_two_sheet")
    assert told["places"] == [[-4, 1], [6, 0]] and told["classes"] == [0, 1]
    np.testing.assert_allclose(told["lengths"], lengths, atol=1e-4)
    assert address(app)["second"] == "1" and address(app)["moved"] == "-4.1.6.0"
    assert sum("primary capsule" in one for one in said) >= 2  # either silenced


def test_two_of_one_class_are_reported() -> None:
    app = open_page(new_app(), "two_digits", digit="0", second="10")
    assert any("Both are 0" in one.value for one in app.info)


@pytest.mark.parametrize("link", [{"second": "x"}, {"second": "5000"}, {"moved": "1.2"}])
def test_a_wrong_link_is_reported(link: dict) -> None:
    app = open_page(new_app(), "two_digits", **link)
    assert any("a sheet that this page does not have" in one.value for one in app.warning)


def test_where_a_digit_was_dropped_is_taken_and_nonsense_is_not() -> None:
    assert dropped({"places": [-8, 0, 8, 3], "number": 5}, 8) == ((-8, 0, 8, 3), 5)
    for nonsense in (None, 5, {}, {"places": [1, 2, 3, 4]}, {"places": [1, 2, 3], "number": 1}):
        assert dropped(nonsense, 8) is None
    for places in ([9, 0, 0, 0], [0.5, 0, 0, 0], ["1", 0, 0, 0], [True, 0, 0, 0]):
        assert dropped({"places": places, "number": 1}, 8) is None
