"""Figures on a page that has nothing else: drawn once, changed in place, read without a pointer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Browser

from capsnet import figures
from capsnet.figures import style
from dashboard.components.figure import kit, text_of
from tests.e2e.alone import alone
from tests.figures.routed import diverged, routed

pytestmark = pytest.mark.e2e

BEGIN = """
    parentElement.style.cssText = "width: 900px; --st-text-color: #14181f; " +
        "--st-background-color: #ffffff; --st-primary-color: #1a56c4; --st-border-color: #c3ccd9";
    const kit = KIT, all = FIGURES, sent = [];
    const show = (texts) => module.default({
        parentElement, data: { ...kit, figures: texts, selects: true },
        setTriggerValue: (name, point) => sent.push([name, point]),
    });
    const rest = (ms = 150) => new Promise((r) => setTimeout(r, ms));
    const until = async (met) => { for (let k = 0; k < 400 && !met(); k++) await rest(25); };
    const paper = () => parentElement.querySelector(".js-plotly-plot");
    const leave = show(all.slice(0, 1));
    await until(() => paper()?.querySelector(".modebar"));
    await rest();
    const at = (across, down) => {
        const box = paper().querySelector(".nsewdrag").getBoundingClientRect();
        return {
            clientX: box.left + across * box.width, clientY: box.top + down * box.height,
            bubbles: true, button: 0, buttons: 1, view: window,
        };
    };
    const mouse = (kind, place, on = document) => on.dispatchEvent(new MouseEvent(kind, place));
