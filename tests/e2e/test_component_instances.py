"""What a visitor has in hand outlives Streamlit's cleanups, in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser

from dashboard.components.answer import charts
from tests.e2e.alone import alone

pytestmark = pytest.mark.e2e

PAD = """
    const sent = [];
    const call = (answered, link = {}, revision = 1) => module.default({
        parentElement,
        data: { session: {}, answered, revision, strokes: "", picture: "", faint: false, link },
        setStateValue: (name, drawing) => sent.push(drawing),
    });
    const canvas = parentElement.querySelector("canvas");
    canvas.setPointerCapture = () => {};
    const pen = (kind, x) => canvas.dispatchEvent(new PointerEvent(
        kind, { bubbles: true, pointerId: 1, button: 0, clientX: x, clientY: 9 }));
"""
"""A pad, its server in `call` and `sent`, and a pen."""

OVERTAKEN = """
    const first = call(0);
    pen("pointerdown", 5);
    const second = call(0);
    first();  // Streamlit's, for the first call had not returned as the second came
    call(sent.at(-1).number);
    pen("pointermove", 50);
    pen("pointerup", 50);
    const drawn = sent.map(({ down }) => down);
    const busy = canvas.getAttribute("aria-busy");
    parentElement.remove();
    second();
    pen("pointerdown", 5);
    return { drawn, busy, later: sent.length - drawn.length };
"""

LINK = """
    const link = document.body.appendChild(document.createElement("a"));
    link.href = "#other";
    let followed = 0;
    link.addEventListener("click", () => followed++);
    const rest = () => new Promise((done) => setTimeout(done, 150));
    const dot = () => ["pointerdown", "pointerup"].forEach((kind) => pen(kind, 5));
    const leave = call(0);
    dot();
    link.click();
    await rest();
    const early = followed;
    while (canvas.getAttribute("aria-busy") === "true") {
        call(sent.at(-1).number);
        await rest();
    }
    const late = followed;
    dot();
    link.click();
    parentElement.remove();  // by the browser's Back
    leave();
    await new Promise((done) => setTimeout(done, 3300));
    return { early, late, gone: followed - late };
"""

RESTED = """
    const named = [];
    history.replaceState = (state, title, address) => named.push(address.search);
    call(0);
    pen("pointerdown", 5);
    call(sent.at(-1).number, { strokes: "all" });  // before the pen is lifted
    const down = [...named];
    pen("pointerup", 5);
    return { down, up: named };
"""


CHOSEN = """
    const outcomes = [];
    for (const isAnswered of [true, false]) {
        call(0);
        pen("pointerdown", 5);
        pen("pointermove", 50);
        pen("pointerup", 50);
        const { number } = sent.at(-1);
        if (isAnswered) call(number);
        const before = sent.length;
        call(number, { digit: "7" }, outcomes.length + 2);  // chosen elsewhere, at once
        await new Promise((resolve) => setTimeout(resolve, 1000));
        outcomes.push([sent.length - before, canvas.getAttribute("aria-busy")]);
    }
    return outcomes;
"""


SAID = """
    const place = parentElement.querySelector("[role=status]");
    const said = [];
    new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
    const answer = (sentence) => module.default({
        parentElement, data: {
            names: [..."0123456789"], margins: [0.1, 0.9], said: sentence, charts: CHARTS } });
    const rest = () => new Promise((done) => setTimeout(done, 1000));
    answer("Read as 3.");  // overtaken by the next stroke
    answer("Read as 8.");
    await rest();
    answer("Read as 8.");
    await rest();
    return said;
"""


def played(browser: Browser, story: str) -> dict[str, object]:
    """What a story finds on a page that has nothing but the pad."""
    source = "draw_pad/pad.js"
    return alone(browser, source, "draw_pad/pad.html", PAD + story)


def test_a_link_waits_until_the_drawing_has_arrived(browser: Browser) -> None:
    """On the way to another page Streamlit drops a message it has not begun to look at."""
    assert played(browser, LINK) == {"early": 0, "late": 1, "gone": 0}


def test_a_stroke_goes_on_though_an_answer_was_overtaken_by_the_next(browser: Browser) -> None:
    """Streamlit calls the overtaken answer's cleanup, though the pad is still there."""
    assert played(browser, OVERTAKEN) == {"drawn": [True, False], "busy": "true", "later": 0}


def test_the_address_names_a_drawing_that_was_answered_before_the_pen_was_lifted(
    browser: Browser,
) -> None:
    """Reloaded right then, the page would come back without the last stroke."""
    assert played(browser, RESTED) == {"down": [], "up": ["?strokes=all"]}


def test_a_digit_chosen_right_after_a_stroke_stays_chosen(browser: Browser) -> None:
    """The pad's word that the pen rests would tell the server of a sheet that is gone."""
    assert played(browser, CHOSEN) == [[0, "false"], [0, "false"]]


def test_an_answer_is_read_aloud_once_the_pen_rests(browser: Browser) -> None:
    """Not each that follows the pen, and none twice."""
    source = "answer/answer.js"
    html = "answer/answer.html"
    story = SAID.replace("CHARTS", json.dumps(charts(tuple("0123456789"), (0.1, 0.9))))
    assert alone(browser, source, html, story) == ["Read as 8."]
