"""One capsule under the glass, in a real browser: its numbers are the trace's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.routing import (
    numbers,
    open_map,
    opened,
)

if TYPE_CHECKING:
    from capsnet.network.trace import CapsNetTrace

pytestmark = pytest.mark.e2e


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
    product = routing.get_by_test_id("capsule-product")
    expect(product.locator("tbody tr")).to_have_count(16)
    vote, capsule = traced.prediction_vectors[0, i, 0], traced.digit_capsules[r, 0, 0]
    columns = np.reshape(numbers(product), (16, 3)).T
    np.testing.assert_allclose(columns, [vote, capsule, vote * capsule], rtol=0, atol=1e-6)
    assert product.evaluate("box => box.scrollWidth <= box.clientWidth")  # on a laptop


def test_what_is_shown_of_a_row_can_be_recalculated(routing: Page) -> None:
    routing.get_by_test_id("round-next").click()
    open_map(routing, 4)
    rows = routing.get_by_test_id("capsule-rows")
    shown = rows.evaluate(  # all at once: a round that comes to rest writes them anew
        """rows => [...rows.querySelectorAll("tr[data-digit]")].map(
            row => [...row.children].map(cell => cell.textContent))"""
    )
    table = [[float(cell.replace("−", "-")) for cell in row] for row in shown]
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


@pytest.mark.thorough
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
    routing.get_by_test_id("capsule-map").fill("99")
    routing.get_by_test_id("capsule-map").press("Enter")
    expect(routing.get_by_test_id("capsule-map")).to_have_value("31")  # the last
    routing.get_by_test_id("silence-capsule").click()
    change = routing.get_by_test_id("lengths-table").locator("tr", has_text="difference")
    expect(change).to_contain_text("0.000")
    expect(change).not_to_contain_text(re.compile(r"[+−]0\.000"))


@pytest.mark.thorough
def test_the_glass_shows_a_silent_capsule_as_silent(routing: Page) -> None:
    routing.get_by_test_id("round-next").click()
    routing.get_by_test_id("silence-capsule").click()
    expect(routing.get_by_test_id("capsule-silent")).to_be_visible()
    rows = routing.get_by_test_id("capsule-rows").locator("tr[data-digit]")
    shown = np.array([numbers(row) for row in rows.all()])
    np.testing.assert_allclose(shown, np.tile([0, 1, 0.1, 0, 0], (10, 1)), atol=1e-7)
    routing.get_by_test_id("silence-capsule").click()
    expect(routing.get_by_test_id("capsule-silent")).to_be_hidden()
