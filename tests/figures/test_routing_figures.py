"""The figures of a trace hold the trace's own numbers, round by round."""

from __future__ import annotations

import numpy as np
import pytest

from capsnet import figures
from capsnet.analysis import routing_summaries as summaries
from tests.figures.routed import MAPS, I, diverged, routed

OF_A_TRACE = {
    "lengths": figures.lengths,
    "coupling": figures.coupling,
    "flow": figures.flow,
    "votes": figures.votes,
    "entropy": figures.entropy,
    "logit-changes": figures.logit_changes,
}


@pytest.fixture(scope="module")
def trace():
    return routed()


@pytest.mark.parametrize("name", OF_A_TRACE)
@pytest.mark.parametrize("rounds", [1, 4])
def test_every_round_is_a_frame_and_the_last_one_is_what_is_shown_at_first(name, rounds):
    drawn = OF_A_TRACE[name](routed(rounds))
    assert drawn.layout.meta["name"] == name
    assert [frame.name for frame in drawn.frames] == [f"{r + 1}" for r in range(rounds)]
    last = drawn.frames[-1]
    assert drawn.layout.meta["alt"] == last.layout.meta["alt"]
    for place, changed in zip(last.traces, last.data, strict=True):
        shown = drawn.data[place].to_plotly_json()
        for key, value in changed.to_plotly_json().items():
            if key in ("x", "y", "z"):
                np.testing.assert_array_equal(np.asarray(shown[key]), np.asarray(value))
    assert bool(drawn.layout.sliders) == (rounds > 1)


def test_a_line_of_lengths_is_the_traces(trace):
    drawn = figures.lengths(trace, image=1)
    for j in range(10):
        np.testing.assert_array_equal(drawn.data[j].y, trace.lengths[:, 1, j])
    widths = [line.line.width for line in drawn.data[:10]]
    assert widths.index(max(widths)) == trace.predictions[1]
    for r, frame in enumerate(drawn.frames):  # the dots stand on the lines of their round
        np.testing.assert_array_equal(frame.data[1].y, trace.lengths[r, 1])
        assert set(frame.data[1].x) == {r + 1}
        assert f"{trace.lengths[r, 1, 4]:.2f}" in frame.layout.meta["alt"]


@pytest.mark.parametrize("weighted", [True, False])
def test_each_column_of_coupling_sums_to_one_in_every_frame(trace, weighted):
    drawn = figures.coupling(trace, weighted=weighted)
    wanted = summaries.coupling_by_map(trace, weighted)
    for r, frame in enumerate(drawn.frames):
        np.testing.assert_allclose(np.asarray(frame.data[0].z).sum(0), 1, atol=1e-5)
        np.testing.assert_allclose(np.asarray(frame.data[0].z).T, wanted[r], atol=1e-6)
    assert drawn.data[0].zmin == pytest.approx(wanted.min(), abs=1e-6)
    assert drawn.data[0].zmax == pytest.approx(wanted.max(), abs=1e-6)


def test_bands_and_bars_add_up_to_the_length_of_each_sum(trace):
    drawn = figures.flow(trace)
    wanted = np.linalg.norm(summaries.weighted_sums(trace), axis=-1)  # (R, J)
    for r, frame in enumerate(drawn.frames):
        sankey, added, taken = frame.data
        bands = np.asarray(sankey.link.value).reshape(MAPS, 10)
        assert (bands >= 0).all()
        np.testing.assert_allclose(bands.sum(0), added.y, rtol=1e-5)
        assert (np.asarray(taken.y) <= 0).all()
        np.testing.assert_allclose(np.add(added.y, taken.y), wanted[r], rtol=1e-4)
    assert min(np.min(frame.data[2].y) for frame in drawn.frames) < 0  # some votes do oppose


def test_what_flows_of_activity_leaves_each_map_whole(trace):
    drawn = figures.flow(trace, of="activity")
    active = summaries.activity(trace)
    for frame in drawn.frames:
        sent = np.asarray(frame.data[0].link.value).reshape(MAPS, 10).sum(1)
        np.testing.assert_allclose(sent, active.reshape(-1, MAPS).sum(0), rtol=1e-5)
        np.testing.assert_array_equal(frame.data[2].y, 0)


