"""The Training page as it watches a run: what it shows, and of which run."""

import base64
import dataclasses
import io
import json
import os
import shutil

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from capsnet.errors import TrainingError
from capsnet.training import run_folder, run_lock
from capsnet.training.history import CURVE, HISTORY, read_curve, read_history
from capsnet.training.run_folder import Progress
from dashboard.state import run_control
from dashboard.views.parts.number_format import percent
from dashboard.views.parts.training import snapshot_pictures
from dashboard.views.parts.training.common import clock
from tests.dashboard.training_page import opened, words

CHARTS = ("training_entropy", "training_curves", "training_comparison")


@pytest.fixture
def page(runs_folder):
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=120)
    app.run()
    return app


@pytest.fixture
def three_runs(runs_folder, a_run):
    """`small-1` to `small-3`, each started later than the one before it."""
    for number in (1, 2, 3):
        place = runs_folder / f"small-{number}"
        if number > 1:
            shutil.copytree(a_run, place)
        os.utime(place / run_folder.RUN, (1000 * number, 1000 * number))
    return runs_folder


def component(app, key):
    """What a component of our own was given."""
    found = [e for e in app.main.get("bidi_component") if key in e.proto.id]
    assert len(found) == 1, key
    return json.loads(found[0].proto.json)


def test_the_tiles_tell_the_last_points_of_the_curves(page, a_run):
    curve, history = read_curve(a_run), read_history(a_run / HISTORY)
    assert curve[-1]["accuracy"] != history[-1]["accuracy"]
    opened(page)
    values = {m.label: m.value for m in page.metric}
    assert values["Read right, training"] == percent(history[-1]["accuracy"])
    assert values["Read right, validation"] == percent(history[-1]["val_accuracy"])
    texts = [text for key in CHARTS for text in component(page, key)["figures"]]
    shown = {figure["layout"]["title"]["text"]: figure for figure in map(json.loads, texts)}
    told = {line["meta"]["name"]: line["meta"]["told"] for line in shown["Read right"]["data"]}
    assert told["training"] == values["Read right, training"]
    assert told["validation"] == values["Read right, validation"]
    assert "Training: loss, mean over the epoch" in shown


def test_an_epoch_that_is_to_be_done_again_is_not_counted(page, a_run):
    told = Progress("stopped", epoch=4, epochs=4, step=4, steps=4, finished=3)
    run_folder.write_progress(a_run, told)
    opened(page)
    assert {m.label: m.value for m in page.metric}["Epoch"] == "3 of 4"
    assert "Going on with it begins after epoch 3, the last whole one" in words(page)


def test_a_run_that_ends_stays_the_one_that_is_watched(page, three_runs):
    middle = three_runs / "small-2"
    with run_folder.locked(middle):
        run_folder.write_progress(middle, Progress("running", epoch=2, epochs=4, steps=4))
        opened(page)
        assert page.selectbox(key="training_watch").value == "small-2"
        page.button(key="training_stop").click().run()
    run_folder.write_progress(middle, Progress("stopped", epoch=2, epochs=4, steps=4))
    page.run()
    assert page.selectbox(key="training_watch").value == "small-2"
    assert "small-2**: Stopped." in words(page)
    assert "Going on with it begins after epoch 4" in words(page)
    page.selectbox(key="training_watch").set_value("small-1").run()
    page.switch_page("views/draw.py").run()
    opened(page)
    assert page.selectbox(key="training_watch").value == "small-1"


def test_a_run_that_begins_elsewhere_does_not_take_the_place_of_the_watched(page, three_runs):
    opened(page)
    assert page.selectbox(key="training_watch").value == "small-3"
    with run_folder.locked(three_runs / "small-1"):
        run_folder.write_progress(three_runs / "small-1", Progress("running", epoch=1, epochs=4))
        page.run()
        assert page.selectbox(key="training_watch").value == "small-3"
    run_control.delete("small-3")
    page.run()
    assert page.selectbox(key="training_watch").value == "small-2"


def test_the_list_begins_with_the_run_in_use_or_watched_and_keeps_the_choice(page, three_runs):
    opened(page)
    page.selectbox(key="training_watch").set_value("small-2").run()
    assert page.selectbox(key="training_one").value == "small-2"
    page.button(key="training_use_small-2").click().run()
    page.selectbox(key="training_watch").set_value("small-1").run()
    assert page.selectbox(key="training_one").value == "small-2"
    page.selectbox(key="training_one").set_value("small-3").run()
    page.button(key="training_use_small-3").click().run()
    page.selectbox(key="training_watch").set_value("small-2").run()
    page.switch_page("views/draw.py").run()
    opened(page)
    assert page.selectbox(key="training_one").value == "small-3"
    page.button(key="training_delete").click().run()
    page.button(key="training_delete_yes").click().run()
    assert page.selectbox(key="training_one").value == "small-2"