"""


def story(browser: Browser, drawn: Sequence[go.Figure], told: str) -> Any:
    begin = BEGIN.replace("KIT", json.dumps(kit()))
    begin = begin.replace("FIGURES", json.dumps([text_of(each) for each in drawn]))
    return alone(browser, "figure/figure.js", "<div class='figures-grid'></div>", begin + told)


def test_a_figure_is_found_by_its_name_and_says_what_it_shows(browser: Browser) -> None:
    drawn = figures.lengths(routed())
    found = story(
        browser,
        [drawn],
        """
        const place = parentElement.querySelector("[data-testid=figure-lengths]");
        return {
            alt: place.getAttribute("aria-label"),
            lines: paper().querySelectorAll(".scatterlayer .trace").length,
            buttons: [...paper().querySelectorAll(".modebar-btn")].map((b) => b.dataset.title),
        };
        """,
    )
    assert found["alt"].startswith(drawn.layout.meta["alt"])
    assert found["lines"] == 12
    assert {"Save as SVG", "Save as PNG"} <= set(found["buttons"])
    assert not [title for title in found["buttons"] if "Share" in title]


def test_a_zoom_stays_while_data_change_and_two_hundred_changes_leave_one_drawing(
    browser: Browser,
) -> None:
    moments = [
        go.Figure(
            data=[{"type": "scatter", "x": [0, 1, 2], "y": [k, 1, 2]}],
            layout={
                "meta": {"name": "a", "alt": f"{k}"},
                "uirevision": "a",
                "title": {"text": "a"},
                "xaxis": {"range": [0, 2]},
            },
        )
        for k in (0, 1)
    ]
    found = story(
        browser,
        moments,
        """
        const node = paper();
        mouse("mousedown", at(0.2, 0.2), node.querySelector(".nsewdrag"));
        mouse("mousemove", at(0.6, 0.6));
        mouse("mouseup", at(0.6, 0.6));
        await rest(400);
        const zoomed = [...node.layout.xaxis.range];
        const nodes = () => document.querySelectorAll("*").length;
        for (let k = 0; k < 20; k++) { show([all[k % 2]]); await rest(); }
        const few = nodes();
        for (let k = 0; k < 180; k++) { show([all[k % 2]]); await rest(16); }
        await rest(500);
        return {
            zoomed, after: [...node.layout.xaxis.range], isSame: node === paper(),
            drawings: parentElement.querySelectorAll(".js-plotly-plot").length,
            shown: parentElement.querySelector(".figure").getAttribute("aria-label"),
            more: nodes() - few,
        };
        """,
    )
    assert found["zoomed"] != [0, 2]
    assert found["after"] == found["zoomed"]
    assert found["isSame"]
    assert found["drawings"] == 1
    assert found["shown"].startswith("1")  # the last change came through
    assert abs(found["more"]) < 5


def test_values_are_read_with_the_arrow_keys_row_by_row(browser: Browser) -> None:
    found = story(
        browser,
        [figures.confusion([[7, 1], [2, 9]], ["cat", "dog"])],
        """
        const place = parentElement.querySelector(".figure");
        place.focus();
        const said = [];
        for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"]) {
            place.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            said.push(place.querySelector(".figure-told").textContent);
        }
        await until(() => paper().querySelector(".hovertext"));
        return { said, hovers: paper().querySelectorAll(".hovertext").length };
        """,
    )
    cells = [words.split(": ")[:2] for words in found["said"]]
    assert cells == [["cat", "cat"], ["dog", "cat"], ["dog", "dog"], ["cat", "dog"]]
    assert found["hovers"] == 1


def test_a_click_tells_the_page_what_it_met(browser: Browser) -> None:
    sent = story(
        browser,
        [figures.confusion([[7, 1], [2, 9]], ["cat", "dog"])],
        """
        const pad = paper().querySelector(".nsewdrag");
        mouse("mousemove", at(0.75, 0.25), pad);
        await rest();
        mouse("mousedown", at(0.75, 0.25), pad);
        mouse("mouseup", at(0.75, 0.25));
        await until(() => sent.length);
        return sent;
        """,
    )
    [[name, point]] = sent
    assert (name, point["name"], point["x"], point["y"]) == ("selected", "confusion", "dog", "cat")


def test_a_step_shows_what_plotly_draws_of_that_round_also_zoomed(browser: Browser) -> None:
    """Values are changed where they are drawn; what Plotly keeps of them must be in step."""
    kinds = (figures.lengths, figures.coupling, figures.entropy, figures.logit_changes)
    found = story(
        browser,
        [draw(routed()) for draw in kinds],
        """
        const { Figure } = await import("/app/static/figures.js");
        const numbers = (words) => (words ?? "").match(/-?[\\d.]+/g)?.map(Number) ?? [];
        const shapes = async (place) => {
            await rest(300);
            const layer = place.querySelector(".cartesianlayer");
            const image = layer.querySelector("image");
            if (image) {
                const told = await fetch(image.href.baseVal);
                const picture = await createImageBitmap(await told.blob());
                const context = document.createElement("canvas").getContext("2d");
                context.drawImage(picture, 0, 0, 3, 10);
                return [[...context.getImageData(0, 0, 3, 10).data]];
            }
            return [...layer.querySelectorAll(".js-line, .point, .point path")].map((part) =>
                [...numbers(part.getAttribute("d")), ...numbers(part.getAttribute("transform"))]);
        };
        const found = [];
        for (const text of all) {
            const place = document.body.appendChild(document.createElement("div"));
            place.style.cssText = parentElement.style.cssText;
            const figure = new Figure(place, kit, { isStepped: true });
            await figure.show(text);
            const first = await shapes(place);
            figure.go(2);
            await rest();
            figure.go(1);
            const moved = await shapes(place);
            await figure.draw();
            const drawn = await shapes(place);
            const zoom = { "xaxis.range[0]": 0.5, "xaxis.range[1]": 1.5 };
            await figure.library.relayout(figure.paper, zoom);
            figure.go(2);
            const zoomed = await shapes(place);
            await figure.library.redraw(figure.paper);
            found.push([first, moved, drawn, zoomed, await shapes(place)]);
            figure.leave();
        }
        return found;
        """,
    )
    assert len(found) == len(kinds)
    for first, moved, drawn, zoomed, redrawn in found:
        assert moved != first
        assert zoomed != moved
        for one, other in zip([*moved, *zoomed], [*drawn, *redrawn], strict=True):
            assert one == pytest.approx(other, abs=2)


def test_the_theme_is_the_pages_and_follows_it(browser: Browser) -> None:
    found = story(
        browser,
        [figures.lengths(routed())],
        """
        const paint = () => paper().querySelector(".main-svg").style.background;
        const line = () => paper().querySelector(".scatterlayer .js-line").style.stroke;
        const light = [paint(), line()];
        parentElement.style.setProperty("--st-background-color", "#000010");
        show(all.slice(0, 1));
        await until(() => paint() !== light[0]);
        return [light, [paint(), line()]];
        """,
    )
    assert found == [
        ["rgb(255, 255, 255)", rgb(style.SERIES[0])],
        ["rgb(0, 0, 16)", rgb(style.DARK[style.SERIES[0]])],
    ]


def test_what_has_left_the_page_is_purged(browser: Browser) -> None:
    found = story(
        browser,
        [figures.lengths(routed())],
        """
        const node = paper();
        const before = "data" in node;
        parentElement.remove();
        leave();
        return [before, "data" in node];
        """,
    )
    assert found == [True, False]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "draw", [figures.lengths, figures.coupling, figures.entropy, figures.flow, figures.votes]
)
def test_figures_of_a_diverged_network_are_drawn_all_the_same(browser: Browser, draw) -> None:
    found = story(
        browser,
        [draw(diverged())],
        "return paper().querySelectorAll('.trace, .sankey, .hm, .point').length",
    )
    assert found > 0


def rgb(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def luminance(colour: str) -> float:
    """As WCAG defines it, of "#rrggbb"."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_line_stands_out_from_its_paper_and_from_the_others(scheme: str) -> None:
    of = style.DARK if scheme == "dark" else {colour: colour for colour in style.DARK}
    colours = [of[colour] for colour in style.SERIES]
    for colour in colours:
        darker, lighter = sorted((luminance(colour), luminance(of[style.PAPER])))
        assert (lighter + 0.05) / (darker + 0.05) >= 3, colour
    for one, other in combinations(colours, 2):
        apart = [abs(int(one[k : k + 2], 16) - int(other[k : k + 2], 16)) for k in (1, 3, 5)]
        assert max(apart) >= 70, (one, other)


def test_numbers_travel_as_text_that_holds_no_nan() -> None:
    drawn = go.Figure(
        data=[{"type": "scatter", "x": [np.float32(1), np.nan], "y": np.array([np.inf, 2.0])}]
    )
    json.loads(text_of(drawn), parse_constant=pytest.fail)
