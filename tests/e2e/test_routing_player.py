"""The player of the Routing page in a real browser: playing, stepping, its views."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from capsnet.analysis import misclassified
from capsnet.analysis.prediction import read_lengths, verdict
from capsnet.analysis.routing_summaries import coupling_by_map
from capsnet.data.bundled import load_bundled
from dashboard.state.visitor import FIRST_DIGIT
from tests.e2e.alone import alone
from tests.e2e.conftest import settle
from tests.e2e.pose import MAIN, eventually
from tests.e2e.routing import (
    PICTURES,
    choose_rounds,
    click_cell,
    numbers,
    opened,
    picture,
    read_out,
    record,
    told,
)

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet
    from capsnet.network.trace import CapsNetTrace

pytestmark = pytest.mark.e2e


def test_play_runs_to_the_last_round_and_the_views_follow(routing: Page) -> None:
    before = {view: picture(routing, view) for view in ("lengths", "flow")}
    rounds = record(routing.get_by_test_id("round"))
    routing.get_by_test_id("round-play").click()
    eventually(routing, lambda: rounds() == ["1", "2", "3"])
    for view, pixels in before.items():
        assert picture(routing, view) != pixels
    expect(routing.get_by_test_id("round-play")).to_have_attribute("aria-label", "Play")


@pytest.mark.thorough
def test_play_ends_with_the_second_of_two_rounds(routing: Page) -> None:
    choose_rounds(routing, 2)
    routing.get_by_test_id("round-play").click()
    expect(routing.get_by_test_id("round")).to_have_text("2")
    expect(routing.get_by_test_id("round-play")).to_have_attribute("aria-label", "Play")
    routing.wait_for_timeout(2000)  # longer than from one step to the next
    expect(routing.get_by_test_id("round")).to_have_text("2")


def scroll_to_the_board(page: Page) -> None:
    page.get_by_test_id("board").scroll_into_view_if_needed()
    page.wait_for_function(f"() => {MAIN}.scrollTop > 400")


def test_the_player_stays_in_sight_with_nothing_over_it(routing: Page) -> None:
    fold = routing.locator("[data-testid=stSidebarCollapseButton] button")
    fold.evaluate("button => button.click()")  # seen when the pointer is over the menu only
    scroll_to_the_board(routing)
    routing.get_by_test_id("round-play").click(timeout=5000)
    expect(routing.get_by_test_id("round")).to_have_text("3")
    for button in ("play-ten", "close-call", "stExpandSidebarButton", "stMainMenu"):
        routing.get_by_test_id(button).click(timeout=5000, trial=True)


def test_on_a_phone_the_player_stays_in_sight_below_streamlits_bar(
    visit: Callable[..., Page],
) -> None:
    page = visit("routing", phone=True)
    scroll_to_the_board(page)
    bar = page.get_by_test_id("stHeader").bounding_box()
    play = page.get_by_test_id("round-play")
    eventually(page, lambda: play.bounding_box()["y"] >= bar["y"] + bar["height"])
    play.click(timeout=5000)  # nothing lies over it
    expect(page.get_by_test_id("round")).to_have_text("3")


@pytest.mark.thorough
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
    settle(page)
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


@pytest.mark.thorough
def test_ten_rounds_are_one_click_away_and_sharpen_the_shares(routing: Page) -> None:
    def largest_share() -> float:
        return float(routing.get_by_test_id("verdict").inner_text().split("= ")[-1])

    routing.get_by_test_id("round-scrub").fill("3")
    three = largest_share()
    rounds = record(routing.get_by_test_id("round"))
    routing.get_by_test_id("play-ten").click()
    expect(routing.locator(".rounds")).to_have_text("10")
    eventually(routing, lambda: rounds()[1:5] == ["1", "2", "3", "4"])  # it plays
    routing.get_by_test_id("round-scrub").fill("10")
    assert largest_share() > 1.5 * three


def test_several_digits_are_named_by_the_rule_of_all_pages(routing: Page, shipped: CapsNet) -> None:
    digit = load_bundled()[FIRST_DIGIT : FIRST_DIGIT + 1].pixels()
    reading = read_lengths(shipped.trace(digit, 10).lengths[-1, 0])
    assert reading.kind == "two"  # after ten rounds, though after three it is one
    choose_rounds(routing, 10)
    routing.get_by_test_id("round-scrub").fill("10")
    expect(routing.get_by_test_id("verdict")).to_contain_text(verdict(reading, "0123456789"))


@pytest.mark.thorough
def test_a_close_call_plays_by_itself(routing: Page, shipped: CapsNet) -> None:
    digit = load_bundled()[[misclassified.read().close_call]]
    first, *_, last = shipped.trace(digit.pixels()).lengths[:, 0].argmax(-1)
    verdict = routing.get_by_test_id("verdict")
    expect(verdict).to_contain_text("answer 7")
    verdicts = record(verdict)
    routing.get_by_test_id("close-call").dblclick(delay=150)  # there, and not back at once
    expect(routing.get_by_test_id("round")).to_have_text("3")  # it plays
    expect(verdict).to_contain_text(f"answer {last}")
    assert any(f"answer {first}" in words for words in verdicts())
    routing.get_by_test_id("close-call").dblclick(delay=150)
    expect(verdict).to_contain_text("answer 7")
    expect(routing.get_by_role("button", name="A close call")).to_be_visible()


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
def test_the_first_screen_shows_lengths_and_flow_and_how_to_play_them(
    visit: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = visit("routing", size=size)
    for view in ("lengths", "flow"):
        expect(page.locator(PICTURES.format(view))).to_be_in_viewport(ratio=1)
    for button in ("round-play", "play-ten", "close-call"):
        expect(page.get_by_test_id(button)).to_be_in_viewport(ratio=1)


@pytest.mark.thorough
@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (390, 844)])
def test_the_page_opens_at_its_top(visit: Callable[..., Page], size: tuple[int, int]) -> None:
    page = visit("", size=size)
    page.get_by_test_id("stMain").get_by_role("link", name="Routing").first.click()
    expect(page.locator(".routing[data-shown]")).to_be_attached()
    page.wait_for_timeout(500)  # figures below the screen get their heights
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == 0


def test_a_link_with_its_rounds(routing: Page, visit: Callable[..., Page]) -> None:
    choose_rounds(routing, 10)
    routing.wait_for_url("**rounds=10*")
    other = visit("routing" + routing.url.partition("routing")[2])
    expect(other.locator(".rounds")).to_have_text("10")
    other.reload()
    expect(other.locator(".rounds")).to_have_text("10")


@pytest.mark.thorough
def test_seven_rounds_then_another_digit(routing: Page) -> None:
    choose_rounds(routing, 7)
    for _ in range(6):
        routing.keyboard.press("ArrowRight")
    expect(routing.get_by_test_id("round")).to_have_text("7")
    before = picture(routing, "lengths")
    chosen = routing.locator(".chooser [aria-pressed=true]")
    expect(chosen).to_have_text("7")
    number = routing.get_by_role("spinbutton", name="Number")
    number.fill("0")
    number.press("Enter")
    expect(chosen).not_to_have_text("7")
    assert picture(routing, "lengths") != before


@pytest.mark.parametrize("width", [1280, 1366, 1920])
def test_all_ten_lengths_are_seen(visit: Callable[..., Page], width: int) -> None:
    table = visit("routing", size=(width, 800)).get_by_test_id("lengths-table")
    expect(table.locator("td")).to_have_count(10)
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_a_phone_shows_a_column_that_never_scrolls_sideways(visit: Callable[..., Page]) -> None:
    page = visit("routing", phone=True)
    expect(page.get_by_test_id("round")).to_have_text("1")
    page.get_by_test_id("round-next").tap()
    expect(page.get_by_test_id("round")).to_have_text("2")
    box = page.get_by_test_id("silent-map-31").bounding_box()
    assert box is not None and min(box["width"], box["height"]) >= 44
    page.get_by_test_id("silent-place-0").tap()
    expect(page.get_by_test_id("outcome")).to_contain_text("Silent: 32 of 1152")
    expect(page.locator(PICTURES.format("maps"))).to_have_count(2)
    wide = page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
    assert wide <= 1


@pytest.mark.thorough
def test_a_phone_can_go_to_every_part_of_the_page(visit: Callable[..., Page]) -> None:
    page = visit("routing", phone=True)
    jump = page.get_by_test_id("jump")
    headings = page.locator(".cards h3 > span:first-child")
    expect(jump.locator("option")).to_have_count(1 + headings.count())
    for part in range(headings.count(), 0, -1):
        jump.select_option(index=part)
        heading = headings.nth(part - 1)
        expect(heading).to_be_in_viewport()
        page.wait_for_function(  # clear of the bar that stays above
            """heading => {
                const bar = heading.getRootNode().querySelector(".jump").getBoundingClientRect();
                return heading.getBoundingClientRect().top > bar.bottom;
            }""",
            arg=heading.element_handle(),
        )
        expect(jump).to_have_value("")


def test_every_scale_has_its_ends_and_equal_shares_named(routing: Page) -> None:
    legends = routing.locator(".legend[data-range]")
    expect(legends).to_have_count(4)
    for words in legends.all_inner_texts():
        low, high, equal = (float(number) for number in re.findall(r"\d\.\d+", words))
        assert low < equal == 0.1 < high
        assert "equal shares" in words


def test_every_picture_has_words_for_those_who_cannot_see_it(routing: Page) -> None:
    pictures = routing.locator(".routing canvas")
    assert pictures.count() == 6  # three views, the capsule's two, the places
    for k in range(pictures.count()):
        pictures.nth(k).scroll_into_view_if_needed()
        routing.wait_for_timeout(100)
        words = pictures.nth(k).get_attribute("aria-label")
        assert pictures.nth(k).get_attribute("role") == "img"
        assert words is not None and len(words) > 30
    charts = routing.locator(".figure")
    assert charts.count() == 4
    for k in range(charts.count()):
        charts.nth(k).scroll_into_view_if_needed()
        expect(charts.nth(k)).to_have_attribute("aria-label", re.compile("Round|logits"))


COUNT_SENT = """() => {
    globalThis.sent = 0;
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (...data) { sent++; return send.apply(this, data); };
}"""

LEFTMOST = """paper => {
    const { x, customdata } = paper._fullData[0];
    const i = x.indexOf(Math.min(...x));
    const dots = [...paper.querySelectorAll(".scatterlayer .trace:first-child .point")];
    const { left, top, width, height } = dots[i].getBoundingClientRect();
    return [[...customdata[i]], left + width / 2, top + height / 2];
}"""
"""Which capsule's vote is the leftmost, and where it is on the screen."""


