"""The Draw page through Streamlit's AppTest; what needs a browser is in tests/e2e/test_draw.py."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from capsnet.analysis import misclassified
from capsnet.analysis.prediction import read_lengths
from capsnet.data.bundled import load_bundled
from capsnet.data.strokes import Stroke, pack
from dashboard.components.draw_pad import Drawing, drawing
from dashboard.components.picture import address as picture_address
from dashboard.state import FIRST_DIGIT
from dashboard.state import digit as digits
from tests.address import address, by_history, go_to

ONE = pack([Stroke(80, [(500, 200), (490, 500), (480, 800)])])


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file("../../dashboard/app.py", default_timeout=120)


def open_page(app: AppTest, **link: str) -> AppTest:
    for name, value in link.items():
        app.query_params[name] = value
    app.run().switch_page("views/draw.py").run()
    assert not app.exception
    return app


def components(app: AppTest, name: str) -> list[dict]:
    """The data that each component of this name got."""
    found = [element.proto for element in app.main.get("bidi_component")]
    return [json.loads(p.json or p.mixed.json) for p in found if p.component_name == name]


def component(app: AppTest, name: str) -> dict:
    """The data that the only component of this name got."""
    (found,) = components(app, name)
    return found


def prediction(app: AppTest) -> str:
    (shown,) = [h.proto.body for h in app.get("html") if "verdict-class" in h.proto.body]
    return shown.split(">")[1].split("<")[0]


def words(app: AppTest) -> str:
    """The verdict beside the prediction."""
    (shown,) = [h.proto.body for h in app.get("html") if "verdict-words" in h.proto.body]
    return shown


def test_at_first_the_current_digit_is_answered_and_lies_faintly_on_the_pad(app):
    open_page(app)
    assert prediction(app) == str(load_bundled().labels[FIRST_DIGIT])
    assert f"digit number {FIRST_DIGIT}, until you draw one" in words(app)
    assert len(component(app, "capsnet_answer")["lengths"]) == 10
    pad = component(app, "capsnet_draw_pad")
    assert (pad["strokes"], pad["faint"]) == ("", True)
    assert pad["picture"].startswith("data:image/png")
    assert not address(app)  # nobody has chosen it


def test_an_emptied_pad_has_no_answer(app):
    app.session_state["kept_pad_emptied"] = True
    open_page(app)
    assert prediction(app) == "–"
    assert f"other pages show digit number {FIRST_DIGIT}" in words(app)
    answer = component(app, "capsnet_answer")
    assert answer.keys() == {"names", "margins", "said", "charts", "usual"}
    assert answer["said"].startswith("Draw a digit. Until then")
    pad = component(app, "capsnet_draw_pad")
    assert (pad["strokes"], pad["picture"]) == ("", "")
    app.sidebar.number_input(key="picker_index").set_value(42).run()
    assert prediction(app) == str(load_bundled().labels[42])


def test_a_link_brings_the_strokes_and_their_answer(app):
    open_page(app, **digits.from_strokes(ONE).link)
    assert prediction(app) == "1"
    assert "Longest capsule 1 (" in words(app)
    assert component(app, "capsnet_draw_pad")["strokes"]
    answer = component(app, "capsnet_answer")
    assert len(answer["lengths"]) == 10
    assert int(np.argmax(answer["lengths"])) == 1
    assert answer["margins"] == [0.1, 0.9]


def test_a_bundled_digit_lies_on_the_pad(app):
    open_page(app, digit="42")
    assert prediction(app) == str(load_bundled().labels[42])
    pad = component(app, "capsnet_draw_pad")
    assert pad["picture"].startswith("data:image/png")
    assert not pad["faint"]
    assert app.main.toggle(key="normalised").disabled
    assert any("MNIST's own digits" in caption.value for caption in app.main.caption)


def test_of_an_image_from_a_link_only_its_pixels_are_known(app):
    open_page(app, **digits.from_image(load_bundled()[42:43].pixels()[0]).link)
    assert app.main.toggle(key="normalised").disabled
    assert any("Only the 28 × 28 pixels" in caption.value for caption in app.main.caption)


def test_unnormalised_the_sheet_goes_in_as_it_is(app):
    open_page(app, **digits.from_strokes(ONE).link)
    normalised = component(app, "capsnet_answer")["seen"]
    assert any("switch this off" in caption.value for caption in app.main.caption)
    app.main.toggle(key="normalised").set_value(False).run()
    assert not app.exception
    assert component(app, "capsnet_answer")["seen"] != normalised
    assert address(app)["strokes"].startswith("w")
    assert any("gets the sheet as it is" in caption.value for caption in app.main.caption)
    app.main.toggle(key="normalised").set_value(True).run()
    assert component(app, "capsnet_answer")["seen"] == normalised


def test_last_digits_are_kept(app):
    open_page(app, digit="42")
    app.sidebar.number_input(key="picker_index").set_value(43).run()
    recent, _ = components(app, "capsnet_digit_strip")
    assert len(recent["items"]) == 2


def test_a_digit_chosen_on_another_page_is_among_the_last(app):
    open_page(app, digit="5")
    for index in (6, 7):
        go_to(app, "views/pose.py")
        app.sidebar.number_input[0].set_value(index).run()
    go_to(app, "views/draw.py")
    recent, _ = components(app, "capsnet_digit_strip")
    assert [item["picture"] for item in recent["items"]] == [
        picture_address(load_bundled().images[index]) for index in (7, 6, 5)
    ]


def test_what_was_said_of_a_picture_is_gone_with_it(app):
    open_page(app)
    app.main.get("file_uploader")[0].set_value(("cat.png", b"a cat", "image/png")).run()
    assert "The digit is unchanged." in app.main.warning[0].value
    go_to(app, "views/pose.py")
    go_to(app, "views/draw.py")
    assert not app.main.warning


def png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def test_an_uploaded_picture_is_read(app):
    labels = load_bundled().labels
    three = load_bundled().images[..., 0][int(np.flatnonzero(labels == 3)[0])]
    open_page(app)
    app.main.get("file_uploader")[0].set_value(("three.png", png(255 - three), "image/png")).run()
    assert not app.exception
    assert prediction(app) == "3"
    assert "ink" in address(app)


def test_an_uploaded_picture_can_go_in_as_it_is(app):
    sheet = np.full((84, 84), 255, np.uint8)
    sheet[4:32, 4:32] -= load_bundled().images[..., 0][
        int(np.flatnonzero(load_bundled().labels == 3)[0])
    ]
    open_page(app)
    app.main.get("file_uploader")[0].set_value(("three.png", png(sheet), "image/png")).run()
    ink = {}
    for normalised in (True, False):
        app.main.toggle(key="normalised").set_value(normalised).run()
        seen = base64.b64decode(component(app, "capsnet_answer")["seen"])
        ink[normalised] = np.frombuffer(seen, np.uint8).reshape(28, 28)
    assert ink[True][14:].any()
    assert ink[False][:12, :12].any() and not ink[False][14:].any()  # small, in its corner


def test_a_digit_that_is_read_wrongly_has_its_label_told(app):
    wrong = misclassified.read().misclassified[0].index
    open_page(app, digit=str(wrong))
    assert f", labelled {load_bundled().labels[wrong]}</strong>" in words(app)
    app.sidebar.number_input(key="picker_index").set_value(42).run()
    assert "labelled" not in words(app)


def test_a_drawing_counts_once_however_many_strokes_it_has(app):
    """The pad says on which sheet it was drawn."""
    strokes = [Stroke(80, [(500, 200), (490, 800)]), Stroke(80, [(300, 500), (700, 500)])]
    shown = []
    for sheet, pen in ((1, strokes[:1]), (1, strokes), (2, strokes[1:])):
        app.session_state["kept_sheet"] = sheet
        with by_history():
            app.query_params.clear()
            open_page(app, **digits.from_strokes(pack(pen)).link)
        strips = [s for s in components(app, "capsnet_digit_strip") for _ in s["items"]]
        shown.append([s for s in strips if "of 2" in str(s["items"])])
    assert [len(strips) for strips in shown] == [0, 0, 2]


def gif() -> bytes:
    """An animation: a 3, then a blank."""
    labels = load_bundled().labels
    three = 255 - load_bundled().images[..., 0][int(np.flatnonzero(labels == 3)[0])]
    frames = [Image.fromarray(three), Image.new("L", (28, 28), 255)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def test_the_camera_is_offered_where_a_browser_lends_it(app, monkeypatch):
    open_page(app)
    assert "camera_on" in [toggle.key for toggle in app.toggle]
    url = property(lambda _: "http://192.168.1.7:8501/draw")
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.url", url)
    app.run()
    assert "camera_on" not in [toggle.key for toggle in app.toggle]
    assert any("press Upload and take a photo" in told.value for told in app.caption)


def test_uploads_of_no_use_get_a_sentence_each_and_change_nothing(app):
    open_page(app, digit="42")
    before = prediction(app)
    for raw, said in (
        (b"", "not a picture I can read"),
        (b"just some text", "not a picture I can read"),
        (png(np.tile(np.arange(256, dtype=np.uint8), (256, 1)))[:300], "incomplete or damaged"),
        (png(np.zeros((1, 1), np.uint8)), "no ink"),
        (png(np.zeros((5_000, 10_000), np.uint8)), "at most 24 million"),
        (png(np.zeros((14_000, 14_000), np.uint8)), "at most 24 million"),
        (b"\0" * (26 * 2**20), "at most 25 MB"),
    ):
        uploader = app.main.get("file_uploader")[0]
        uploader.set_value(("digit.png", raw, "image/png")).run()
        assert not app.exception
        (warning,) = app.main.warning
        assert said in warning.value
        assert "The digit is unchanged." in warning.value
        assert not app.toast
        assert prediction(app) == before
    app.main.get("file_uploader")[0].set_value(("digit.png", gif(), "image/png")).run()
    assert not app.main.warning
    assert prediction(app) == "3"  # the animation's first frame


def test_the_verdict_looks_like_what_it_says(app):
    noise = np.random.default_rng(0).random((28, 28, 1), np.float32)
    open_page(app, **digits.from_image(noise).link)
    reading = read_lengths(np.array(component(app, "capsnet_answer")["lengths"]))
    assert reading.kind == "none"
    assert prediction(app) == str(reading.best)
    (shown,) = [h.proto.body for h in app.get("html") if "verdict-class" in h.proto.body]
    assert "verdict-none" in shown
    said = component(app, "capsnet_answer")["said"]
    assert said.startswith(f"Read as {reading.best}. No digit here. No capsule is as long as 0.5")
    assert "<strong>No digit here</strong>" in words(app)
    assert "no digit" in "".join(m.value for m in app.sidebar.markdown)


def test_two_digits_on_one_sheet_are_told_but_not_of_other_classes(app, monkeypatch):
    pen = [Stroke(60, [(x, 250), (x, 750)]) for x in (300, 700)]
    open_page(app, **digits.from_strokes(pack(pen)).link)
    assert "<strong>Two digits? It learned one at a time</strong>" in words(app)
    assert "Two digits?" in component(app, "capsnet_answer")["said"]
    monkeypatch.setattr("capsnet.analysis.prediction.are_digits", lambda _: False)
    app.run()
    assert "Two digits?" not in words(app)


def test_the_digits_read_wrongly_are_offered(app):
    app.session_state["kept_bundled_group"] = "Read wrongly"
    open_page(app)
    (offered,) = components(app, "capsnet_digit_strip")
    wrong = misclassified.read().misclassified
    assert [item["name"] for item in offered["items"]] == [
        f"Digit {each.index}, label {load_bundled().labels[each.index]}" for each in wrong
    ]
    go_to(app, "views/start.py")
    app.sidebar.button[0].click().run()  # another of them: the sidebar shows the same class
    read_as = {each.index: each.read_as for each in wrong}
    assert app.sidebar.number_input(key="picker_index").value in read_as


def test_one_class_is_chosen_for_all_pages(app):
    app.run()
    app.sidebar.button_group(key="picker_class").set_value("3").run()
    go_to(app, "views/draw.py")
    keys = [group.key for group in app.sidebar.button_group]
    assert "picker_class" not in keys  # here the page itself has them
    (offered,) = [s for s in components(app, "capsnet_digit_strip") if len(s["items"]) == 10]
    assert all(item["name"].endswith("label 3") for item in offered["items"])
    app.main.button_group(key="bundled_group").set_value("5").run()
    go_to(app, "views/start.py")
    assert app.sidebar.button_group(key="picker_class").value == "5"


def test_a_class_that_this_network_does_not_have_is_forgotten(app, monkeypatch):
    app.session_state["kept_bundled_group"] = "Read wrongly"
    monkeypatch.setattr("dashboard.state.misclassified", lambda: None)
    open_page(app)
    assert app.main.button_group(key="bundled_group").value == "Any"


def test_a_black_sheet_and_a_hundred_strokes_are_answered(app):
    black = [Stroke(400, [(x, 0), (x, 1000)]) for x in range(0, 1001, 250)]
    random = np.random.default_rng(0)
    hundred = [Stroke(45, random.integers(0, 1000, (2, 2)).tolist()) for _ in range(100)]
    for strokes in (black, hundred):
        digit = digits.from_strokes(pack(strokes))
        with by_history():
            open_page(app, **digit.link)
        assert prediction(app) in list("0123456789")
        answer = component(app, "capsnet_answer")
        assert base64.b64decode(answer["seen"]) == digit.pixels


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"drawing": None},
        {"drawing": {"number": 1}},
        {"drawing": dict(number=1, strokes="%%%", sheet=1, down=False, settled=False)},
        {"drawing": dict(number="x", strokes="", sheet=1, down=False, settled=False)},
        {"drawing": dict(number=float("inf"), strokes="", sheet=1, down=False, settled=False)},
        {"drawing": dict(number=1, strokes=None, sheet=1, down=False, settled=False)},
    ],
)
def test_what_is_no_drawing_is_an_empty_one(value):
    assert drawing(value) == Drawing()


def test_a_drawing_is_read():
    sent = dict(number=5, strokes="UAIGyAEBAA==", sheet=2, down=True, settled=False)
    assert drawing({"drawing": sent}) == Drawing(5, bytes([80, 2, 6, 200, 1, 1, 0]), 2, True, False)


def test_a_picture_that_is_taken_back_takes_its_digit_along(app):
    open_page(app)
    uploader = app.main.get("file_uploader")[0]
    uploader.set_value(("digit.png", gif(), "image/png")).run()
    assert app.session_state["digit"].chosen
    app.main.get("file_uploader")[0].set_value(None).run()
    assert not app.exception
    assert not app.session_state["digit"].chosen


def test_a_digit_chosen_since_stays_though_the_picture_is_taken_back(app):
    open_page(app)
    app.main.get("file_uploader")[0].set_value(("digit.png", gif(), "image/png")).run()
    app.sidebar.number_input[0].set_value(42).run()
    app.main.get("file_uploader")[0].set_value(None).run()
    assert app.session_state["digit"].index == 42


@pytest.mark.parametrize("page", ["routing", "pose"])
def test_the_other_pages_say_that_the_pad_is_empty(app, page):
    open_page(app)
    app.session_state["kept_pad_emptied"] = True
    app.switch_page(f"views/{page}.py").run()
    assert any("Your pad is empty: this is digit number 357" in c.value for c in app.caption)
