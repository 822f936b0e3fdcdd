"""The frames of a page of digits lie where the digits do."""

import numpy as np
import pytest

from capsnet.figures import many_digits

PAGE = np.zeros((100, 200), np.float32)
BOXES = [(0.1, 0.2, 0.05, 0.3), (0.5, 0.0, 0.1, 0.1)]


def test_frames_answers_and_places():
    drawn = many_digits(PAGE, BOXES, ["3", "–"], ["one digit", "none, or several"], ["three", "no"])
    by_name = {trace.name: trace for trace in drawn.data if trace.name}
    assert set(by_name) == {"one digit", "none, or several"}
    np.testing.assert_allclose(by_name["one digit"].x[:5], [20, 30, 30, 20, 20])
    np.testing.assert_allclose(by_name["one digit"].y[:5], [20, 20, 50, 50, 20])
    places = next(trace for trace in drawn.data if trace.mode == "markers")
    np.testing.assert_allclose(places.x, [25, 110])
    np.testing.assert_allclose(places.y, [35, 5])
    assert list(places.customdata) == [0, 1] and list(places.text) == ["three", "no"]
    assert "3; –" in drawn.layout.meta["alt"]


def test_a_page_without_digits_is_a_page():
    drawn = many_digits(PAGE, [], [], [])
    assert not drawn.data and len(drawn.layout.images) == 1


@pytest.mark.parametrize(
    ("answers", "kinds"), [(["3"], ["one digit"] * 2), (["3", "4"], ["one digit", "odd"])]
)
def test_what_does_not_fit_is_refused(answers, kinds):
    with pytest.raises(ValueError, match="as many answers and kinds as boxes"):
        many_digits(PAGE, BOXES, answers, kinds)