def test_the_lengths_are_the_traces_in_every_round_with_no_word_to_the_server(
    routing: Page, traced: CapsNetTrace
) -> None:
    routing.evaluate(COUNT_SENT)
    for r in range(3):
        expect(routing.get_by_test_id("round")).to_have_text(str(r + 1))
        lengths = numbers(routing.get_by_test_id("lengths-table"))
        np.testing.assert_allclose(lengths, traced.lengths[r, 0], rtol=0, atol=1e-6)
        said = ", ".join(f"{j}: {length:.2f}" for j, length in enumerate(traced.lengths[r, 0]))
        words = re.compile(f"^Round {r + 1}: .*{re.escape(said)}")
        expect(routing.locator(PICTURES.format("lengths"))).to_have_attribute("aria-label", words)
        routing.keyboard.press("ArrowRight")
    routing.wait_for_timeout(600)
    assert routing.evaluate("sent") == 0


@pytest.mark.thorough
def test_every_view_tells_what_is_under_the_pointer(routing: Page) -> None:
    begins = {
        "space": r"map \d+, row \d, column \d: c to digit \d = \d\.\d{4}",
        "flow": r"(digit \d: ‖s‖ = \d+\.\d\d along it −|map \d+ (adds|takes)) \d\.\d\d",
        "cloud": r"map \d+, row \d, column \d: c = \d\.\d{4}",
    }
    for view, pattern in begins.items():
        said = told(routing, view)
        assert sum(bool(re.match(pattern, words)) for words in said) >= 10, (view, said[:3])
    routing.get_by_role("button", name="shares", exact=True).click()
    said = told(routing, "flow")
    shares = re.compile(r"(digit \d receives|map \d+ sends) \d+\.\d\d %")
    assert sum(bool(shares.match(words)) for words in said) >= 10, said[:3]


