"""What a browser keeps of a session brings another one to where that was; or nothing worse."""

import json
from unittest import mock

import pytest
from streamlit.testing.v1 import AppTest

from capsnet.data import strokes as pen
from dashboard.components import connection
from dashboard.state import digit as digits
from dashboard.state import training_permission
from tests.dashboard.experiment_page import new_app, open_page
from tests.drawings import DIGITS

SCRIPT = """
import streamlit as st
from dashboard.state import links
from dashboard.views.parts import session_recovery
links.sync_link("draw")
session_recovery.meet("draw")
st.session_state["packed"] = session_recovery.pack()
"""

MEETING, LINK = 'session_recovery.meet("draw")\n', 'links.sync_link("draw")\n'
SWAPPED = (LINK + MEETING, MEETING + LINK)
"""What a page does first, as it does it; above the link comes first, so that there is a session."""


def session(**kept):
    app = AppTest.from_string(SCRIPT, default_timeout=120)
    for name, value in kept.items():
        app.session_state[name] = value
    return app.run()


def asks(number, kept, lost="lost"):
    return mock.patch.object(
        connection, "identify_session", lambda told: connection.Request(number, lost, kept)
    )


def drawing(digit):
    units = [[(round(1000 * x), round(1000 * y)) for x, y in stroke] for stroke in DIGITS[digit]]
    return digits.from_strokes(pen.pack([pen.Stroke(80, points) for points in units]))


def through_json(kept):
    return json.loads(json.dumps(kept))


def test_a_new_session_is_brought_to_where_the_lost_one_was():
    seven, nine = drawing(7), drawing(9)
    before = session(
        digit=seven,
        kept_recent=[seven, nine],
        kept_pinned=nine,
        kept_beside="pinned",
        kept_rounds=5,
        kept_whole=True,
        kept_sheet=12,
        kept_pad_revision=3,
        kept_pad_answered=99,
    )
    kept = through_json(before.session_state["packed"])
    after = session()
    assert after.session_state["digit"] != seven
    with asks(1, kept):
        after.run()
    assert not after.exception
    assert after.session_state["digit"] == seven
    assert after.session_state["kept_recent"] == [seven, nine]
    assert after.session_state["kept_pinned"] == nine
    assert through_json(after.session_state["packed"]) == kept


def test_the_same_session_is_left_as_it_is():
    app = session()
    with asks(1, {"digit": {"digit": "5"}}, lost=app.session_state["session_name"]):
        app.run()
    assert app.session_state["digit"].index != 5
    assert app.session_state["session_acknowledged"] == 1


def test_a_request_is_heard_once():
    app = session()
    with asks(1, {"digit": {"digit": "5"}}):
        app.run()
    assert app.session_state["digit"].index == 5
    with asks(1, {"digit": {"digit": "6"}}):
        app.run()
    assert app.session_state["digit"].index == 5


JUNK = [None, 5, -1, True, "x", "9" * 5000, [], [[]], [5], {}, {"digit": 5}, {"ink": "x"}]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: str(junk)[:12])
def test_whatever_comes_back_is_taken_or_left(junk):
    app = session()
    kept = dict.fromkeys(app.session_state["packed"], junk)
    with asks(1, kept):
        app.run()
    assert not app.exception
    assert app.session_state["session_acknowledged"] == 1


def test_requests_that_are_none_are_not_heard():
    for sent in (None, 5, {}, {"number": "1"}, {"number": True, "session": "a"}, {"number": -1}):
        with mock.patch.object(
            connection, "_session", lambda sent=sent, **_: mock.Mock(request=sent)
        ):
            assert connection.identify_session({}) is None


def test_without_anything_kept_the_link_says_which_digit_it_is():
    app = AppTest.from_string(SCRIPT.replace(*SWAPPED), default_timeout=120)
    app.query_params["digit"] = "42"
    with asks(1, {}):
        app.run()
    assert app.session_state["digit"].index == 42


PAGES = {
    "transform": {"transform": "turn", "by": "30"},
    "layers": {"map": "3", "at": "1.4"},
    "two_digits": {"second": "7", "moved": "-2.1.3.0"},
    "attack": {"epsilon": "0.2", "loss": "margin", "steps": "iterated"},
    "training": {"preset": "paper", "dataset": "bundled", "epochs": "7"},
}
"""What can be set on pages, by path, as their links say it."""


@pytest.mark.parametrize("page", PAGES)
def test_what_was_set_on_a_page_is_set_in_the_next_session(page, monkeypatch):
    monkeypatch.setenv(training_permission.ALLOWED_VARIABLE, "1")
    before = open_page(new_app(), page, **PAGES[page])
    assert PAGES[page].items() <= before.session_state["link"].items()
    kept = through_json(before.session_state["own_links"])
    after = new_app()
    after.run()
    after.switch_page("views/start.py")
    with asks(1, {"links": kept}):
        after.run()
    after.switch_page(f"views/{page}.py").run()  # on the page itself, or on the way back to it
    assert not after.exception
    assert PAGES[page].items() <= after.session_state["link"].items()
    again = through_json(after.session_state["own_links"])
    assert again[page] == kept[page]
