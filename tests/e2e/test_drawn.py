"""Charts against the numbers that they were given, on a page that has nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

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
    const run = (...data) => ({
        additions: { shape: [rounds, maps, digits], data: Float32Array.from(data) } });
    const runs = [
        run(1, 0, 0, 0,  0.5, 0, 0, 0,  -0.5, 0, 0, 0,  4, 0, 0, 0,  2, 0, 0, 0,  -1, 0, 0, 0),
        run(...Array(24).fill(0)),
        run(...Array(24).fill(2)),
    ];
    const from = [0, 100, 200].map((y) => ({ y, size: 20, scale: 1 }));
    const drawn = (compared) => compared.map((each) => [0, 1].map((position) => {
        const scene = { ...s, runs: compared, position };
        const to = module.sumBands.nodes(each, scene, 300);
        const { thick } = module.sumBands.scale(each, scene, from, to);
        return { to, thick, bands: module.sumBands.bands(each, scene, from, to) };
    }));
    return { alone: drawn([runs[0]])[0], nothing: drawn([runs[1]])[0], compared: drawn(runs) };
"""

ANSWER = """
    const packed = (bytes) => btoa(String.fromCharCode(...bytes));
    const drawings = new Uint8Array(10 * 784);
    for (let digit = 0; digit < 10; digit++) drawings[digit * 784 + 30 * digit] = 255;
    const seen = new Uint8Array(784).fill(255, 100, 101);
    const lengths = Array.from({ length: 10 }, (_, digit) => digit / 10);
    module.default({ parentElement, data: { names: [..."0123456789"], said: "", longest: 9,
        lengths, margins: [0.1, 0.9], seen: packed(seen), drawings: packed(drawings) } });
    const inked = (canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
        return [...Array(784).keys()].filter((k) => data[4 * k] < 255);
    };
    const all = (name) => [...parentElement.querySelectorAll(name)];
    return {
        pictures: all("figure canvas").map(inked),
        drawings: all("li canvas").map(inked),
        lengths: all("li").map((item) => Number(item.style.getPropertyValue("--length"))),
    };
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
    scales = {n["scale"] for run in drawn["compared"] for shown in run for n in shown["to"]}
    assert len(scales) == 1


def test_every_drawing_of_an_answer_stands_below_its_own_bar(browser: Browser) -> None:
    source = "answer/answer.js"
    drawn = alone(browser, source, "answer/answer.html", ANSWER)
    assert drawn["pictures"] == [[100], [270]]  # what is seen, and the longest capsule's
    assert drawn["drawings"] == [[30 * digit] for digit in range(10)]
    assert drawn["lengths"] == [digit / 10 for digit in range(10)]


def test_the_squared_error_of_a_picture_is_summed_over_its_pixels(browser: Browser) -> None:
    source = "pose_explorer/pose_vectors.js"
    story = "return module.squaredError([1, 0, 0.5, 1], [0, 0.5, 0.5, 0]);"
    assert alone(browser, source, "", story) == 1 + 0.25 + 1
