"""The routing page in a real browser: stepping, playing, looking into a capsule, disturbing it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocket, expect

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
    cells = page.get_by_test_id("lengths-table").locator("tbody tr").nth(row).locator("td.chosen")
    return float(cells.inner_text())


def test_play_runs_to_the_last_round_and_the_views_follow(routing: Page) -> None:
    before = {view: picture(routing, view) for view in ("lengths", "flow")}
    routing.get_by_test_id("round-play").click()
    expect(routing.get_by_test_id("round")).to_have_text("2")
    expect(routing.get_by_test_id("round")).to_have_text("3")
    for view, pixels in before.items():
        assert picture(routing, view) != pixels
    expect(routing.get_by_test_id("round-play")).to_have_attribute("aria-label", "Play")


def test_play_can_be_paused(routing: Page) -> None:
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


def test_a_click_on_a_cell_opens_its_capsule_and_the_row_can_be_recalculated(
    routing: Page,
) -> None:
    routing.get_by_test_id("round-next").click()
    canvas = routing.locator(PICTURES.format("maps"))
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": 34 + (box["width"] - 38) * 20.5 / 32, "y": 20})  # map 20, digit 0
    expect(routing.get_by_test_id("capsule-map")).to_have_value("20")
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


def test_silencing_a_map_shows_the_lengths_before_and_after(routing: Page) -> None:
    routing.get_by_test_id("silence-map").click()
    table = routing.get_by_test_id("lengths-table")
    expect(table).to_contain_text("36 silenced")
    assert length_of_chosen(routing, 0) != length_of_chosen(routing, 1)
    routing.get_by_role("button", name="Let all speak again").click()
    expect(table).to_be_empty()


def test_the_wrong_axis_is_marked_wrong_and_collapses_the_lengths(routing: Page) -> None:
    routing.get_by_role("combobox", name="Put beside it").click()
    routing.get_by_role("option", name="wrong: softmax axis").click()
    expect(routing.get_by_test_id("stAlert")).to_contain_text("Wrong on purpose")
    expect(routing.get_by_test_id("lengths-table")).to_contain_text("WRONG: wrong axis")
    assert length_of_chosen(routing, 1) < 0.05 < length_of_chosen(routing, 0)


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
    routing.get_by_role("button", name="Pin digit").click()
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
    wide = page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
    assert wide <= 1


def test_every_picture_has_words_for_those_who_cannot_see_it(routing: Page) -> None:
    pictures = routing.locator(".routing canvas")
    assert pictures.count() >= 8
    for k in range(pictures.count()):
        pictures.nth(k).scroll_into_view_if_needed()
        routing.wait_for_timeout(100)
        words = pictures.nth(k).get_attribute("aria-label")
        assert pictures.nth(k).get_attribute("role") == "img"
        assert words is not None and len(words) > 30
