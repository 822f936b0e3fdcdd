"""What the routing page sends to the browser."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.analysis.routing_summaries import logit_change, vote_cloud
from capsnet.routing.agreement import RoutingByAgreement
from dashboard.components import routing_player_data
from dashboard.components.colour_maps import VIRIDIS, rgb_table
from tests.figures.routed import MAPS, routed


@pytest.fixture(scope="module")
def trace():
    return routed()


@pytest.mark.parametrize(
    ("row", "column", "window"),
    [(0, 0, (0, 0, 17, 17)), (5, 5, (10, 10, 27, 27)), (2, 3, (4, 6, 21, 23))],
)
def test_receptive_field(row, column, window):
    assert routing_player_data.receptive_field(row, column) == window


def test_a_pixel_outside_the_receptive_field_changes_nothing(small_model):
    """The window is the right one: the network itself says so."""
    top, left, bottom, right = routing_player_data.receptive_field(2, 3)
    outside = np.ones((28, 28), bool)
    outside[top:bottom, left:right] = False
    blank = np.full((1, 28, 28, 1), 0.5, np.float32)
    for mask, same in ((outside, True), (~outside, False)):
        changed = blank.copy()
        changed[0, mask] = 1
        pair = small_model.trace(np.concatenate([blank, changed])).primary_capsules[:, 2, 3]
        assert np.allclose(pair[0], pair[1], atol=1e-6) == same


def test_the_drill_down_gets_the_trace_itself(trace):
    data = routing_player_data.player_data(trace, image=1)
    for name in ("coupling", "logits", "agreement", "digit_capsules", "lengths"):
        np.testing.assert_array_equal(data[name], getattr(trace, name)[:, 1])
    np.testing.assert_array_equal(data["votes"], trace.prediction_vectors[1])
    np.testing.assert_array_equal(data["primary"].reshape(6, 6, MAPS, 8), trace.primary_capsules[1])
    np.testing.assert_array_equal(data["windows"][2 * 6 + 3], (4, 6, 21, 23))


def test_the_logits_are_the_agreements_of_the_rounds_before_added_up(shipped, images):
    traced = shipped.trace(images[:1], rounds=4)
    data = routing_player_data.player_data(traced)
    agreement = data["agreement"]
    summed = np.cumsum(np.concatenate([np.zeros_like(agreement[:1]), agreement[:-1]]), axis=0)
    np.testing.assert_array_equal(summed, traced.logits[:, 0])
    np.testing.assert_array_equal(summed, data["logits"])


class HalfTheAgreement(RoutingByAgreement):
    def updated(self, logits, agreement):
        return logits + agreement / 2


def test_of_a_routing_with_another_update_the_browser_gets_its_own_logits(small_model, images):
    traced = small_model.trace(images[:1], rounds=3, routing=HalfTheAgreement())
    data = routing_player_data.player_data(traced)
    np.testing.assert_array_equal(data["logits"], traced.logits[:, 0])
    np.testing.assert_allclose(data["logits"][1], data["agreement"][0] / 2, rtol=1e-6)
    *moved, last = logit_change(traced)
    np.testing.assert_allclose(moved, np.abs(data["agreement"][:2]).mean((1, 2)) / 2, rtol=1e-3)
    assert np.isnan(last)  # nothing in the trace says it


def test_the_votes_of_the_cloud_are_sent_in_steps_that_no_picture_shows(trace):
    data, votes = routing_player_data.player_data(trace), vote_cloud(trace).votes
    width = 2000  # pixels, as wide as the votes reach: more than any screen gives the picture
    off = np.abs(data["cloud_votes"] * data["cloud_step"] - votes).max() / np.ptp(votes)
    assert off * width < 0.05


def test_the_shipped_network_fits_into_three_megabytes(shipped, images):
    traced = shipped.trace(images[:1], rounds=10)
    full, light = (
        routing_player_data.player_data(traced),
        routing_player_data.player_data(traced, detail=False),
    )
    assert sum(a.nbytes for a in [*full.values(), *light.values()]) < 3e6
    np.testing.assert_allclose(full["coupling"].sum(-1), 1, atol=1e-5)
    np.testing.assert_allclose(full["coupling"][0], 0.1, atol=1e-6)


def test_colour_tables_run_from_stop_to_stop():
    table = rgb_table(VIRIDIS)
    assert table[0] == [0x44, 0x01, 0x54]
    assert table[-1] == [0xFD, 0xE7, 0x25]
    weights = (0.2126, 0.7152, 0.0722)
    light = [sum(w * c for w, c in zip(weights, row, strict=True)) for row in table]
    assert np.all(np.diff(light) > -0.5)  # up to rounding: the order survives without colour
    with pytest.raises(ValueError, match="Received: 1"):
        rgb_table(VIRIDIS[:1])
