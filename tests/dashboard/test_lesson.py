"""The lesson: its page, its bar on other pages, its place in the link."""

import pytest
from streamlit.testing.v1 import AppTest

from capsnet.data.lesson_texts import lesson_texts
from dashboard.views.parts.lesson.stops import STOPS
from tests.address import address

TEXTS = lesson_texts()
UI = TEXTS["lesson"]


@pytest.fixture
def app():
    return AppTest.from_file("../../dashboard/app.py", default_timeout=60)


def words(app):
    return "\n".join(m.value for m in app.main.markdown)


def press(app, key, page=None):
    """Press a button; AppTest then has to be told where it has led to."""
    app.button(key=key).click().run()
    if page:
        app.switch_page(page)
    assert not app.exception


def test_all_stops_open_their_state_wait_for_a_guess_and_then_tell(app):
    app.run().switch_page("views/lesson.py").run()
    press(app, "lesson_begin", STOPS[0].view)
    for number, (stop, told) in enumerate(zip(STOPS, TEXTS["stops"], strict=True), 1):
        assert told["question"] in words(app)
        answer = told["answer"].split("{")[0].strip()
        assert answer not in words(app)
        assert "Network: **?**" in "".join(m.value for m in app.sidebar.markdown)
        assert not app.warning, number
        link = address(app)
        assert link["lesson"] == str(number) and stop.link().items() <= link.items()
        press(app, f"lesson_choice_{stop.right}")
        assert answer in words(app) and UI["right"] in words(app)
        assert "{" not in words(app)
        following = STOPS[number].view if number < len(STOPS) else "views/lesson.py"
        press(app, "lesson_next", following)
    assert UI["finished"] in [shown.value for shown in app.success]
    assert "lesson" not in address(app)


def test_a_wrong_guess_is_said_and_the_link_keeps_it(app):
    app.query_params.update({"lesson": "2", "guess": "0"})
    app.switch_page("views/draw.py").run()
    assert UI["wrong"] in words(app)
    assert {"lesson": "2", "guess": "0"}.items() <= address(app).items()


def test_a_stop_is_done_by_doing(app):
    app.run().switch_page("views/lesson.py").run()
    press(app, "lesson_stop_1", STOPS[0].view)
    press(app, "lesson_voted")
    assert "done" not in address(app)
    assert app.button(key="lesson_next").label == UI["skip"]
    app.slider(key="layers_row").set_value(1).run()
    assert address(app)["done"] == "1"
    assert app.button(key="lesson_next").label == UI["next"]


def test_who_wanders_off_is_told_the_way_back(app):
    app.run().switch_page("views/lesson.py").run()
    press(app, "lesson_stop_3", STOPS[2].view)
    app.query_params.clear()
    app.switch_page("views/doubts.py").run()
    assert "Stop 3 is on the page **Pose**" in words(app)
    assert app.button(key="lesson_set_up").label == "Back to stop 3"
    press(app, "lesson_set_up", STOPS[2].view)
    assert app.title[0].value == "Pose"


@pytest.mark.parametrize("place", ["0", "9", "x", "77"])
def test_a_damaged_place_is_one_sentence_and_the_way_in(app, place):
    app.query_params["lesson"] = place
    app.switch_page("views/draw.py").run()
    assert UI["damaged"] in [shown.value for shown in app.warning]
    press(app, "lesson_start_again", STOPS[0].view)
    assert TEXTS["stops"][0]["question"] in words(app)


def test_the_lesson_is_told_in_the_language_of_the_link(app):
    app.query_params.update({"lesson": "1", "lang": "de"})
    app.switch_page("views/layers.py").run()
    assert [group.label for group in app.sidebar.button_group] == ["Class"]  # cases would tell
    press(app, "lesson_choice_0")
    assert lesson_texts("de")["stops"][0]["question"] in words(app)
    assert address(app)["lang"] == "de"
    german = lesson_texts("de")["cases"]["title"]
    assert german in [group.label for group in app.sidebar.button_group]
