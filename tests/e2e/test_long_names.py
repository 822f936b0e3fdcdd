"""Class names as long as a dataset's file may have them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from dashboard.components.browser_half import text_of
from tests.e2e.alone import alone

pytestmark = pytest.mark.e2e

LONGEST = 60

NAMES = """
    document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
    const word = (k) => `${k}`.repeat(29) + " " + "anotherword".repeat(3).slice(0, 30);
    const names = [...Array(10).keys()].map(word);
    const at = (width) => {
        parentElement.style.width = `${width}px`;
        const boxes = [...parentElement.querySelectorAll(".answer-class")];
        const places = boxes.map((box) => box.getBoundingClientRect());
        const apart = places.every((box, k) => !k || places[k - 1].right <= box.left + 0.5);
        const inside = boxes.every((box) => box.scrollWidth <= box.parentElement.clientWidth + 1 ||
            getComputedStyle(box).overflowX === "hidden");
        const drawings = [...parentElement.querySelectorAll("li canvas")];
        const tops = new Set(drawings.map((each) => Math.round(each.getBoundingClientRect().top)));
        return [apart, inside, Math.max(...places.map((box) => box.height)) < 160, tops.size];
    };
    module.default({ parentElement, data: { names, said: "" } });
    const items = [...parentElement.querySelectorAll("li")];
    return { longest: Math.max(...names.map((name) => name.length)), wide: at(700), narrow: at(340),
        told: items.every((item, k) => item.title === names[k]) };
"""


def test_long_names_neither_overlap_nor_push_the_pictures_down(browser: Browser) -> None:
    story = NAMES.replace("STYLE", repr(text_of("answer/answer.css")))
    found = alone(browser, "answer/answer.js", "answer/answer.html", story)
    fits = [True, True, True, 1]
    assert found == {"longest": LONGEST, "wide": fits, "narrow": fits, "told": True}