def test_the_routing_has_a_row_for_each_class_and_keeps_its_colours(page, a_run, monkeypatch):
    opened(page)
    strip = component(page, "training_coupling")
    assert strip["form"]["rows"] == [str(digit) for digit in range(10)]
    image = Image.open(io.BytesIO(base64.b64decode(strip["columns"][0]["image"].split(",")[1])))
    assert image.size == (2, 10)  # a column a map, a row a class
    ends = []
    real = snapshot_pictures.scale_end
    monkeypatch.setattr(
        snapshot_pictures, "scale_end", lambda *given: ends.append(given[1]) or real([], 0.3)
    )
    page.run()
    page.run()
    assert ends[0] in snapshot_pictures.SCALES
    assert ends[1] == 0.3  # what it ended at a moment ago is the least it may end at


def test_a_run_of_old_that_is_whole_is_finished(page, a_run):
    (a_run / run_folder.PROGRESS).unlink()
    (a_run / CURVE).unlink()
    opened(page)
    assert "small-1**: Finished." in words(page)
    assert {m.label: m.value for m in page.metric}["Epoch"] == "4 of 4"


def test_a_run_behind_a_paused_one_says_that_nothing_goes_on(page, three_runs):
    first, second, third = (three_runs / f"small-{number}" for number in (1, 2, 3))
    with (
        run_lock.held(run_folder.lockable(first, run_folder.QUEUED)),
        run_lock.held(run_folder.lockable(second, run_folder.QUEUED)),
        run_lock.held(run_folder.lockable(third, run_folder.QUEUED)),
    ):
        run_folder.write_progress(first, Progress("paused", epoch=2, epochs=4, steps=4))
        run_folder.write_progress(second, Progress("waiting", since=1000.0))
        run_folder.write_progress(third, Progress("waiting", since=2000.0))
        opened(page)
        page.selectbox(key="training_watch").set_value("small-3").run()
        assert "One run at a time: small-1 and small-2 are before it." in words(page)
        assert "**small-1 is paused**" in words(page)
        page.selectbox(key="training_watch").set_value("small-2").run()
        assert "One run at a time: small-1 is before it." in words(page)


def test_with_one_round_the_routing_says_why_it_stays_equal(page, a_run):
    network, training = run_folder.read_run(a_run)
    run_folder.write_run(a_run, dataclasses.replace(network, rounds=1), training)
    opened(page)
    assert "one round, in which all shares are equal" in words(page)
    assert "An untrained network" not in words(page)


def test_a_run_told_to_pause_before_its_turn_says_so_and_can_be_resumed(page, three_runs):
    first, second = (three_runs / f"small-{number}" for number in (1, 2))
    with (
        run_lock.held(run_folder.lockable(first, run_folder.QUEUED)),
        run_lock.held(run_folder.lockable(second, run_folder.QUEUED)),
    ):
        run_folder.write_progress(first, Progress("waiting", since=1000.0))
        run_folder.write_progress(second, Progress("waiting", since=2000.0))
        run_folder.request(first, "pause")
        opened(page)
        page.selectbox(key="training_watch").set_value("small-2").run()
        assert "**small-1 is paused**" in words(page)
        page.selectbox(key="training_watch").set_value("small-1").run()
        assert "small-1**: Paused before its turn." in words(page)
        assert page.button(key="training_pause").label == "Resume"
        page.button(key="training_pause").click().run()
        assert run_folder.read_request(first) is None


def test_what_goes_wrong_is_told_at_once(page, a_run, monkeypatch):
    (a_run / run_folder.PROGRESS).unlink()
    (a_run / HISTORY).write_text((a_run / HISTORY).read_text().rsplit("\n", 2)[0] + "\n")
    opened(page)

    def refuse(name):
        raise TrainingError("Expected room. Received: none.")

    monkeypatch.setattr(run_control, "launch", refuse)
    page.button(key="training_go_on").click().run()
    assert "Expected room. Received: none." in words(page)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (45, "45 s"),
        (89, "89 s"),
        (91, "2 min"),
        (600, "10 min"),
        (5399, "90 min"),
        (10800, "3.0 h"),
    ],
)
def test_a_time_as_one_says_it(seconds, words):
    assert clock(seconds) == words
