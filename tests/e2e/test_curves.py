"""The charts of Training for those who have no pointer, on a page that has nothing else."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from playwright.sync_api import Browser

from dashboard.components.browser_half import text_of
from tests.e2e.alone import alone

pytestmark = pytest.mark.e2e

READ = """
    const { disconnect } = ResizeObserver.prototype;
    let ended = 0;
    ResizeObserver.prototype.disconnect = function () { ended++; disconnect.call(this); };
    const call = (later) => module.default({ parentElement, data: { charts: [{
        title: "Loss", across: "epoch", decimals: 1, lines: [
            { name: "total", colour: 0, points: [[1, 3], [2, 2], ...later] },
            { name: "validation", colour: 3, points: [[2, 4]] },
        ],
    }] } });
    const leave = call([]);
    const paper = parentElement.querySelector("svg");
    paper.focus();
    const said = [];
    const press = (key) => {
        paper.dispatchEvent(new KeyboardEvent("keydown", { key }));
        said.push(document.activeElement.getAttribute("aria-valuetext"));
    };
    ["ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight"].forEach(press);
    call([[3, 1]]);  // redrawn while it is read
    ["ArrowRight", "Home"].forEach(press);
    parentElement.remove();
    leave();
    return { said, ended };
"""


def test_a_chart_is_read_with_the_arrow_keys(browser: Browser) -> None:
    source = "curves/curves.js"
    first, second = "epoch 1: total 3.0, validation 4.0", "epoch 2: total 2.0, validation 4.0"
    third = "epoch 3: total 1.0, validation 4.0"
    assert alone(browser, source, "<div class='curves'></div>", READ) == {
        "said": [second, first, first, second, third, first],
        "ended": 1,
    }


def luminance(colour: str) -> float:
    """As WCAG defines it, of "#rrggbb"."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("row", "paper"), [(0, "#ffffff"), (1, "#11151c")])
def test_every_line_stands_out_from_its_paper_and_from_the_others(row: int, paper: str) -> None:
    style = text_of("curves/curves.css")
    colours = re.findall(r"--c\d: (#\w{6})", style)[6 * row :][:6]
    assert len(colours) == 6
    for colour in colours:
        darker, lighter = sorted((luminance(colour), luminance(paper)))
        assert (lighter + 0.05) / (darker + 0.05) >= 3, colour
    for one, other in combinations(colours, 2):
        apart = [abs(int(one[k : k + 2], 16) - int(other[k : k + 2], 16)) for k in (1, 3, 5)]
        assert max(apart) >= 70, (one, other)
