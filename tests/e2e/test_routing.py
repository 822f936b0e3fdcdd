"""The routing page in a real browser: stepping, playing, looking into a capsule, disturbing it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from capsnet.data import load_bundled
from dashboard.state.visitor import FIRST_DIGIT

if TYPE_CHECKING:
    from capsnet.model import CapsNet
    from capsnet.trace import CapsNetTrace

pytestmark = pytest.mark.e2e
expect.set_options(timeout=120_000)  # a busy machine

PICTURES = "section[data-view={}] canvas"


@pytest.fixture
def routing(visit: Callable[..., Page]) -> Page:
    page = visit("routing")
    expect(page.get_by_test_id("round")).to_have_text("1")
    return page


def picture(page: Page, view: str) -> str:
    """All pixels of a view, once it rests."""
    page.wait_for_timeout(700)
    return page.locator(PICTURES.format(view)).first.evaluate("canvas => canvas.toDataURL()")


def choose_rounds(page: Page, rounds: int) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(str(rounds), exact=True).click()
    expect(page.locator(".rounds")).to_have_text(str(rounds))


def length_of_chosen(page: Page, row: int) -> float:
    """A length in the table of two routings, of the digit capsule in colour."""
    return numbers(page.get_by_test_id("lengths-table").locator("tbody tr").nth(row), "chosen")[0]


def numbers(where: Locator, kind: str = "") -> list[float]:
    """The numbers behind those that are shown rounded, all or of one class."""
    cells = where.locator(f"{'.' if kind else ''}{kind}[data-value]")
    return cells.evaluate_all("cells => cells.map((cell) => Number(cell.dataset.value))")


def open_map(page: Page, map_index: int) -> None:
    """Click on a map's column in the view of maps, in the row of digit 0."""
    canvas = page.locator(PICTURES.format("maps")).first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": 38 + (box["width"] - 42) * (map_index + 0.5) / 32, "y": 20})
    expect(page.get_by_test_id("capsule-map")).to_have_value(str(map_index))


def opened(page: Page) -> int:
    """The capsule under the glass, by its place along I."""
    parts = ("row", "column", "map")
    row, column, m = (int(page.get_by_test_id(f"capsule-{name}").input_value()) for name in parts)
    return (row * 6 + column) * 32 + m


def drag_over_places(page: Page, first: int, last: int) -> None:
    """Paint from one place of the board to another."""
    page.get_by_test_id("board").scroll_into_view_if_needed()
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


@pytest.fixture(scope="module")
def traced(shipped: CapsNet) -> CapsNetTrace:
    """The digit that the page opens with, traced in this process."""
    return shipped.trace(load_bundled()[FIRST_DIGIT : FIRST_DIGIT + 1].pixels())


def test_play_runs_to_the_last_round_and_the_views_follow(routing: Page) -> None:
    before = {view: picture(routing, view) for view in ("lengths", "flow")}
    routing.get_by_test_id("round-play").click()
    expect(routing.get_by_test_id("round")).to_have_text("2")
    expect(routing.get_by_test_id("round")).to_have_text("3")
    for view, pixels in before.items():
        assert picture(routing, view) != pixels
    expect(routing.get_by_test_id("round-play")).to_have_attribute("aria-label", "Play")


def test_play_can_be_paused(routing: Page) -> None:
    choose_rounds(routing, 10)
    routing.get_by_test_id("round-play").click()
    routing.get_by_test_id("round-play").click()
    rested = routing.get_by_test_id("round").inner_text()
    routing.wait_for_timeout(2000)
    expect(routing.get_by_test_id("round")).to_have_text(rested)


