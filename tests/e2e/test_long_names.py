"""Class names as long as a dataset's file may have them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser

from dashboard.components.answer import charts
from dashboard.components.browser_half import text_of
from tests.e2e.alone import alone

pytestmark = pytest.mark.e2e

LONGEST = 60

NAMES = """
    document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
    const rest = (ms) => new Promise((done) => setTimeout(done, ms));
    const all = (name) => [...parentElement.querySelectorAll(name)];
    const at = async (width) => {
        parentElement.style.width = `${width}px`;
        module.default({ parentElement, data: {
            names: NAMES, margins: [0.1, 0.9], said: "", charts: CHARTS } });
        for (let k = 0; k < 400 && all(".xtick text").length < 10; k++) await rest(25);
        await rest(600);
        const places = all(".xtick text").map((words) => words.getBoundingClientRect());
        const chart = all(".answer-lengths")[0].getBoundingClientRect();
        const topOf = (each) => Math.round(each.getBoundingClientRect().top);
        const tops = new Set(all("li canvas").map(topOf));
        return {
            apart: places.every((box, k) => !k || places[k - 1].right <= box.left + 1),
            inside: places.every((box) => box.bottom <= chart.bottom + 1 && box.left >= chart.left),
            low: Math.max(...places.map((box) => box.height)) < 190,
            tops: tops.size,
            told: all("li").map((item) => item.title),
        };
    };
    return [await at(700), await at(340)];
"""


@pytest.mark.parametrize(
    "kind",
    [
        "two words",
        *(pytest.param(kind, marks=pytest.mark.thorough) for kind in ("one word", "as of clothes")),
    ],
)
def test_long_names_neither_overlap_nor_push_the_pictures_down(browser: Browser, kind: str) -> None:
    clothes = "T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle_boot".split()
    names = {
        "two words": [f"{k}" * 29 + " " + ("anotherword" * 3)[:30] for k in range(10)],
        "one word": [f"{k}" * LONGEST for k in range(10)],
        "as of clothes": [name.replace("_", " ") for name in clothes],
    }[kind]
    story = NAMES.replace("STYLE", repr(text_of("figure.css") + text_of("answer/answer.css")))
    story = story.replace("NAMES", json.dumps(names))
    story = story.replace("CHARTS", json.dumps(charts(tuple(names), (0.1, 0.9))))
    fits = {"apart": True, "inside": True, "low": True, "tops": 1, "told": names}
    found = alone(browser, "answer/answer.js", "answer/answer.html", story)
    assert found == [fits, fits]
