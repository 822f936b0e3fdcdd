"""The strip of pictures: the one that was clicked, wherever it is by now."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.components import digit_strip


def test_the_picture_clicked_is_found_where_it_has_moved_to(monkeypatch):
    sent = {}
    monkeypatch.setattr(digit_strip, "_component", lambda **given: sent.update(given))
    inks = [np.full((28, 28, 1), value, np.uint8) for value in (0, 100, 200)]
    digit_strip.digit_strip("strip", [(ink, "name", "") for ink in inks], print)
    clicked = {"picked": sent["data"]["items"][1]["id"]}
    assert digit_strip.picked(clicked, inks) == 1
    assert digit_strip.picked(clicked, [inks[0] + 1, *inks]) == 2
    assert digit_strip.picked(clicked, inks[:1]) is None


@pytest.mark.parametrize("value", [{}, {"picked": None}, {"picked": 5}, {"picked": [1]}])
def test_a_message_that_names_no_picture_picks_none(value):
    assert digit_strip.picked(value, [np.zeros((28, 28, 1), np.uint8)]) is None