def test_stepping_by_button_key_and_slider_asks_the_server_nothing(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    frames: list[str] = []
    sockets: list[WebSocket] = []

    def listen(socket: WebSocket) -> None:
        sockets.append(socket)
        socket.on("framesent", lambda _: frames.append("sent"))
        socket.on("framereceived", lambda _: frames.append("received"))

    page.on("websocket", listen)
    page.reload()
    page.get_by_test_id("stSidebarNavLink").get_by_text("Routing").click()
    expect(page.get_by_test_id("round")).to_have_text("1")
    page.wait_for_timeout(2000)
    assert sockets
    frames.clear()
    page.get_by_test_id("round-next").click()
    expect(page.get_by_test_id("round")).to_have_text("2")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("round")).to_have_text("3")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("round")).to_have_text("1")
    page.get_by_test_id("round-scrub").fill("3")
    expect(page.get_by_test_id("round")).to_have_text("3")
    page.get_by_test_id("round-prev").click()
    expect(page.get_by_test_id("round")).to_have_text("2")
    page.wait_for_timeout(500)
    assert frames == []


def test_a_clicked_cells_numbers_are_the_traces(routing: Page, traced: CapsNetTrace) -> None:
    routing.get_by_test_id("round-next").click()
    open_map(routing, 20)
    i, r = opened(routing), 1
    assert i % 32 == 20
    rows = routing.get_by_test_id("capsule-rows").locator("tr[data-digit]")
    shown = np.array([numbers(row) for row in rows.all()])
    logits, agreement = traced.logits[r, 0, i], traced.agreement[r, 0, i]
    arithmetic = (logits, np.exp(logits), traced.coupling[r, 0, i], agreement, logits + agreement)
    np.testing.assert_allclose(shown, np.stack(arithmetic, axis=1), rtol=0, atol=1e-6)
    primary = traced.primary_capsules[0].reshape(-1, 8)[i]
    output = numbers(routing.get_by_test_id("capsule").locator(".output"))
    np.testing.assert_allclose(output, primary, rtol=0, atol=1e-6)

    routing.get_by_text("The dot product, number by number").click()
    product = routing.get_by_test_id("capsule-product").locator("tr")
    expect(product).to_have_count(3)
    vote, capsule = traced.prediction_vectors[0, i, 0], traced.digit_capsules[r, 0, 0]
    np.testing.assert_allclose(
        [numbers(row) for row in product.all()], [vote, capsule, vote * capsule], rtol=0, atol=1e-6
    )


def test_what_is_shown_of_a_row_can_be_recalculated(routing: Page) -> None:
    routing.get_by_test_id("round-next").click()
    open_map(routing, 4)
    rows = routing.get_by_test_id("capsule-rows").locator("tr[data-digit]")
    table = [
        [float(cell.replace("−", "-")) for cell in row.split("\t")]
        for row in rows.all_inner_texts()
    ]
    assert [row[0] for row in table] == list(range(10))
    total = sum(row[2] for row in table)
    for _, _logit, exponential, share, _agreement, _following in table:
        assert share == pytest.approx(exponential / total, abs=2e-6)
    for _, logit, _, _, agreement, following in table:
        assert following == pytest.approx(logit + agreement, abs=2e-6)


def test_a_view_leads_to_the_capsule_only_after_one_was_picked_in_it(routing: Page) -> None:
    ways = routing.locator("button.open").filter(visible=True)
    expect(ways).to_have_count(0)
    open_map(routing, 20)
    expect(ways).to_have_count(1)
    expect(ways).to_contain_text("map 20")
    ways.click()
    expect(routing.get_by_test_id("capsule-rows")).to_be_in_viewport()


def test_the_lengths_are_the_traces_in_every_round(routing: Page, traced: CapsNetTrace) -> None:
    for r in range(3):
        expect(routing.get_by_test_id("round")).to_have_text(str(r + 1))
        lengths = numbers(routing.get_by_test_id("lengths-table"))
        np.testing.assert_allclose(lengths, traced.lengths[r, 0], rtol=0, atol=1e-6)
        routing.keyboard.press("ArrowRight")


def test_another_capsule_by_number(routing: Page) -> None:
    routing.get_by_test_id("capsule-row").fill("2")
    routing.get_by_test_id("capsule-column").fill("3")
    routing.get_by_test_id("capsule-map").fill("11")
    routing.get_by_test_id("capsule-map").press("Enter")
    field = routing.get_by_test_id("capsule").locator("canvas.field")
    expect(field).to_have_attribute(
        "aria-label",
        "The digit with this capsule's 17 by 17 receptive field: rows 4 to 20, columns 6 to 22",
    )