def test_figures_tell_their_values_to_a_pointer_and_to_the_arrow_keys(
    routing: Page, traced: CapsNetTrace
) -> None:
    routing.keyboard.press("ArrowRight")
    said = read_out(routing, "lengths", 3)
    assert said == [f"0, {r + 1}: {float(f'{traced.lengths[r, 0, 0]:.4g}'):g}" for r in range(3)]
    means = coupling_by_map(traced, True)[1, :, 0]
    said = read_out(routing, "coupling", 3)
    assert said == [f"{m}: 0: {float(f'{means[m]:.4g}'):g}" for m in range(3)]
    expect(routing.locator(".hovertext")).to_contain_text("map 2 to class 0")
    expect(routing.get_by_test_id("round")).to_have_text("2")  # those keys were the figure's


def test_a_cell_of_coupling_opens_its_map_and_colours_its_digit(routing: Page) -> None:
    click_cell(routing, 9, digit=4)
    expect(routing.get_by_test_id("capsule-map")).to_have_value("9")
    chosen = routing.locator(".chooser [aria-pressed=true]")
    expect(chosen).to_have_text("4")
    wide = "path => path.style.strokeWidth"
    routing.get_by_test_id("figure-lengths").scroll_into_view_if_needed()
    lines = routing.get_by_test_id("figure-lengths").locator(".js-line")
    eventually(routing, lambda: lines.nth(4).evaluate(wide) == "5px")


