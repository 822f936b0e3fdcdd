"""Routing disturbed and compared, in a real browser: silence, mistakes, a pinned digit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from capsnet.data.bundled import load_bundled
from dashboard.state.visitor import FIRST_DIGIT
from tests.e2e.routing import (
    PICTURES,
    drag_over_places,
    length_of_chosen,
    numbers,
    rerouted,
)

if TYPE_CHECKING:
    from capsnet.network.model import CapsNet
    from capsnet.network.trace import CapsNetTrace

pytestmark = pytest.mark.e2e


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


@pytest.mark.thorough
def test_a_quick_stroke_over_places_leaves_none_out(routing: Page) -> None:
    routing.get_by_test_id("board").scroll_into_view_if_needed()
    for cell, press in ((0, routing.mouse.down), (5, routing.mouse.up)):
        box = routing.get_by_test_id(f"silent-place-{cell}").bounding_box()
        routing.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        press()
    expect(routing.get_by_test_id("outcome")).to_contain_text("6 of 36 places")


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

    box = routing.get_by_test_id("board").bounding_box()
    assert box is not None
    routing.mouse.move(box["x"] + 9, box["y"] + 9)
    routing.mouse.down()
    routing.locator(".places").evaluate("places => places.releasePointerCapture(1)")  # it is lost
    routing.mouse.move(box["x"] + box["width"] - 9, box["y"] + 9, steps=8)
    expect(routing.get_by_test_id("outcome")).to_contain_text("1 of 36 places")
    routing.mouse.up()


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
    expect(routing.locator(".verdict .wrong")).to_contain_text("all lengths are zero")
    assert length_of_chosen(routing, 1) < 0.05 < length_of_chosen(routing, 0)
    routing.get_by_test_id("compare-close").click()
    expect(routing.get_by_test_id("verdict")).to_be_focused()  # beside the button that is gone
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(routing.get_by_test_id("verdict")).not_to_contain_text("WRONG")


@pytest.mark.thorough
def test_a_wrong_routing_is_looked_at_where_it_differs(routing: Page) -> None:
    routing.locator("[data-mistake=uniform]").click()
    expect(routing.get_by_test_id("round")).to_have_text("3")
    expect(routing.get_by_test_id("verdict")).to_contain_text("WRONG")


def test_a_reload_keeps_what_is_silent_and_what_takes_its_place_says_so(routing: Page) -> None:
    routing.get_by_test_id("silent-map-9").click()
    outcome = routing.get_by_test_id("outcome")
    expect(outcome).to_contain_text("36 of 1152 capsules (map 9). Answer in round 3")
    expect(routing).to_have_url(re.compile("silenced="))
    routing.reload()
    expect(outcome).to_contain_text("36 of 1152 capsules (map 9). Answer in round 3")
    expect(routing.get_by_test_id("lengths-table")).to_contain_text("36 silenced")
    routing.locator("[data-mistake=uniform]").click()
    expect(routing).to_have_url(re.compile("wrong=uniform"))
    expect(outcome).to_contain_text("Another comparison has ended the silence")
    routing.get_by_test_id("undo").click()
    expect(outcome).to_contain_text("36 of 1152 capsules (map 9). Answer in round 3")
    expect(outcome).not_to_contain_text("ended the silence")
    for row in range(6):
        drag_over_places(routing, 6 * row, 6 * row + 5)
    expect(outcome).to_contain_text("Silent: 1152 of 1152 capsules")
    expect(outcome).to_contain_text("7, now no digit; ‖v7‖")


def test_silence_is_answered_by_the_browser_while_the_server_is_cut_off(
    visit, shipped: CapsNet
) -> None:
    page = visit(f"routing?runtime=browser&digit={FIRST_DIGIT}")
    page.evaluate("WebSocket.prototype.send = () => {}")
    page.get_by_test_id("silent-map-9").click()
    silenced = np.zeros((6, 6, 32), bool)
    silenced[:, :, 9] = True
    image = load_bundled()[FIRST_DIGIT : FIRST_DIGIT + 1].pixels()
    before, after = (
        shipped.trace(image, silenced=off).lengths[-1, 0].max() for off in (None, silenced)
    )
    expect(page.get_by_test_id("outcome")).to_contain_text(
        f"still 7; ‖v7‖ {before:.3f} before, {after:.3f} after."
    )
    expect(page.get_by_test_id("lengths-table")).not_to_contain_text("silenced")  # the server's


@pytest.mark.thorough
def test_a_pinned_digit_stays_beside_the_next_one(routing: Page) -> None:
    routing.get_by_test_id("pin").click()
    expect(routing.get_by_test_id("verdict")).to_contain_text("pinned digit (7)")
    number = routing.get_by_role("spinbutton", name="Number")
    number.fill("0")
    number.press("Enter")
    expect(routing.get_by_test_id("lengths-table")).to_contain_text("pinned digit (7)")
    expect(routing.locator(PICTURES.format("maps"))).to_have_count(2)
