"""The prepared cases still show what their sentences say, with the shipped network."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from capsnet.analysis import misclassified
from capsnet.data.bundled import load_bundled
from capsnet.data.lesson_texts import lesson_texts
from capsnet.network.inference import answering
from dashboard.state import digit as digit_module
from dashboard.views.parts import cases
from tests.address import address

TEXTS = lesson_texts()["cases"]


@pytest.fixture(scope="module")
def digits():
    return load_bundled()


def lengths(network, digits, index, rounds=3):
    return network.trace(digits[index : index + 1].pixels(), rounds).lengths[:, 0]


def test_the_misread_digit_is_misread(shipped, digits):
    assert digits.labels[217] == 7
    last = lengths(shipped, digits, 217)[-1]
    assert last.argmax() == 1 and last[1] > 0.8 and last[7] < 0.5
    assert 217 in [each.index for each in misclassified.read().misclassified]


def test_both_digits_of_the_pair_are_found_and_redrawn(shipped, digits, monkeypatch):
    monkeypatch.setattr(cases.state, "digits", lambda: digits)
    assert digits.labels[3667] == 7 and digits.labels[4814] == 4
    trace = shipped.trace(cases.pair())
    last = trace.lengths[-1, 0]
    assert last[7] > 0.5 and last[4] > 0.5
    assert np.delete(last, [4, 7]).max() < 0.5
    redrawn = shipped.decode(np.repeat(trace.digit_capsules[-1], 2, 0), np.array([7, 4]))
    read = answering(shipped)
    assert [int(read(one[None]).lengths.argmax()) for one in redrawn] == [7, 4]


def test_the_letter_is_none_of_them_and_no_letter_of_training(shipped, digits):
    letter = digit_module.from_link({"ink": cases.LETTER_E}, digits)
    assert shipped.trace(letter.images).lengths[-1, 0].max() < 0.4
    with np.load("assets/letters/letters.npz", allow_pickle=False) as arrays:
        held = arrays["font_is_held_out"] & arrays["character_is_held_out"]
        kept = arrays["images"][held & (arrays["characters"] == "E")]
    pixels = np.frombuffer(letter.pixels, np.uint8).reshape(28, 28)
    assert (kept.reshape(-1, 28, 28) == pixels).all((1, 2)).any()


def test_the_rival_grows_at_ten_rounds_only(shipped, digits):
    assert digits.labels[2174] == 4
    ten = lengths(shipped, digits, 2174, 10)
    assert ten[2].argmax() == 4 and ten[2][0] < 0.1
    assert ten[9][0] > 0.9


def test_the_close_call_is_decided_by_routing(shipped, digits):
    assert misclassified.read().close_call == 2909
    first, _, last = lengths(shipped, digits, 2909)
    lead = [one[9] - np.delete(one, 9).max() for one in (first, last)]
    assert lead[0] < 0.03 and lead[1] > 0.25
    assert sorted(first.argsort()[-3:]) == [5, 6, 9]  # as the lesson says


def test_silencing_breaks_the_seven(shipped, digits):
    assert digits.labels[27] == 7
    off = np.zeros((*shipped.config.primary_grid, shipped.config.primary_maps), bool)
    off[cases.ROWS.start : cases.ROWS.stop, cases.COLUMNS.start : cases.COLUMNS.stop] = True
    before = lengths(shipped, digits, 27)[-1]
    after = shipped.trace(digits[27:28].pixels(), silenced=off).lengths[-1, 0]
    assert before.argmax() == 7 and before[7] > 0.9
    assert after.argmax() == 2 and after[2] > 0.6 and after[7] < 0.4


@pytest.fixture
def app():
    return AppTest.from_file("../../dashboard/app.py", default_timeout=60).run()


def test_each_case_is_one_click_from_any_page_and_says_what_to_see(app):
    """AppTest stays where it is asked to be, and so is told of each new page."""
    for name, case in cases.CASES.items():
        app.sidebar.button_group(key=cases.PILLS).set_value(name).run()
        app.switch_page(case.view)
        assert not app.exception and not app.warning
        (told,) = [shown.value for shown in app.info if TEXTS[name]["title"] in shown.value]
        assert "{" not in told and "0." in told
        link = address(app)
        assert json.dumps({**link, **expected(name)}) == json.dumps(link), name
    app.sidebar.number_input(key="picker_index").set_value(5).run()
    assert not [shown for shown in app.info if "silen" in shown.value]  # it is another digit's


def expected(name):
    if name == "silence":
        return {"digit": "27"}
    return {"overlap": {"digit": "3667", "second": "4814"}}.get(name) or cases.CASES[name].link()