def test_flow_and_votes_are_figures_too_and_a_vote_opens_its_capsule(routing: Page) -> None:
    routing.locator(".chooser [data-digit='2']").click()
    routing.get_by_text("Flow and votes as figures").click()
    expect(routing.get_by_test_id("figure-flow").locator(".sankey").first).to_be_visible()
    votes = routing.get_by_test_id("figure-votes")
    expect(votes).to_have_count(2)  # a plane, and space
    expect(votes.first).to_have_attribute("aria-label", re.compile("votes for 2,"))
    routing.locator(".chooser [data-digit='7']").click()  # every chart follows
    expect(votes.first).to_have_attribute("aria-label", re.compile("votes for 7,"))
    votes.first.scroll_into_view_if_needed()
    expect(votes.first.locator(".point").first).to_be_attached()
    paper = votes.first.locator(".js-plotly-plot")
    eventually(routing, lambda: paper.evaluate("paper => Boolean(paper._fullData)"))
    routing.wait_for_timeout(500)
    (row, column, map_index), x, y = paper.evaluate(LEFTMOST)
    routing.mouse.move(x, y)
    routing.wait_for_timeout(200)
    routing.mouse.click(x, y)
    expect(routing.get_by_test_id("capsule-map")).to_have_value(str(map_index))
    assert opened(routing) == (row * 6 + column) * 32 + map_index
    expect(routing.get_by_test_id("capsule")).to_be_in_viewport()


def test_words_for_a_chart_that_has_no_section_name_it(browser: Browser) -> None:
    source = "routing_player/words.js"
    story = """try { module.say(parentElement, "spin", { title: "Spin" }); }
        catch (error) { return error.message; }"""
    told = alone(browser, source, "", story)
    assert 'a section for "spin" in player.html' in told and "VIEWS" in told
