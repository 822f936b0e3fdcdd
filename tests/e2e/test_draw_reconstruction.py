"""What Draw redraws: two classes in two colours, and a poor redrawing is told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.drawings import DIGITS
from tests.e2e.pad import draw

pytestmark = pytest.mark.e2e

COLOURED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const pixels = Array.from({ length: data.length / 4 }, (_, i) => 4 * i);
    const bluer = (least) => pixels.filter((at) => (data[at + 2] - data[at]) / least > 1).length;
    return [bluer(30), bluer(-30)];
}"""
"""How many pixels are blue, and how many orange."""


def test_two_classes_are_redrawn_in_two_colours_and_a_poor_redrawing_is_told(
    visit: Callable[..., Page],
) -> None:
    page = visit("draw?digit=436")
    canvas, poor = page.locator(".answer-reconstruction"), page.locator(".answer-poor")
    caption = page.locator(".answer-drawn-by")
    expect(caption).to_have_text("Over the ink: 0 in blue, 6 in orange")
    blue, orange = canvas.evaluate(COLOURED)
    assert blue >= 10 and orange >= 10
    expect(poor).to_be_hidden()
    page.get_by_test_id("draw-clear").click()
    expect(caption).to_have_text("Reconstruction")
    draw(page, DIGITS[7])
    expect(caption).to_have_text(re.compile(r"^Reconstruction, squared error \d\.\d$"))
    assert canvas.evaluate(COLOURED) == [0, 0]
    draw(page, [[(0.2, 0.2), (0.2, 0.8)], [(0.8, 0.2), (0.8, 0.8)], [(0.1, 0.5), (0.9, 0.55)]])
    expect(poor).to_contain_text("Redrawn poorly")
    expect(caption).to_have_text(re.compile(r"^Reconstruction, squared error [2-9]\d\.\d$"))