def test_a_flow_of_something_else_is_refused(trace):
    with pytest.raises(ValueError, match="Expected a flow of votes or activity. Received: 'x'"):
        figures.flow(trace, of="x")


@pytest.mark.parametrize("dimensions", [2, 3])
def test_votes_are_the_cloud_and_as_large_as_their_coupling(trace, dimensions):
    drawn = figures.votes(trace, digit=7, dimensions=dimensions)
    cloud = summaries.vote_cloud(trace, dimensions=dimensions)
    points = drawn.data[0]
    shown = [points.x, points.y, points.z][:dimensions] if dimensions == 3 else [points.x, points.y]
    np.testing.assert_allclose(np.stack(shown, -1), cloud.votes[7], atol=1e-6)
    for r, frame in enumerate(drawn.frames):
        np.testing.assert_allclose(frame.data[0].marker.color, trace.coupling[r, 0, :, 7])
        np.testing.assert_allclose(frame.data[0].marker.size, trace.coupling[r, 0, :, 7])
    place = (2 * 6 + 5) * MAPS + 1  # row 2, column 5, map 1
    assert points.customdata[place].tolist() == [2, 5, 1]


def test_a_third_direction_shows_more_of_the_votes(trace):
    plane, space = (summaries.vote_cloud(trace, dimensions=d).shown for d in (2, 3))
    assert (space > plane).all()
    with pytest.raises(ValueError, match="Expected 2 or 3 dimensions. Received: 4"):
        figures.votes(trace, dimensions=4)


def test_every_frame_of_entropy_counts_every_capsule(trace):
    drawn = figures.entropy(trace)
    assert [int(np.sum(frame.data[0].y)) for frame in drawn.frames] == [I] * 4
    assert drawn.frames[0].data[0].y[-1] == I  # in round 1 all shares are equal


def test_logit_changes_are_those_of_the_logits(trace):
    drawn = figures.logit_changes(trace)
    moved = np.abs(np.diff(trace.logits[:, 0], axis=0)).mean((1, 2))
    np.testing.assert_allclose(drawn.data[0].y[:-1], moved, rtol=1e-4)


@pytest.mark.parametrize("name", OF_A_TRACE)
def test_of_a_diverged_network_each_figure_says_what_it_leaves_out(name):
    drawn = OF_A_TRACE[name](diverged(), **({"digit": 7} if name == "votes" else {}))
    assert "not finite, left out" in drawn.layout.title.text
    ranges = [axis.range for axis in (drawn.layout.xaxis, drawn.layout.yaxis) if axis.range]
    assert np.isfinite(np.array(ranges, float)).all()
    assert drawn.to_json()


@pytest.mark.parametrize("name", OF_A_TRACE)
@pytest.mark.parametrize("classes", [2, 40])
def test_figures_of_few_and_of_many_classes(name, classes):
    drawn = OF_A_TRACE[name](routed(2, classes))
    assert len(drawn.frames) == 2
    if name == "lengths":
        assert len(drawn.data) == classes + 2
        assert all(0 <= note.y <= 1.1 for note in drawn.layout.annotations)


def test_capsules_of_no_length_at_all():
    nothing = routed(3, scale=0.0)
    still = type(nothing)(
        **{
            **vars(nothing),
            "prediction_vectors": nothing.prediction_vectors * 0,
            "lengths": nothing.lengths * 0,
            "digit_capsules": nothing.digit_capsules * 0,
        }
    )
    for draw in OF_A_TRACE.values():
        assert draw(still).to_json()


def test_bars_of_an_answer():
    drawn = figures.capsule_lengths(np.array([0.1, 0.92, np.nan]), ["a", "b", "c"], (0.1, 0.9))
    assert list(drawn.data[0].text) == ["0.10", "0.92", "?"]
    colours = list(drawn.data[0].marker.color)
    assert colours[1] not in (colours[0], colours[2])
    assert [shape.y0 for shape in drawn.layout.shapes] == [0.1, 0.9]
    assert "the longest capsule is b" in drawn.layout.meta["alt"]
    assert "c: not a number" in drawn.layout.meta["alt"]
    with pytest.raises(ValueError, match="Expected 2 names of classes. Received: 1"):
        figures.capsule_lengths(np.array([0.1, 0.2]), ["a"])
