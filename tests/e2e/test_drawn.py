"""Charts against the numbers that they were given, on a page that has nothing else."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Browser

from tests.e2e.alone import alone

pytestmark = pytest.mark.e2e

CURVES = """
    module.default({ parentElement, data: { charts: [{
        title: "Loss", across: "epoch", decimals: 1, low: 0, high: 4, lines: [
            { name: "total", colour: 0, points: [[1, 3], [2, 1.5], [4, 1]] },
        ],
    }] } });
    const [across, up] = [["middle", "x"], ["end", "y"]].map(([anchor, place]) => {
        const labels = [...parentElement.querySelectorAll(`text[text-anchor=${anchor}]`)];
        const entry = (label) => [label.textContent, Number(label.getAttribute(place))];
        return Object.fromEntries(labels.map(entry));
    });
    return { across, up, line: parentElement.querySelector("path").getAttribute("d") };
"""

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

LENGTHS = """
    const lengths = { shape: [3, 10], data: new Float32Array(30) };
    [0.1, 0.4, 0.9].forEach((length, r) => (lengths.data[10 * r + 7] = length));
    const line = [];
    context.lineTo = (x, y) => context.strokeStyle === theme.primary && line.push([x, y]);
    const scene = { ...s, digit: 7, digits: 10, round: 2, position: 2 };
    module.lengthsView.draw(context, width, height, { lengths }, scene);
    return { words, line: line.slice(0, 3) };
"""

MAPS = """
    const data = Float32Array.from({ length: 12 }, (_, k) => (20 * k) / 255);
    const values = { shape: [1, 4, 3], data };
    const run = { map_unweighted: values };
    const scene = { ...s, digit: 1, map: 2, position: 0, cells: 36, mapRange: [0, 1] };
    scene.silent = () => false;
    const view = module.mapsView;
    view.draw(context, width, height, run, scene);
    const cells = {};
    for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) {
        const found = view.pick(x, y, width, height, run, scene);
        if (found) (cells[[found.map, found.digit]] ??= []).push([x, y]);
    }
    const shades = Object.entries(cells).map(([name, places]) => {
        const middle = [0, 1].map((axis) => (places[0][axis] + places.at(-1)[axis]) / 2);
        return [name, context.getImageData(...middle.map(Math.floor), 1, 1).data[0]];
    });
    const rows = [0, 1, 2].map((j) =>
        view.pick(300, words[`${j}.`][1], width, height, run, scene).digit);
    return { shades: Object.fromEntries(shades), rows };
"""

CERTAINTY = """
    const rounds = (...data) => ({ shape: [data.length], data: Float32Array.from(data) });
    const entropies = { entropy_mean: rounds(1, 1, 1), entropy_min: rounds(0, 0, 0) };
    const run = { ...entropies, logit_change: rounds(0.25, 0.5, NaN),
        entropy_counts: { shape: [3, 1], data: [36, 36, 36] }, entropy_edges: rounds(0, 1) };
    const scene = { ...s, digits: 10, cells: 36, maps: 1, runs: [run], first: run };
    return [1, 2].map((round) => {
        const line = [];
        context.lineTo = (x, y) => context.strokeStyle === theme.primary && line.push(y);
        const at = { ...scene, round, position: round };
        module.certaintyView.draw(context, 600, 300, run, at);
        return { words, line, alt: module.certaintyView.alt(run, at) };
    });
"""

COMPARED = """
    const rounds = (...data) => ({ shape: [data.length], data: Float32Array.from(data) });
    const run = (low, change) => ({ logit_change: rounds(change),
        entropy_counts: { shape: [1, 1], data: [36] }, entropy_edges: rounds(low, 2) });
    const runs = [run(1, 0.2), run(1.5, 0.1)];
    const beginning = { round: 0, position: 0 };
    const scene = { ...s, ...beginning, digits: 10, cells: 36, maps: 1, runs, first: runs[0] };
    return runs.map((each) => {
        const bars = [];
        context.fillRect = (x, y, wide, high) => bars.push([x, x + wide]);
        module.certaintyView.draw(context, 600, 300, each, scene);
        return { bars, words: { ...words } };
    });
"""

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


def on_axis(place: float, labels: dict[str, float], low: str, high: str) -> float:
    """The number at a place of an axis that has labels at these two."""
    share = (place - labels[low]) / (labels[high] - labels[low])
    return float(low) + share * (float(high) - float(low))


def test_a_curve_lies_where_its_axes_say(browser: Browser) -> None:
    source = "curves/curves.js"
    drawn = alone(browser, source, "<div class='curves'></div>", CURVES)
    across, up = drawn["across"], drawn["up"]
    assert up["4"] < up["0"] and across["0"] < across["4"]
    up = {label: y - 5 for label, y in up.items()}  # from a label's foot to its middle
    places = [place.split() for place in drawn["line"].removeprefix("M").split("L")]
    points = [
        (on_axis(float(x), across, "0", "4"), on_axis(float(y), up, "0", "4")) for x, y in places
    ]
    assert points == [pytest.approx(point, abs=0.01) for point in [(1, 3), (2, 1.5), (4, 1)]]


def test_the_length_in_colour_lies_where_its_axes_say(browser: Browser) -> None:
    source = "routing_player/view_lengths.js"
    drawn = alone(browser, source, "", SCENE + LENGTHS)
    across = {label: drawn["words"][label][0] for label in ("1", "3")}
    up = {label: drawn["words"][label][1] for label in ("0.0", "1.0")}
    assert up["1.0"] < up["0.0"] and across["1"] < across["3"]
    points = [
        (on_axis(x, across, "1", "3"), on_axis(y, up, "0.0", "1.0")) for x, y in drawn["line"]
    ]
    assert points == [pytest.approx(point) for point in [(1, 0.1), (2, 0.4), (3, 0.9)]]


def test_every_cell_of_the_maps_has_the_shade_of_its_share(browser: Browser) -> None:
    source = "routing_player/view_maps.js"
    drawn = alone(browser, source, "", SCENE + MAPS)
    shades = {f"{m},{j}": 20 * (3 * m + j) for m in range(4) for j in range(3)}
    assert drawn["shades"] == shades
    assert drawn["rows"] == [0, 1, 2]


def test_a_change_of_the_logits_that_is_not_known_is_said_so_and_leaves_the_line(
    browser: Browser,
) -> None:
    source = "routing_player/view_certainty.js"
    before, last = alone(browser, source, "", SCENE + CERTAINTY)
    assert before["alt"].endswith("Mean change of the logits after it: 0.5000.")
    assert last["alt"].endswith("Mean change of the logits after it: not known.")
    up = {label: last["words"][label][1] for label in ("0.0000", "0.5750")}
    line = [on_axis(y, up, "0.0000", "0.5750") for y in last["line"]]
    assert line == pytest.approx([0.25, 0.5, math.nan], nan_ok=True)


def test_two_routings_are_compared_on_one_axis_of_entropies_and_one_of_changes(
    browser: Browser,
) -> None:
    source = "routing_player/view_certainty.js"
    first, second = alone(browser, source, "", SCENE + COMPARED)
    assert first["words"].keys() == second["words"].keys()  # the axes' labels
    ((left, right),), ((middle, end),) = first["bars"], second["bars"]
    assert end == right
    assert middle == pytest.approx((left + right) / 2, abs=1)  # 1.5, of 1 to 2


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
    source = "pose_explorer/numbers.js"
    story = "return module.squaredError([1, 0, 0.5, 1], [0, 0.5, 0.5, 0]);"
    assert alone(browser, source, "", story) == 1 + 0.25 + 1
