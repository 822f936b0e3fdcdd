"""Charts against the numbers that they were given, on a page that has nothing else."""

from __future__ import annotations

import json

import numpy as np
import pytest
from playwright.sync_api import Browser

from dashboard.components.answer import charts
from dashboard.components.browser_half import text_of
from tests.e2e.alone import alone

pytestmark = pytest.mark.e2e

SCENE = """
    const theme = { text: "#000000", primary: "#ff0000", background: "#ffffff", font: "sans-serif",
        table: Array.from({ length: 256 }, (_, k) => [k, k, k]) };
    const s = { theme, isNamed: false, brief: (j) => `${j}.`, said: (j) => `digit ${j}` };
    const [width, height] = [600, 340];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    const words = {};
    context.fillText = (text, x, y) => (words[text] = [x, y]);
"""
"""What a view of Routing draws on: `context`, with the labels' places in `words`; and for whom."""

SUMS = """
    const rounds = 2, maps = 3, digits = 4;
    const trace = (...data) => ({
        additions: { shape: [rounds, maps, digits], data: Float32Array.from(data) } });
    const traces = [
        trace(1, 0, 0, 0,  0.5, 0, 0, 0,  -0.5, 0, 0, 0,  4, 0, 0, 0,  2, 0, 0, 0,  -1, 0, 0, 0),
        trace(...Array(24).fill(0)),
        trace(...Array(24).fill(2)),
    ];
    const from = [0, 100, 200].map((y) => ({ y, size: 20, scale: 1 }));
    const drawn = (compared) => compared.map((each) => [0, 1].map((position) => {
        const scene = { ...s, traces: compared, position };
        const to = module.sumBands.nodes(each, scene, 300);
        const { thick } = module.sumBands.scale(each, scene, from, to);
        return { to, thick, bands: module.sumBands.bands(each, scene, from, to) };
    }));
    const [alone, nothing] = traces.slice(0, 2).map((each) => drawn([each])[0]);
    return { alone, nothing, compared: drawn(traces) };
"""

ANSWER = """
    document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
    const packed = (bytes) => btoa(String.fromCharCode(...bytes));
    const drawings = new Uint8Array(10 * 784);
    for (let digit = 0; digit < 10; digit++) drawings[digit * 784 + 30 * digit] = 255;
    const seen = new Uint8Array(784).fill(255, 100, 101);
    parentElement.style.width = "560px";
    const rest = (ms) => new Promise((done) => setTimeout(done, ms));
    const all = (name) => [...parentElement.querySelectorAll(name)];
    const about = { names: [..."0123456789"], margins: [0.1, 0.9] };
    const sent = { ...about, said: "", seen: packed(seen), drawings: packed(drawings) };
    const answer = (lengths) => module.default({
        parentElement, data: { ...sent, lengths, charts: CHARTS } });
    answer(Array.from({ length: 10 }, (_, digit) => (10 - digit) / 17));
    for (let k = 0; k < 400 && all(".answer-lengths .bartext").length < 10; k++) await rest(25);
    await rest(200);
    const bars = () => all(".answer-lengths .point path").map((bar) => {
        const { left, right, height } = bar.getBoundingClientRect();
        return [(left + right) / 2, height, getComputedStyle(bar).fill];
    });
    const told = () => all(".bartext").map((words) => words.textContent);
    const inked = (canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
        return [...Array(784).keys()].filter((k) => data[4 * k] < 255);
    };
    const places = all("li canvas").map((canvas) => {
        const { left, right } = canvas.getBoundingClientRect();
        return (left + right) / 2;
    });
    const last = Float32Array.from({ length: 10 }, (_, digit) => digit / 17);
    const lengths = Float32Array.from({ length: 100 }, (_, k) => ((k % 10) / 17) * (k / 99));
    const here = { ...about, rounds: 3, answer: { last, lengths, seen, drawings } };
    globalThis.dispatchEvent(new CustomEvent("capsnet-answer", { detail: here }));
    const [moved, text] = [bars(), told()];  // at once, where the pen's answer comes
    for (let k = 0; k < 400 && !all(".answer-lines .js-line").length; k++) await rest(25);
    const found = all(".answer-lines .js-plotly-plot")[0].data.slice(0, 10).map(({ y }) => [...y]);
    answer(Array.from(last));
    await rest(400);  // Plotly has drawn all of it anew
    return { pictures: all("figure canvas").map(inked), drawings: all("li canvas").map(inked),
        places, moved, text, drawn: bars(), redrawn: told(), lines: found, lengths: [...lengths] };
"""


def test_bands_are_as_wide_as_what_is_added_on_one_scale_for_rounds_and_routings(
    browser: Browser,
) -> None:
    drawn = alone(browser, "routing_player/flow_sums.js", "", SCENE + SUMS)
    first, last = drawn["alone"]
    unit = last["to"][0]["scale"]
    for shown, added, left in ((first, [1, 0.5], 1), (last, [4, 2], 5)):
        assert [band["w0"] for band in shown["bands"]] == pytest.approx([a * unit for a in added])
        node = shown["to"][0]
        assert node["size"] == pytest.approx(sum(added) * unit)
        assert node["full"] == pytest.approx(left * unit)  # less what takes away: the length
        assert {node["scale"] for node in shown["to"]} == {unit}
    below = last["to"][0]["y"] + last["to"][0]["size"]
    assert all(node["y"] > below for node in last["to"][1:])
    assert last["to"][-1]["y"] <= 28 + 300  # the room below the columns' names
    assert drawn["nothing"][1]["bands"] == []
    assert max(shown["thick"] for shown in drawn["nothing"]) < 40
    scales = {n["scale"] for trace in drawn["compared"] for shown in trace for n in shown["to"]}
    assert len(scales) == 1


def test_bars_follow_the_pen_as_plotly_would_draw_them_above_their_drawings(
    browser: Browser,
) -> None:
    kit = charts(tuple("0123456789"), (0.1, 0.9))
    story = ANSWER.replace("STYLE", repr(text_of("figure.css") + text_of("answer/answer.css")))
    story = story.replace("CHARTS", json.dumps(kit))
    drawn = alone(browser, "answer/answer.js", "answer/answer.html", story)
    assert drawn["pictures"] == [[100], [270]]  # what is seen, and the longest capsule's
    assert drawn["drawings"] == [[30 * digit] for digit in range(10)]
    middles, heights, colours = zip(*drawn["moved"], strict=True)
    assert middles == pytest.approx(drawn["places"], abs=1)
    assert heights[1:] == pytest.approx([heights[9] * d / 9 for d in range(1, 10)], abs=1.5)
    assert len(set(colours)) == 2
    assert colours.count(colours[9]) == 1
    for moved, plotlys in zip(drawn["moved"], drawn["drawn"], strict=True):
        assert moved[:2] == pytest.approx(plotlys[:2], abs=1.5)
        assert moved[2] == plotlys[2]
    assert drawn["text"] == [f"{d / 17:.2f}" for d in range(10)]
    assert drawn["redrawn"][1:] == drawn["text"][1:]
    lengths = np.reshape(drawn["lengths"], (10, 10))
    np.testing.assert_allclose(drawn["lines"], lengths.T)


def test_the_squared_error_of_a_picture_is_summed_over_its_pixels(browser: Browser) -> None:
    source = "pose_explorer/pose_vectors.js"
    story = "return module.squaredError([1, 0, 0.5, 1], [0, 0.5, 0.5, 0]);"
    assert alone(browser, source, "", story) == 1 + 0.25 + 1
