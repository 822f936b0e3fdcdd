"""What figures cost that change in place: `python -m tests.bench.figures STEPS CHANGES`.

A page that has nothing but them, of the shipped network's first digit, ten rounds. A step is timed
from the call until nothing is left to do before the next paint; beside it the same by
`Plotly.animate`, in turns.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from playwright.sync_api import CDPSession, Page

import capsnet
from capsnet import figures
from capsnet.config import MAX_ROUNDS
from dashboard.components.figure import kit, text_of
from dashboard.state.visitor import FIRST_DIGIT
from tests.browser import chromium
from tests.e2e.alone import blank

MOMENTS = 40
"""Different data of the curves that change."""

OPEN = """async ({ kit }) => {
    const { Figure } = await import("/app/static/figures.js");
    document.body.style.cssText = "--st-text-color: #14181f; --st-background-color: #ffffff";
    globalThis.open = async (text, isStepped) => {
        const place = document.body.appendChild(document.createElement("div"));
        place.style.width = "620px";
        const figure = new Figure(place, kit, { isStepped });
        await figure.show(text);
        return figure;
    };
    globalThis.rest = (ms) => new Promise((done) => setTimeout(done, ms));
    globalThis.painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""

STEP = """async ({ text, steps }) => {
    const figure = await open(text, true);
    const { library, paper } = figure;
    const animate = async (k) => {
        const { data, traces } = figure.coloured[k];
        const redraw = traces.some((n) => !["scatter", "bar"].includes(paper.data[n].type));
        const frame = { duration: 0, redraw };
        await library.animate(paper, { data, traces },
            { mode: "immediate", transition: { duration: 0 }, frame });
    };
    const took = { here: [], animated: [] };
    for (let k = 0; k < steps; k++) {
        for (const [name, act] of [["here", (r) => figure.go(r)], ["animated", animate]]) {
            await rest(30);
            await painted();
            const start = performance.now();
            await act(k % 10);
            if (name === "animated") figure.frame = null;
            paper.getBoundingClientRect();
            await painted();
            took[name].push(performance.now() - start);
        }
    }
    figure.leave();
    figure.place.remove();
    return took;
}"""

CHANGE = """async ({ moments, changes }) => {
    globalThis.curves ??= await Promise.all(moments[0].map((text) => open(text, false)));
    for (let k = 0; k < changes; k++) {
        await Promise.all(curves.map((figure, n) => figure.show(moments[k % moments.length][n])));
    }
}"""

LEAVE = """async ({ moments, changes }) => {
    for (let k = 0; k < changes; k++) {
        const figure = await open(moments[k % moments.length][0], false);
        figure.leave();
        figure.place.remove();
    }
}"""


def measure(steps: int, changes: int) -> dict[str, Any]:
    """Step each figure, change the curves of a run, and take figures off the page.

    Args:
        steps: of each figure, in both ways.
        changes: of the data of four curves; an hour of a run that is watched has 1,200.

    Returns:
        `steps`: milliseconds to the next paint by figure, `here` and `animated`. `memory`: bytes
        of JavaScript's heap and nodes, after a third of the changes, after all, and after as many
        figures as a third have come and gone.
    """
    with chromium() as browser, browser.new_context() as context:
        page = blank(context.new_page())
        page.set_default_timeout(0)
        page.evaluate(OPEN, {"kit": kit()})
        stepped = {
            name: page.evaluate(STEP, {"text": text_of(drawn), "steps": steps})
            for name, drawn in of_a_trace().items()
        }
        session = context.new_cdp_session(page)
        few = max(10, changes // 3)  # by then what is compiled and kept once is there
        given = {"moments": [[text_of(each) for each in moment] for moment in curves()]}
        memory = {}
        for when, story, count in (
            ("early", CHANGE, few),
            ("late", CHANGE, changes - few),
            ("gone", LEAVE, few),
        ):
            page.evaluate(story, {**given, "changes": count})
            memory[when] = held(page, session)
    return {"steps": stepped, "memory": memory, "changes": changes}


def of_a_trace() -> dict[str, Any]:
    """The figures that follow the rounds on the Routing page."""
    image = capsnet.bundled_digits()[FIRST_DIGIT : FIRST_DIGIT + 1]
    trace = capsnet.load().trace(image, rounds=MAX_ROUNDS)
    drawn = {
        "lengths": figures.lengths(trace),
        "coupling": figures.coupling(trace),
        "entropy": figures.entropy(trace),
        "logit-changes": figures.logit_changes(trace),
    }
    for each in drawn.values():
        each.layout.sliders = each.layout.updatemenus = ()
    return drawn


def curves() -> list[list[Any]]:
    """The curves of a run that goes on, at several moments."""
    fields = ("loss", "margin_loss", "accuracy", "reconstruction_error", "learning_rate")
    line = [
        {"epoch": k / 10, **dict.fromkeys(fields, 1 / (k + 1))} for k in range(1, 10 * MOMENTS + 1)
    ]
    return [
        list(figures.learning_curves(line[: 10 * m], [], 0.01, MOMENTS, True).values())
        for m in range(1, MOMENTS + 1)
    ]


def held(page: Page, session: CDPSession) -> dict[str, int]:
    """Bytes and nodes that are in use once the garbage has been collected."""
    page.wait_for_timeout(500)
    session.send("HeapProfiler.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    return {"bytes": round(heap), "nodes": session.send("Memory.getDOMCounters")["nodes"]}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
