"""What the routing page draws, checked against the trace and plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.network.trace import CapsNetTrace
from capsnet.routing.agreement import RoutingByAgreement
from dashboard.figures import routing as figures
from dashboard.figures.colours import VIRIDIS, rgb_table

R, MAPS, J, D = 4, 3, 10, 16
PLACES = 36
I = PLACES * MAPS  # noqa: E741 (the paper's letter)


def softmax(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


@pytest.fixture(scope="module")
def trace() -> CapsNetTrace:
    """Two images routed here in NumPy, with votes that agree about digit 4."""
    rng = np.random.default_rng(0)
    primary = rng.normal(0, 0.2, (2, 6, 6, MAPS, 8)).astype(np.float32)
    votes = rng.normal(0, 0.2, (2, I, J, D)).astype(np.float32)
    votes[:, :, 4] += 0.15
    b = np.zeros((2, I, J), np.float32)
    rounds = []
    for _ in range(R):
        c = softmax(b)
        s = np.einsum("bij,bijd->bjd", c, votes)
        norm = np.linalg.norm(s, axis=-1, keepdims=True)
        v = s * norm / (1 + norm**2)
        a = np.einsum("bijd,bjd->bij", votes, v)
        rounds.append((b, c, v, a))
        b = b + a
    logits, coupling, capsules, agreement = map(np.stack, zip(*rounds, strict=True))
    return CapsNetTrace(
        images=rng.random((2, 28, 28, 1), np.float32),
        conv1=np.zeros((2, 20, 20, 256), np.float32),
        primary_capsules=primary,
        prediction_vectors=votes,
        logits=logits,
        coupling=coupling,
        digit_capsules=capsules,
        agreement=agreement,
        lengths=np.linalg.norm(capsules, axis=-1),
        reconstruction=np.zeros((2, 28, 28, 1), np.float32),
    )


def test_activity_is_the_length_of_each_primary_capsule_in_the_order_row_column_map(trace):
    active = figures.activity(trace, image=1)
    assert active.shape == (I,)
    i = (2 * 6 + 5) * MAPS + 1  # row 2, column 5, map 1
    assert active[i] == pytest.approx(np.linalg.norm(trace.primary_capsules[1, 2, 5, 1]))


@pytest.mark.parametrize("weighted", [True, False])
def test_coupling_by_map_sums_to_one_and_starts_uniform(trace, weighted):
    coupling = figures.coupling_by_map(trace, weighted)
    assert coupling.shape == (R, MAPS, J)
    np.testing.assert_allclose(coupling.sum(-1), 1, atol=1e-6)
    np.testing.assert_allclose(coupling[0], 0.1, atol=1e-6)


def test_coupling_by_map_is_the_weighted_mean_of_a_plain_loop(trace):
    active = figures.activity(trace)
    for m in range(MAPS):
        members = range(m, I, MAPS)
        total = sum(active[i] for i in members)
        mean = sum(active[i] * trace.coupling[2, 0, i] for i in members) / total
        np.testing.assert_allclose(figures.coupling_by_map(trace, True)[2, m], mean, rtol=1e-5)


def test_a_map_without_activity_is_averaged_plainly(trace):
    silent = CapsNetTrace(**{**vars(trace), "primary_capsules": trace.primary_capsules * 0})
    np.testing.assert_allclose(
        figures.coupling_by_map(silent, True), figures.coupling_by_map(silent, False), rtol=1e-5
    )


def test_flow_totals_equal_the_sums_they_stand_for(trace):
    flow = figures.flow(trace)
    active = figures.activity(trace)
    for m in range(MAPS):  # what a map sends out is its activity, in every round
        np.testing.assert_allclose(flow[:, m].sum(-1), active[m::MAPS].sum(), rtol=1e-5)
    for r in range(R):  # what a digit capsule receives is the coupling times the activity
        np.testing.assert_allclose(flow[r].sum(0), active @ trace.coupling[r, 0], rtol=1e-5)


def test_what_the_maps_add_is_the_length_of_each_sum_and_the_plain_loop(trace):
    additions = figures.additions(trace)
    sums = figures.weighted_sums(trace)
    lengths = np.linalg.norm(sums, axis=-1)
    np.testing.assert_allclose(additions.sum(1), lengths, rtol=1e-5)
    r, m, j = 2, 1, 4
    along = sums[r, j] / lengths[r, j]
    parts = [
        trace.coupling[r, 0, i, j] * trace.prediction_vectors[0, i, j] @ along
        for i in range(m, I, MAPS)
    ]
    np.testing.assert_allclose(additions[r, m, j], sum(parts), rtol=1e-4, atol=1e-7)


def test_to_a_capsule_that_gets_nothing_the_maps_add_nothing(trace):
    silent = CapsNetTrace(**{**vars(trace), "prediction_vectors": trace.prediction_vectors * 0})
    np.testing.assert_array_equal(figures.additions(silent), 0)


def test_every_round_of_the_histogram_counts_every_capsule(trace):
    edges, counts = figures.entropy_histogram(trace)
    np.testing.assert_array_equal(counts.sum(1), I)
    assert counts[0, -1] == I  # uniform: all in the last bin
    assert edges[-1] == pytest.approx(np.log(10))


def test_the_histogram_of_a_single_round_still_has_a_range(trace):
    one = CapsNetTrace(**{**vars(trace), "coupling": trace.coupling[:1]})
    edges, counts = figures.entropy_histogram(one)
    assert np.all(np.diff(edges) > 0)
    assert counts.sum() == I


def test_logit_change_is_what_the_logits_do(trace):
    moved = np.abs(np.diff(trace.logits[:, 0], axis=0)).mean((1, 2))
    np.testing.assert_allclose(figures.logit_change(trace)[:-1], moved, rtol=1e-4)
    last = np.abs(trace.agreement[-1, 0]).mean()  # the trace ends before what it leads to
    assert figures.logit_change(trace)[-1] == pytest.approx(last)


def test_squashed_weighted_sums_are_the_digit_capsules(trace):
    s = figures.weighted_sums(trace)
    norm = np.linalg.norm(s, axis=-1, keepdims=True)
    np.testing.assert_allclose(s * norm / (1 + norm**2), trace.digit_capsules[:, 0], atol=1e-6)


def test_the_vote_cloud_is_a_rotation_of_the_votes_cut_to_a_plane(trace):
    cloud = figures.vote_cloud(trace)
    assert cloud.votes.shape == (J, I, 2)
    squared = np.square(trace.prediction_vectors[0]).sum((0, 2))
    np.testing.assert_allclose(np.square(cloud.votes).sum((1, 2)), cloud.shown * squared, rtol=1e-4)
    # The projection is linear: the weighted sum of the projected votes is the projected sum.
    summed = np.einsum("rij,jia->rja", trace.coupling[:, 0], cloud.votes)
    np.testing.assert_allclose(summed, cloud.sums, atol=1e-4)
    assert np.all(cloud.digit_capsules[-1] >= 0)  # both axes point its way


@pytest.mark.parametrize(
    ("row", "column", "window"),
    [(0, 0, (0, 0, 17, 17)), (5, 5, (10, 10, 27, 27)), (2, 3, (4, 6, 21, 23))],
)
def test_receptive_field(row, column, window):
    assert figures.receptive_field(row, column) == window


def test_a_pixel_outside_the_receptive_field_changes_nothing(small_model):
    """The window is the right one: the network itself says so."""
    top, left, bottom, right = figures.receptive_field(2, 3)
    outside = np.ones((28, 28), bool)
    outside[top:bottom, left:right] = False
    blank = np.full((1, 28, 28, 1), 0.5, np.float32)
    for mask, same in ((outside, True), (~outside, False)):
        changed = blank.copy()
        changed[0, mask] = 1
        pair = small_model.trace(np.concatenate([blank, changed])).primary_capsules[:, 2, 3]
        assert np.allclose(pair[0], pair[1], atol=1e-6) == same


def test_the_drill_down_gets_the_trace_itself(trace):
    data = figures.player_data(trace, image=1)
    for name in ("coupling", "logits", "agreement", "digit_capsules", "lengths"):
        np.testing.assert_array_equal(data[name], getattr(trace, name)[:, 1])
    np.testing.assert_array_equal(data["votes"], trace.prediction_vectors[1])
    np.testing.assert_array_equal(data["primary"].reshape(6, 6, MAPS, 8), trace.primary_capsules[1])
    np.testing.assert_array_equal(data["windows"][2 * 6 + 3], (4, 6, 21, 23))


def test_the_logits_are_the_agreements_of_the_rounds_before_added_up(shipped, images):
    traced = shipped.trace(images[:1], rounds=4)
    data = figures.player_data(traced)
    agreement = data["agreement"]
    summed = np.cumsum(np.concatenate([np.zeros_like(agreement[:1]), agreement[:-1]]), axis=0)
    np.testing.assert_array_equal(summed, traced.logits[:, 0])
    np.testing.assert_array_equal(summed, data["logits"])


class HalfTheAgreement(RoutingByAgreement):
    def updated(self, logits, agreement):
        return logits + agreement / 2


def test_of_a_routing_with_another_update_the_browser_gets_its_own_logits(small_model, images):
    traced = small_model.trace(images[:1], rounds=3, routing=HalfTheAgreement())
    data = figures.player_data(traced)
    np.testing.assert_array_equal(data["logits"], traced.logits[:, 0])
    np.testing.assert_allclose(data["logits"][1], data["agreement"][0] / 2, rtol=1e-6)
    *moved, last = data["logit_change"]
    np.testing.assert_allclose(moved, np.abs(data["agreement"][:2]).mean((1, 2)) / 2, rtol=1e-3)
    assert np.isnan(last)  # nothing in the trace says it


def test_the_votes_of_the_cloud_are_sent_in_steps_that_no_picture_shows(trace):
    data, votes = figures.player_data(trace), figures.vote_cloud(trace).votes
    width = 2000  # pixels, as wide as the votes reach: more than any screen gives the picture
    off = np.abs(data["cloud_votes"] * data["cloud_step"] - votes).max() / np.ptp(votes)
    assert off * width < 0.05


def test_the_shipped_network_fits_into_three_megabytes(shipped, images):
    traced = shipped.trace(images[:1], rounds=10)
    full, light = figures.player_data(traced), figures.player_data(traced, detail=False)
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
