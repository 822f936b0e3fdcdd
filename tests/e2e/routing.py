"""What the tests of the Routing page share: controls, numbers, a routing of their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Locator, Page, expect

PICTURES = "section[data-view={}] :is(canvas, [data-testid^=figure-])"
"""Of a view, by its name: canvases or figures."""

DRAWN = """shown => shown.tagName === "CANVAS"
    ? shown.toDataURL() : shown.querySelector(".main-svg").outerHTML"""


def picture(page: Page, view: str) -> str:
    """All pixels of a view, once it rests."""
    page.wait_for_timeout(700)
    return page.locator(PICTURES.format(view)).first.evaluate(DRAWN)


HOVER = """canvas => {
    const box = canvas.getBoundingClientRect();
    const tip = canvas.getRootNode().querySelector(".tip");
    const said = new Set();
    for (let x = 2; x < box.width; x += 6) {
        for (let y = 2; y < box.height; y += 6) {
            canvas.dispatchEvent(new PointerEvent("pointermove", {
                bubbles: true, composed: true, clientX: box.left + x, clientY: box.top + y,
            }));
            if (!tip.hidden) said.add(tip.textContent);
        }
    }
    return [...said];
}"""


RECORD = """shown => {
    shown.texts = [shown.textContent];
    const read = () => shown.texts.push(shown.textContent);
    new MutationObserver(read).observe(shown, { childList: true, subtree: true });
}"""


def record(shown: Locator) -> Callable[[], list[str]]:
    """All that is written in one place from now on, however short it stands there."""
    shown.evaluate(RECORD)
    return lambda: shown.evaluate("shown => shown.texts")


def told(page: Page, view: str) -> list[str]:
    """All that a picture says to a pointer that goes over it."""
    return page.locator(PICTURES.format(view)).first.evaluate(HOVER)


def read_out(page: Page, figure: str, keys: int) -> list[str]:
    """What a figure says to the right arrow key, pressed so many times."""
    place = page.get_by_test_id(f"figure-{figure}").first
    place.scroll_into_view_if_needed()
    expect(place.locator(".main-svg").first).to_be_visible()
    place.focus()
    said = []
    for _ in range(keys):
        page.keyboard.press("ArrowRight")
        said.append(place.locator(".figure-told").inner_text())
    return said


def choose_rounds(page: Page, rounds: int) -> None:
    group = page.get_by_role("radiogroup", name="How many routing rounds")
    group.get_by_text(str(rounds), exact=True).click()
    expect(page.locator(".rounds")).to_have_text(str(rounds))


def length_of_chosen(page: Page, row: int) -> float:
    """A length in the table of two routings, of the digit capsule in colour."""
    return numbers(page.get_by_test_id("lengths-table").locator("tbody tr").nth(row), "chosen")[0]


def numbers(where: Locator, kind: str = "") -> list[float]:
    """The numbers behind those that are shown rounded, all or of one class."""
    cells = where.locator(f"{'.' if kind else ''}{kind}[data-value]")
    return cells.evaluate_all("cells => cells.map((cell) => Number(cell.dataset.value))")


def click_cell(page: Page, map_index: int, digit: int = 0) -> None:
    """Click on a cell of coupling by map, of the paper's 32 maps and ten digits."""
    figure = page.get_by_test_id("figure-coupling").first
    figure.scroll_into_view_if_needed()  # out of sight it is not drawn
    cells = figure.locator(".nsewdrag")
    cells.scroll_into_view_if_needed()
    box = cells.bounding_box()
    assert box is not None
    x, y = box["width"] * (map_index + 0.5) / 32, box["height"] * (digit + 0.5) / 10
    cells.hover(position={"x": x, "y": y})
    page.wait_for_timeout(150)  # Plotly looks at what is under the pointer that often
    cells.click(position={"x": x, "y": y})


def open_map(page: Page, map_index: int) -> None:
    """Click on a map's column in the view of maps, in the row of digit 0."""
    click_cell(page, map_index)
    expect(page.get_by_test_id("capsule-map")).to_have_value(str(map_index))


def opened(page: Page) -> int:
    """The capsule under the glass, by its place along I."""
    parts = ("row", "column", "map")
    row, column, m = (int(page.get_by_test_id(f"capsule-{name}").input_value()) for name in parts)
    return (row * 6 + column) * 32 + m


def drag_over_places(page: Page, first: int, last: int) -> None:
    """Paint from one place of the board to another."""
    board = page.get_by_test_id("board")
    board.evaluate("board => board.scrollIntoView({ block: 'center' })")  # under no bar
    for cell, press in ((first, page.mouse.down), (last, page.mouse.up)):
        box = page.get_by_test_id(f"silent-place-{cell}").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
        press()


def rerouted(votes: np.ndarray, rounds: int) -> np.ndarray:
    """The lengths after the last round, (J,), routed here in NumPy."""
    logits = np.zeros(votes.shape[:2])
    for _ in range(rounds):
        shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        s = np.einsum("ij,ijd->jd", shares, votes)
        norm = np.linalg.norm(s, axis=-1, keepdims=True)
        v = s * norm / (1 + norm**2)
        logits = logits + np.einsum("ijd,jd->ij", votes, v)
    return np.linalg.norm(v, axis=-1)
