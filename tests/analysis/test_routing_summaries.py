"""What a trace says of its routing, checked against the trace and plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet.analysis import routing_summaries as summaries
from capsnet.network.trace import CapsNetTrace

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
    active = summaries.activity(trace, image=1)
    assert active.shape == (I,)
    i = (2 * 6 + 5) * MAPS + 1  # row 2, column 5, map 1
    assert active[i] == pytest.approx(np.linalg.norm(trace.primary_capsules[1, 2, 5, 1]))


@pytest.mark.parametrize("weighted", [True, False])
def test_coupling_by_map_sums_to_one_and_starts_uniform(trace, weighted):
    coupling = summaries.coupling_by_map(trace, weighted)
    assert coupling.shape == (R, MAPS, J)
    np.testing.assert_allclose(coupling.sum(-1), 1, atol=1e-6)
    np.testing.assert_allclose(coupling[0], 0.1, atol=1e-6)


def test_coupling_by_map_is_the_weighted_mean_of_a_plain_loop(trace):
    active = summaries.activity(trace)
    for m in range(MAPS):
        members = range(m, I, MAPS)
        total = sum(active[i] for i in members)
        mean = sum(active[i] * trace.coupling[2, 0, i] for i in members) / total
        np.testing.assert_allclose(summaries.coupling_by_map(trace, True)[2, m], mean, rtol=1e-5)


def test_a_map_without_activity_is_averaged_plainly(trace):
    silent = CapsNetTrace(**{**vars(trace), "primary_capsules": trace.primary_capsules * 0})
    np.testing.assert_allclose(
        summaries.coupling_by_map(silent, True), summaries.coupling_by_map(silent, False), rtol=1e-5
    )


def test_flow_totals_equal_the_sums_they_stand_for(trace):
    flow = summaries.flow(trace)
    active = summaries.activity(trace)
    for m in range(MAPS):  # what a map sends out is its activity, in every round
        np.testing.assert_allclose(flow[:, m].sum(-1), active[m::MAPS].sum(), rtol=1e-5)
    for r in range(R):  # what a digit capsule receives is the coupling times the activity
        np.testing.assert_allclose(flow[r].sum(0), active @ trace.coupling[r, 0], rtol=1e-5)


def test_what_the_maps_add_is_the_length_of_each_sum_and_the_plain_loop(trace):
    additions = summaries.additions(trace)
    sums = summaries.weighted_sums(trace)
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
    np.testing.assert_array_equal(summaries.additions(silent), 0)


def test_every_round_of_the_histogram_counts_every_capsule(trace):
    edges, counts = summaries.entropy_histogram(trace)
    np.testing.assert_array_equal(counts.sum(1), I)
    assert counts[0, -1] == I  # uniform: all in the last bin
    assert edges[-1] == pytest.approx(np.log(10))


def test_the_histogram_of_a_single_round_still_has_a_range(trace):
    one = CapsNetTrace(**{**vars(trace), "coupling": trace.coupling[:1]})
    edges, counts = summaries.entropy_histogram(one)
    assert np.all(np.diff(edges) > 0)
    assert counts.sum() == I


def test_logit_change_is_what_the_logits_do(trace):
    moved = np.abs(np.diff(trace.logits[:, 0], axis=0)).mean((1, 2))
    np.testing.assert_allclose(summaries.logit_change(trace)[:-1], moved, rtol=1e-4)
    last = np.abs(trace.agreement[-1, 0]).mean()  # the trace ends before what it leads to
    assert summaries.logit_change(trace)[-1] == pytest.approx(last)


def test_squashed_weighted_sums_are_the_digit_capsules(trace):
    s = summaries.weighted_sums(trace)
    norm = np.linalg.norm(s, axis=-1, keepdims=True)
    np.testing.assert_allclose(s * norm / (1 + norm**2), trace.digit_capsules[:, 0], atol=1e-6)


def test_the_vote_cloud_is_a_rotation_of_the_votes_cut_to_a_plane(trace):
    cloud = summaries.vote_cloud(trace)
    assert cloud.votes.shape == (J, I, 2)
    squared = np.square(trace.prediction_vectors[0]).sum((0, 2))
    np.testing.assert_allclose(np.square(cloud.votes).sum((1, 2)), cloud.shown * squared, rtol=1e-4)
    # The projection is linear: the weighted sum of the projected votes is the projected sum.
    summed = np.einsum("rij,jia->rja", trace.coupling[:, 0], cloud.votes)
    np.testing.assert_allclose(summed, cloud.sums, atol=1e-4)
    assert np.all(cloud.digit_capsules[-1] >= 0)  # both axes point its way
