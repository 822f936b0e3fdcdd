"""The Start page, the sidebar and the link, through Streamlit's AppTest."""

import json
import shutil
from unittest import mock

import keras
import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from capsnet.analysis import misclassified
from capsnet.data.bundled import load_bundled
from capsnet.storage import checkpoints, model_card
from dashboard import state
from dashboard.state import links
from tests.address import address, by_history, go_to

SHIPPED = checkpoints.SHIPPED

APP = "dashboard/app.py"
PAGES = (
    "views/start.py",
    "views/draw.py",
    "views/routing.py",
    "views/pose.py",
    "views/training.py",
)


@pytest.fixture
def app():
    return AppTest.from_file(f"../../{APP}", default_timeout=60)


def words(app: AppTest) -> str:
    """All Markdown of page and sidebar."""
    return "\n".join(m.value for m in [*app.markdown, *app.sidebar.markdown])


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs(app, page):
    app.run().switch_page(page).run()
    assert not app.exception
    assert not app.error
    assert app.title


def test_start_reads_five_digits(app):
    app.run()
    assert not app.exception
    html = "".join(h.proto.body for h in app.get("html"))
    labels = load_bundled().labels[:5]
    for label in labels:
        assert f"label {label}" in html
        assert f"reads {label}" in html  # these five are read right


def test_an_example_is_used_and_says_so(app):
    """On a phone the sidebar, which shows the current digit, is closed."""
    app.run()
    app.button(key="use_2").click().run()
    assert address(app)["digit"] == "2"
    labels = [b.label for b in app.main.button if b.key and b.key.startswith("use_")]
    assert labels == ["Use this one"] * 2 + ["In use"] + ["Use this one"] * 2
    assert app.button(key="use_2").disabled


def test_start_leads_to_every_page_and_tells_how_good_the_network_is(app):
    app.run()
    card = model_card.read_card()
    shown = {m.label: m.value for m in app.metric}
    assert shown["Right, of 10,000 test digits"] == f"{100 * card['test']['accuracy']:.2f} %"
    linked = "".join(link.proto.label for link in app.main.get("page_link"))
    assert all(f"**{name}**" in linked for name in ("Draw", "Routing", "Pose", "Training"))


def test_the_sidebar_picks_by_number(app):
    app.run()
    app.sidebar.number_input(key="picker_index").set_value(42).run()
    assert address(app)["digit"] == "42"
    assert f"Label: **{load_bundled().labels[42]}**" in words(app)


def test_the_sidebar_picks_by_class(app):
    app.run()
    app.sidebar.button_group(key="picker_class").set_value("3").run()
    assert "Label: **3**" in words(app)
    assert load_bundled().labels[int(address(app)["digit"])] == 3


def test_the_choice_survives_a_page_change(app):
    app.run()
    app.sidebar.number_input(key="picker_index").set_value(42).run()
    go_to(app, "views/routing.py")
    assert address(app)["digit"] == "42"
    assert f"Label: **{load_bundled().labels[42]}**" in words(app)


def test_a_link_opens_its_digit(app):
    app.query_params["digit"] = "1234"
    app.run()
    assert f"Label: **{load_bundled().labels[1234]}**" in words(app)
    assert not app.warning


def test_only_back_takes_a_digit_back(app):
    """The browser sends its address with each message, which may be that of a moment ago."""
    app.query_params["digit"] = "1234"
    app.run()
    app.sidebar.number_input(key="picker_index").set_value(42).run()
    app.query_params["digit"] = "1234"
    app.run()
    assert app.sidebar.number_input(key="picker_index").value == 42
    with by_history():
        app.run()
    assert app.sidebar.number_input(key="picker_index").value == 1234
    assert address(app)["digit"] == "1234"


