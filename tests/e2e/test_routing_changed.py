"""One capsule of a network that routes by other equations, on a page that has nothing else."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from keras import ops
from playwright.sync_api import Browser

from capsnet.network.model import CapsNet
from capsnet.routing.agreement import RoutingByAgreement
from dashboard.components.colour_maps import VIRIDIS, rgb_table
from dashboard.components.routing_player import RoutingTrace, charts_of, pack
from dashboard.components.routing_player_data import player_data
from dashboard.views.parts.routing.words import words_for
from tests.e2e.alone import alone

pytestmark = pytest.mark.e2e

READ = """
    const data = Uint8Array.from(atob("BYTES"), (letter) => letter.charCodeAt(0));
    const part = (name) => parentElement.querySelector(name);
    part("details").open = true;
    const leave = module.default({ data, parentElement, setTriggerValue: () => {} });
    const seen = (name) => !part(name).hidden && part(name).textContent;
    const read = () => ({
        places: ["row", "column", "map"].map((name) => Number(part(`[name=${name}]`).value)),
        said: seen(".differs"),
        claim: seen(".claim"),
        equation: seen(".glass h3 .equation"),
        product: part(".product p").textContent,
        next: part("tr[data-digit] td:last-child").textContent,
        rows: [...parentElement.querySelectorAll("tr[data-digit]")].map((row) =>
            [...row.querySelectorAll("td")].map((cell) => Number(cell.dataset.value))),
    });
    const rounds = [read()];
    for (let round = 2; round <= 3; round++) {
        part("[data-testid=round-next]").click();
        await new Promise((done) => setTimeout(done, 700));  // until the motion has come to rest
        rounds.push(read());
    }
    leave();
    return rounds;
"""

SHARES = "This network shares out differently than eb / Σ (coupling in agreement.py)."
UPDATE = "This network adds something else than the agreement (updated in agreement.py)."


class Soft(RoutingByAgreement):
    def coupling(self, logits: Any) -> Any:
        return super().coupling(logits / 4)


class HalfTheAgreement(RoutingByAgreement):
    def updated(self, logits: Any, agreement: Any) -> Any:
        return logits + agreement / 2


class ByAngle(RoutingByAgreement):
    def round(self, prediction_vectors: Any, logits: Any) -> Any:
        routed = super().round(prediction_vectors, logits)
        length = ops.norm(prediction_vectors, axis=-1)
        return routed._replace(agreement=routed.agreement / length)


def opened(
    browser: Browser, model: CapsNet, images: np.ndarray, routing: RoutingByAgreement
) -> list[dict[str, Any]]:
    """What the page shows of a capsule in each of three rounds, each beside the trace's numbers.

    A capsule's rows have b, exp(b), c, the agreement and the next b.
    """
    traced = model.trace(images[:1], 3, routing=routing)
    packed = pack(
        [RoutingTrace("this digit", player_data(traced), charts_of(traced, model.config.names))],
        words=words_for(model.config),
        colours=rgb_table(VIRIDIS),
        names=model.config.names,
        close_call="none",
        beside="nothing",
        silenced=[],
        network="",
    )
    source = "routing_player/main.js"
    html = "routing_player/player.html"
    story = READ.replace("BYTES", base64.b64encode(packed).decode())
    rounds = alone(browser, source, html, story)
    for r, shown in enumerate(rounds):
        row, column, m = shown["places"]
        i = np.ravel_multi_index((row, column, m), traced.primary_capsules.shape[1:4])
        b, c, a = (getattr(traced, name)[:, 0, i] for name in ("logits", "coupling", "agreement"))
        expected = [b[r], np.exp(b[r], dtype=float), c[r], a[r]]  # a script has doubles
        columns = np.array(shown["rows"], float).T
        np.testing.assert_allclose(columns[:4], expected, rtol=0, atol=1e-6)
        if r < 2:
            np.testing.assert_allclose(columns[4], b[r + 1], rtol=0, atol=1e-6)
    return rounds


def test_the_papers_routing_is_said_in_the_papers_equations(
    browser: Browser, shipped: CapsNet, images: np.ndarray
) -> None:
    for shown in opened(browser, shipped, images, RoutingByAgreement()):
        assert not shown["said"]
        assert shown["claim"] == " = eb / Σ"
        assert shown["equation"].startswith("cij = exp(bij)")
        assert ", the agreement with" in shown["product"]


def test_another_softmax_is_said_at_its_shares(
    browser: Browser, shipped: CapsNet, images: np.ndarray
) -> None:
    for shown in opened(browser, shipped, images, Soft()):
        assert (shown["said"], shown["claim"], shown["equation"]) == (SHARES, False, False)


def test_another_update_is_said_and_nothing_is_made_up_of_what_would_follow(
    browser: Browser, shipped: CapsNet, images: np.ndarray
) -> None:
    *_, last = rounds = opened(browser, shipped, images, HalfTheAgreement())
    for shown in rounds:
        assert (shown["said"], shown["claim"]) == (UPDATE, " = eb / Σ")
        assert not shown["equation"]
    assert last["next"] == "–"


def test_another_agreement_is_told_from_the_dot_product(
    browser: Browser, shipped: CapsNet, images: np.ndarray
) -> None:
    for shown in opened(browser, shipped, images, ByAngle()):
        assert not shown["said"]
        assert ", but the agreement with" in shown["product"]