def test_silencing_a_map_shows_it_at_the_button_and_can_be_undone_there(routing: Page) -> None:
    button = routing.get_by_test_id("silence-map")
    outcome = routing.get_by_test_id("capsule-outcome")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("SILENT")
    expect(outcome).to_contain_text("Silent: 36 of 1152 capsules")
    expect(routing.get_by_test_id("lengths-table")).to_contain_text("36 silenced")
    expect(routing.get_by_test_id("verdict")).to_contain_text("36 silenced")
    assert length_of_chosen(routing, 0) != length_of_chosen(routing, 1)
    outcome.get_by_role("button", name="Undo").click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(routing.get_by_test_id("lengths-table")).not_to_contain_text("silenced")
    expect(routing.get_by_test_id("verdict")).not_to_contain_text("silenced")


def test_a_dragged_region_falls_silent_and_the_network_answers_again(
    routing: Page, traced: CapsNetTrace
) -> None:
    for _ in range(2):
        routing.keyboard.press("ArrowRight")
    drag_over_places(routing, 31, 34)  # the last row of places but its ends
    table = routing.get_by_test_id("whatif-table")
    expect(table).to_contain_text("128 silenced")
    for cell in range(36):
        pressed = str(31 <= cell <= 34).lower()
        place = routing.get_by_test_id(f"silent-place-{cell}")
        expect(place).to_have_attribute("aria-pressed", pressed)
    expect(routing.get_by_test_id("outcome")).to_contain_text("4 of 36 places")
    before, after, change = (numbers(row) for row in table.locator("tbody tr").all())
    np.testing.assert_allclose(before, traced.lengths[-1, 0], rtol=0, atol=1e-6)
    votes = np.delete(traced.prediction_vectors[0].astype(float), range(31 * 32, 35 * 32), axis=0)
    np.testing.assert_allclose(after, rerouted(votes, 3), rtol=0, atol=1e-5)
    np.testing.assert_allclose(change, np.subtract(after, before), atol=1e-6)
    routing.get_by_test_id("speak").click()
    expect(table).not_to_contain_text("silenced")


def test_the_glass_shows_a_silent_capsule_as_silent(routing: Page) -> None:
    routing.get_by_test_id("round-next").click()
    routing.get_by_test_id("silence-capsule").click()
    expect(routing.get_by_test_id("capsule-silent")).to_be_visible()
    rows = routing.get_by_test_id("capsule-rows").locator("tr[data-digit]")
    shown = np.array([numbers(row) for row in rows.all()])
    np.testing.assert_allclose(shown, np.tile([0, 1, 0.1, 0, 0], (10, 1)), atol=1e-7)
    routing.get_by_test_id("silence-capsule").click()
    expect(routing.get_by_test_id("capsule-silent")).to_be_hidden()


def test_a_place_can_be_silenced_with_the_keyboard(routing: Page) -> None:
    place = routing.get_by_test_id("silent-place-7")
    place.focus()
    routing.keyboard.press("Space")
    expect(place).to_have_attribute("aria-pressed", "true")
    expect(routing.get_by_test_id("outcome")).to_contain_text("Silent: 32 of 1152")
    expect(routing.get_by_test_id("round")).to_have_text("1")


def test_the_wrong_axis_is_marked_wrong_and_collapses_the_lengths(routing: Page) -> None:
    switch = routing.get_by_role("switch", name="softmax over the wrong axis")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(routing.get_by_test_id("lengths-table")).to_contain_text("WRONG")
    expect(routing.get_by_test_id("verdict")).to_contain_text("WRONG")
    expect(routing.locator("figure.wrong")).to_have_count(6)
    assert length_of_chosen(routing, 1) < 0.05 < length_of_chosen(routing, 0)
    routing.get_by_test_id("compare-close").click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(routing.get_by_test_id("verdict")).not_to_contain_text("WRONG")


