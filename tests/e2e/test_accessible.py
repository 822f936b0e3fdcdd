"""No page has what axe-core calls serious: for screen readers, keyboards and weak eyes."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

AXE = Path(__file__).parent / "axe" / "axe.min.js"

PAGES = {
    "": "start",
    "lesson": "lesson",
    "draw?lesson=2": "a stop that waits for a guess",
    "routing?digit=2909&lesson=5&guess=1": "a stop that was answered",
    "routing": "routing",
    "pose": "pose",
    "layers": "layers",
    "transform": "transform",
    "two_digits": "two digits",
    "doubts": "doubts",
    "attack": "attack",
    "compare": "compare",
    "training?dataset=bundled": "training",
}

RULES = {"light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "dark": ["color-contrast"]}
"""What is looked for in each scheme: the dark one has other colours, and is the same beside."""

SCHEME = """scheme => getComputedStyle(document.querySelector("[data-testid=stApp]"))
    .colorScheme.includes(scheme)"""

LOOK = """async (runOnly) => {
    const found = await axe.run(document, { runOnly, resultTypes: ["violations"] });
    return found.violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map(({ html, target, any }) =>
            `${id}: ${target.flat().join(" ")}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`));
}"""

TALL = 1366, 6000
"""A screen on which all of a page is in sight: axe says nothing of what must be scrolled to."""

STREAMLITS = (
    'data-testid="stPopoverButton"',
    "stNumberInputStep",
)
"""Of what Streamlit (1.67) itself makes, nothing here can change these."""


@pytest.mark.parametrize("path", PAGES, ids=PAGES.values())
def test_axe_finds_nothing_serious(visit, path):
    page = visit(path, size=TALL)
    page.add_script_tag(path=AXE)
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(SCHEME, arg=scheme)
        found = page.evaluate(LOOK, rules)
        assert not [one for one in found if not any(part in one for part in STREAMLITS)], scheme