def test_the_link_is_written_though_the_first_run_of_a_page_was_cut_short(app):
    """As by the message that a component of the page sends as soon as it is there."""
    app.query_params["digit"] = "42"
    app.run()
    with mock.patch.object(links, "finish_link", side_effect=StopException):
        go_to(app, "views/routing.py")
    app.run()
    assert address(app)["digit"] == "42"


def test_the_link_of_a_page_is_said_until_the_browser_has_it(app):
    """Of two answers in one frame a component sees only the last."""
    app.query_params["digit"] = "42"
    app.run()
    go_to(app, "views/routing.py")
    for _ in range(2):
        assert not app.query_params
        assert address(app)["digit"] == "42"
        app.run()
    app.query_params["digit"] = "42"
    app.run()
    app.query_params["digit"] = "43"  # as the pad writes it, by itself
    assert address(app)["digit"] == "43"


@pytest.mark.parametrize("link", [{"digit": "99999"}, {"digit": "-1"}, {"ink": "broken"}])
def test_a_broken_link_says_so_and_shows_another_digit(app, link):
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    told, number = app.warning[0].value, state.FIRST_DIGIT
    assert f"Here is digit number {number} instead" in told
    assert address(app)["digit"] == str(number)
    app.run()
    assert app.warning[0].value == told  # until there is another digit
    app.sidebar.number_input(key="picker_index").set_value(42).run()
    assert not app.warning


@pytest.fixture
def other_checkpoint(monkeypatch, tmp_path):
    """The shipped checkpoint, in another place."""
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path / "capsnet.keras")
    return checkpoints.SHIPPED


def test_words_of_a_link_are_not_taken_for_markdown(app):
    app.query_params["digit"] = "[in](//ev.il/x)"
    app.run()
    (said,) = app.warning
    assert r"\[in\]\(\/\/ev\.il\/x\)" in said.value


def test_figures_of_another_network_are_not_shown(app, other_checkpoint):
    for ending in (".keras", ".json"):
        shutil.copy(SHIPPED.with_suffix(ending), other_checkpoint.with_suffix(ending))
    app.run()
    assert "Right, of 10,000 test digits" in [m.label for m in app.metric]
    with other_checkpoint.open("ab") as file:
        file.write(b"a tail, which a zip file may have")
    app.run()
    assert not app.metric
    assert "This network has no model card" in app.info[0].value


def sentence(app: AppTest) -> str:
    app.run()
    assert not app.exception
    (error,) = app.error
    return error.value


def test_a_missing_checkpoint_is_one_sentence(app, other_checkpoint):
    assert "no such file" in sentence(app)


def test_a_truncated_checkpoint_is_one_sentence(app, other_checkpoint):
    other_checkpoint.write_bytes(b"PK\x03\x04 and then nothing")
    assert "truncated" in sentence(app)


def test_a_foreign_checkpoint_is_one_sentence(app, other_checkpoint):
    foreign = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2)])
    foreign.save(other_checkpoint)
    assert "Sequential" in sentence(app)


def test_misread_digits_are_known_once_they_are_listed(app, other_checkpoint, monkeypatch):
    listed = misclassified.read(SHIPPED)
    shutil.copy(SHIPPED, other_checkpoint)
    monkeypatch.setattr(misclassified, "read", lambda path: None)
    app.run()
    assert "Read wrongly" not in str(app.sidebar.get("button_group"))
    app.switch_page("views/routing.py").run()
    assert not app.exception
    monkeypatch.setattr(misclassified, "read", lambda path: listed)
    app.run()
    assert "Read wrongly" in str(app.sidebar.get("button_group"))


def test_the_confusion_matrix_is_the_model_cards(app):
    app.run()
    (shown,) = (e for e in app.main.get("bidi_component") if "start_confusion" in e.proto.id)
    (drawn,) = map(json.loads, json.loads(shown.proto.json)["figures"])
    counts = model_card.read_card()["test"]["confusion"]
    right = sum(counts[j][j] for j in range(10))
    assert f"{right} of 10000 images are read right" in drawn["layout"]["meta"]["alt"]