def test_ten_rounds_are_one_click_away_and_sharpen_the_shares(routing: Page) -> None:
    shares = routing.locator(".hint-words")
    before = float(shares.inner_text().split("to ")[1].rstrip("."))
    routing.get_by_test_id("play-ten").click()
    expect(routing.locator(".rounds")).to_have_text("10")
    expect(routing.get_by_test_id("round")).to_have_text("4")  # it plays
    after = float(shares.inner_text().split("to ")[1].rstrip("."))
    assert after > 2 * before


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (390, 844)])
def test_the_page_opens_at_its_top(visit: Callable[..., Page], size: tuple[int, int]) -> None:
    page = visit("", viewport=dict(zip(("width", "height"), size, strict=True)))
    page.get_by_test_id("stMain").get_by_role("link", name="Routing").first.click()
    expect(page.locator(".routing[data-shown]")).to_be_attached()
    page.wait_for_timeout(500)  # figures below the screen get their heights
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0


def test_a_wrong_routing_is_looked_at_where_it_differs(routing: Page) -> None:
    routing.locator("[data-mistake=uniform]").click()
    expect(routing.get_by_test_id("round")).to_have_text("3")
    expect(routing.get_by_test_id("verdict")).to_contain_text("WRONG")


def test_a_link_with_its_rounds(routing: Page, visit: Callable[..., Page]) -> None:
    choose_rounds(routing, 10)
    routing.wait_for_url("**rounds=10*")
    other = visit("routing" + routing.url.partition("routing")[2])
    expect(other.locator(".rounds")).to_have_text("10")
    other.reload()
    expect(other.locator(".rounds")).to_have_text("10")


def test_seven_rounds_then_another_digit(routing: Page) -> None:
    choose_rounds(routing, 7)
    for _ in range(6):
        routing.keyboard.press("ArrowRight")
    expect(routing.get_by_test_id("round")).to_have_text("7")
    before = picture(routing, "lengths")
    chosen = routing.locator(".chooser [aria-checked=true]")
    expect(chosen).to_have_text("7")
    number = routing.get_by_role("spinbutton", name="Number")
    number.fill("0")
    number.press("Enter")
    expect(chosen).not_to_have_text("7")
    assert picture(routing, "lengths") != before


def test_a_pinned_digit_stays_beside_the_next_one(routing: Page) -> None:
    routing.get_by_test_id("pin").click()
    expect(routing.get_by_test_id("verdict")).to_contain_text("pinned digit, a 7")
    number = routing.get_by_role("spinbutton", name="Number")
    number.fill("0")
    number.press("Enter")
    expect(routing.get_by_test_id("lengths-table")).to_contain_text("pinned digit, a 7")
    expect(routing.locator(PICTURES.format("maps"))).to_have_count(2)


def test_a_phone_shows_a_column_that_never_scrolls_sideways(visit: Callable[..., Page]) -> None:
    page = visit("routing", phone=True)
    expect(page.get_by_test_id("round")).to_have_text("1")
    page.get_by_test_id("round-next").tap()
    expect(page.get_by_test_id("round")).to_have_text("2")
    page.get_by_test_id("silent-place-0").tap()
    expect(page.get_by_test_id("outcome")).to_contain_text("Silent: 32 of 1152")
    expect(page.locator(PICTURES.format("maps"))).to_have_count(2)
    wide = page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
    assert wide <= 1


def test_every_scale_has_its_ends_and_equal_shares_named(routing: Page) -> None:
    legends = routing.locator(".legend")
    expect(legends).to_have_count(4)
    for words in legends.all_inner_texts():
        low, high, equal = (float(number) for number in re.findall(r"\d\.\d+", words))
        assert low < equal == 0.1 < high
        assert "equal shares" in words


def test_every_picture_has_words_for_those_who_cannot_see_it(routing: Page) -> None:
    pictures = routing.locator(".routing canvas")
    assert pictures.count() == 9  # six views, the capsule's two, the places
    for k in range(pictures.count()):
        pictures.nth(k).scroll_into_view_if_needed()
        routing.wait_for_timeout(100)
        words = pictures.nth(k).get_attribute("aria-label")
        assert pictures.nth(k).get_attribute("role") == "img"
        assert words is not None and len(words) > 30
