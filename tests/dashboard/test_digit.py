"""The current digit and its link."""

import base64
import zlib

import numpy as np
import pytest

from capsnet.data.bundled import load_bundled
from capsnet.data.strokes import Stroke, StrokesError, pack
from capsnet.errors import PictureError
from dashboard.state import digit
from dashboard.state.digit import LinkError
from dashboard.state.galleries import digits_of


@pytest.fixture(scope="module")
def digits():
    return digits_of(load_bundled())


def test_a_bundled_digit_travels_as_its_number(digits):
    chosen = digit.pictured(digits, 123)
    assert chosen.link == {"digit": "123"}
    assert digit.from_link(chosen.link, digits) == chosen
    assert chosen.label == digits.pictures.labels[123]


def test_a_drawing_travels_whole(digits):
    drawn = digit.from_image(digits.pictures[123:124].pixels()[0])
    assert set(drawn.link) == {"ink"}
    assert len(drawn.link["ink"]) < 1000
    opened = digit.from_link(drawn.link, digits)
    assert opened == drawn
    np.testing.assert_array_equal(opened.images, digits.pictures[123:124].pixels())


def test_the_noisiest_image_still_fits_a_link(digits):
    noise = np.random.default_rng(0).random((28, 28, 1), np.float32)
    drawn = digit.from_image(noise)
    assert digit.from_link(drawn.link, digits) == drawn


def test_a_link_without_a_digit_names_none(digits):
    assert digit.from_link({"other": "1"}, digits) is None


LINE = pack([Stroke(80, [(500, 200), (480, 800)])])


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(raw)).decode()


@pytest.mark.parametrize(
    "parameters",
    [
        {"digit": "5000"},
        {"digit": "-1"},
        {"digit": "seven"},
        {"digit": "9" * 5000},
        {"digit": ""},
        {"ink": ""},
        {"ink": "not base64!"},
        {"ink": _packed(bytes(784))[:-6]},
        {"ink": _packed(bytes(783))},
        {"ink": _packed(bytes(784))},
        {"ink": _packed(bytes([25] * 784))},
        {"ink": _packed(bytes(10_000_000))},
        {"ink": "A" * 5000},
        {"strokes": ""},
        {"strokes": "n"},
        {"strokes": "x" + _packed(LINE)},
        {"strokes": "n" + _packed(LINE)[:-6]},
        {"strokes": "n" + _packed(LINE[:-1])},
        {"strokes": "n" + _packed(bytes(200_000))},
        {"strokes": "n" + "A" * 5000},
    ],
)
def test_a_broken_link_is_one_sentence(parameters, digits):
    with pytest.raises(LinkError) as caught:
        digit.from_link(parameters, digits)
    assert 10 < len(str(caught.value)) < 120


@pytest.mark.parametrize(
    "strokes, said",
    [
        ([], "Draw a digit."),
        ([Stroke(80, [(500, 500)])], "only a dot"),
        ([Stroke(80, [(500, 500), (505, 505)])], "only a dot"),
        ([Stroke(45, [(-150, 100), (-150, 900)])], "beside the sheet"),
        ([Stroke(80, [(500, 500)] * 20_001)], "too long"),
    ],
)
def test_a_drawing_without_a_digit_is_one_sentence(strokes, said):
    with pytest.raises((PictureError, StrokesError), match=said):
        digit.from_strokes(pack(strokes))
