"""Curves, confusions, poses and styles: the figures hold what they were given, however odd."""

from __future__ import annotations

import math

import numpy as np
import pytest

from capsnet import figures
from capsnet.analysis.pose_atlas import PoseAtlas
from capsnet.figures import style
from capsnet.training.history import read_curve
from capsnet.training.run_folder import read_run
from capsnet.training.snapshots import Snapshot
from dashboard.views.parts.number_format import percent


def epoch(number, best=False, **fields):
    usual = {
        "loss": 0.2,
        "margin_loss": 0.1,
        "reconstruction_error": 20.0,
        "accuracy": 0.9,
        "learning_rate": 0.001,
        "val_loss": 0.15,
        "val_margin_loss": 0.05,
        "val_accuracy": 0.95,
        "val_reconstruction_error": 15.0,
    }
    return {**usual, "epoch": float(number), "best": best, **fields}


def test_the_loss_has_its_parts_and_validation():
    curve = [epoch(k / 4, loss=0.1 + 0.01 * 20) for k in range(1, 9)]
    history = [epoch(1), epoch(2, best=True, val_loss=0.12)]
    drawn = figures.learning_curves(curve, history, 0.01, 4)
    assert set(drawn) == {"loss", "accuracy", "reconstruction", "rate"}
    total, margin, weighted, check = drawn["loss"].data
    np.testing.assert_allclose(total.y, np.add(margin.y, weighted.y))
    assert list(check.x) == [1, 2]
    assert drawn["loss"].layout.xaxis.range[1] >= 4
    assert drawn["loss"].data[3].name == "validation, total 0.1200"
    assert "validation, total: 0.1200" in drawn["loss"].layout.meta["alt"]
    assert figures.learning_curves([], [], 0.01, 4) == {}


def test_a_single_epoch_is_a_dot():
    drawn = figures.learning_curves([], [epoch(1)], 0.01, 1)
    check = next(line for line in drawn["accuracy"].data if line.meta["name"] == "validation")
    assert "markers" in check.mode
    assert "rate" not in drawn


def test_a_diverged_run_is_drawn_as_far_as_it_goes():
    curve = [epoch(1), epoch(2, loss=math.inf), epoch(3, loss=math.nan)]
    drawn = figures.learning_curves(curve, [epoch(1), epoch(2, val_loss=math.nan)], 0.01, 3)
    loss = drawn["loss"]
    assert "3 values not finite, left out" in loss.layout.title.text
    assert np.isfinite(loss.layout.yaxis.range).all()
    assert "total: not a number" in loss.layout.meta["alt"]
    nothing = figures.learning_curves([epoch(1, loss=math.nan)], [], math.nan, 1)
    assert np.isfinite(nothing["loss"].layout.yaxis.range).all()


def test_runs_over_one_another_keep_their_looks():
    histories = {"one": [epoch(1), epoch(2, best=True)], "two": [epoch(1)]}
    drawn = figures.comparison(histories, {"one": 3, "two": 9})
    for each in drawn.values():
        assert [line.meta["name"] for line in each.data] == ["one", "two"]
        assert [len(line.x) for line in each.data] == [2, 1]
        assert list(each.data[0].marker.symbol) == ["circle", "diamond"]  # what was kept
        first, second = (line.line for line in each.data)
        assert first.color == second.color  # six apart, and told apart by their dashes
        assert first.dash != second.dash


def test_forty_runs_have_twenty_four_looks():
    looks = {tuple(style.line_style(k).items()) for k in range(40)}
    assert len(looks) == 24


def test_one_run_behind_the_other():
    first = [epoch(1, val_margin_loss=9.0), epoch(2, val_margin_loss=0.06, best=True)]
    second = [epoch(1, best=True)]
    assert len(figures.far_off([first, second])) == 1
    drawn = figures.ancestry([first, second])["accuracy"]
    assert [list(line.x) for line in drawn.data] == [[2], [3]]


def test_the_share_of_a_class_and_its_count():
    drawn = figures.confusion([[90, 10, 0], [0, 0, 0], [1, 0, 99]], ["a", "b", "c"])
    cells = drawn.data[0]
    assert cells.customdata[0][1].tolist() == [10, 0.1]
    assert cells.z[0][1] == pytest.approx(-1)
    assert math.isnan(cells.z[1][1])  # no image of b: no share
    assert cells.text[0][2] == ""
    alt = drawn.layout.meta["alt"]
    assert "189 of 200" in alt
    assert "a as b (10 times)" in alt
    assert "without images: b" in alt
    assert "never read" not in alt
    assert "never read: b" in figures.confusion([[5, 0], [2, 0]], ["a", "b"]).layout.meta["alt"]


def test_confusions_of_forty_classes_have_no_numbers_in_the_cells():
    drawn = figures.confusion(np.eye(40, dtype=int) * 7)
    assert drawn.data[0].texttemplate is None
    assert np.asarray(drawn.data[0].z).shape == (40, 40)


@pytest.mark.parametrize("matrix", [[[1, 2]], [[0.5]], [[-1]], []])
def test_what_is_no_confusion_matrix_is_refused(matrix):
    with pytest.raises(ValueError, match="Expected a square matrix of counts"):
        figures.confusion(matrix)


def test_the_commonest_mistakes_come_first():
    matrix = [[90, 0, 1], [3, 80, 0], [1, 7, 70]]
    assert figures.confusions(matrix) == [(2, 1, 7), (1, 0, 3), (0, 2, 1), (2, 0, 1)]
    assert figures.confusions([[5, 0], [0, 5]]) == []


def test_the_atlas_has_a_frame_for_each_class():
    rng = np.random.default_rng(0)
    r = rng.uniform(-0.5, 0.5, (10, 16, 7))
    r[3, 5, 2] = -0.93
    atlas = PoseAtlas("0" * 64, digits=100, r=r, change=r * 2)
    drawn = figures.pose_atlas(atlas, capsule=3)
    np.testing.assert_array_equal(drawn.data[0].z, r[3])
    assert len(drawn.frames) == 10
    np.testing.assert_array_equal(drawn.frames[8].data[0].z, r[8])
    assert "with dimension 5, r = −0.93" in drawn.layout.meta["alt"]
    assert drawn.layout.sliders[0].active == 3


def test_the_grid_is_the_pictures_side_by_side():
    pictures = np.random.default_rng(0).random((16, 11, 28, 28, 1))
    drawn = figures.pose_grid(pictures, 0.25, "7")
    sheet = np.asarray(drawn.data[0].z)
    assert sheet.shape == (16 * 28, 11 * 28)
    ink = np.rint(255 * pictures[9, 4, ..., 0])
    np.testing.assert_array_equal(sheet[9 * 28 : 10 * 28, 4 * 28 : 5 * 28], ink)
    assert drawn.layout.xaxis.ticktext[0] == "−0.25"
    with pytest.raises(ValueError, match=r"Received: shape \(2, 3\)"):
        figures.pose_grid(np.zeros((2, 3)), 0.25)


def test_each_colour_has_one_of_its_own_in_the_dark():
    assert len(set(style.DARK)) == len(style.DARK)
    drawn = figures.confusion([[5, 1], [0, 5]])
    dark = figures.themed(drawn, "dark")
    assert dark.layout.template.layout.paper_bgcolor == style.DARK[style.PAPER]
    assert drawn.layout.template.layout.paper_bgcolor == style.PAPER  # not changed itself
    assert dark.data[0].colorscale[0][1] == style.DARK[style.SEQUENTIAL[0]]
    assert figures.themed(drawn, "light") is drawn
    with pytest.raises(ValueError, match="Received: 'dim'"):
        figures.themed(drawn, "dim")


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([[1.0, 3.0]], (1, 3)),
        ([[np.nan, np.inf]], (0, 1)),
        ([[2.0, 2.0]], (1.995, 2.005)),
        ([[]], (0, 1)),
    ],
)
def test_a_range_holds_what_is_finite_and_is_never_a_point(values, wanted):
    assert style.span(values) == pytest.approx(wanted)


def snapshot(coupling, activity=None, epoch=1):
    coupling = np.asarray(coupling, np.float16)
    activity = np.ones(len(coupling)) if activity is None else np.asarray(activity)
    blank = np.zeros((10, 28, 28), np.uint8)
    return Snapshot(epoch, 0, 4, blank, blank, np.eye(10), coupling, activity, 2, np.arange(10))


def test_entropy_while_learning_weighs_by_activity():
    shown = snapshot([np.full(10, 0.1), np.eye(10)[3]], activity=[0.0, 0.5])
    plain, weighted = figures.entropy_while_learning([shown], 5).data
    assert plain.y == pytest.approx([math.log(10) / 2], abs=1e-3)
    assert weighted.y == pytest.approx([0], abs=1e-3)
    silent = snapshot([np.full(10, 0.1)] * 2, activity=[0, 0])
    assert figures.entropy_while_learning([silent], 5).data[1].y == pytest.approx(
        [math.log(10)], abs=1e-3
    )
    with pytest.raises(ValueError, match="Received: none"):
        figures.entropy_while_learning([], 5)


@pytest.mark.parametrize("classes", [4, 10])
def test_equal_shares_are_named_by_the_number_of_classes(classes):
    drawn = figures.entropy_while_learning([snapshot([np.full(classes, 1 / classes)] * 2)], 5)
    assert drawn.layout.annotations[0].text == f"equal shares, ln {classes}"
    assert drawn.layout.shapes[0].y0 == pytest.approx(math.log(classes))


def test_the_coupling_over_training_has_a_frame_for_each_moment():
    moments = [snapshot(np.full((4, 10), 0.1), epoch=0), snapshot(np.eye(10)[[3, 3, 3, 3]])]
    drawn = figures.coupling_while_learning(moments, high=1.0)
    assert [frame.name for frame in drawn.frames] == ["0", "1"]
    for frame, cell in zip(drawn.frames, (0.1, 1.0), strict=True):
        assert np.asarray(frame.data[0].z)[3] == pytest.approx([cell, cell], abs=1e-3)


def test_the_charts_of_a_real_run(small_run):
    curve = read_curve(small_run.folder)
    weight = read_run(small_run.folder)[0].reconstruction_weight
    drawn = figures.learning_curves(curve, small_run.history, weight, 4)
    total, margin, weighted, check = drawn["loss"].data
    np.testing.assert_allclose(total.y, np.add(margin.y, weighted.y), rtol=1e-3)
    assert list(check.x) == [1, 2, 3, 4]
    right = small_run.history[-1]["val_accuracy"]
    assert drawn["accuracy"].data[1].meta["told"] == percent(right)


def test_runs_that_led_to_one_network_follow_one_another():
    row = dict.fromkeys(("val_accuracy", "val_margin_loss", "val_reconstruction_error"), 0.5)
    histories = [[{"epoch": epoch, "best": 1, **row} for epoch in range(1, n + 1)] for n in (2, 3)]
    histories[1][2] |= {"best": 0, "val_accuracy": 0.4, "val_margin_loss": 0.6}
    for name, drawn in figures.ancestry(histories).items():
        first, second = drawn.data
        assert drawn.layout.xaxis.range[1] == pytest.approx(5 * 1.02)
        assert list(first.x) == [1, 2]
        assert list(second.x) == [3, 4, 5]
        kept = "50.00 %" if name == "accuracy" else ("0.5000", "0.50")
        assert second.meta["told"] in kept  # the network kept, not the last


def test_a_dozen_runs_behind_one_another_can_be_told_apart():
    for drawn in figures.ancestry([[epoch(1, best=True)]] * 12).values():
        assert len({(line.line.color, line.line.dash) for line in drawn.data}) == 12


def test_epochs_that_hardly_read_are_left_out_at_the_beginning():
    losses = [0.7, 0.41, 0.05, 0.9, 0.05]
    rows = [epoch(k, best=loss < 0.1, val_margin_loss=loss) for k, loss in enumerate(losses, 1)]
    assert [row["epoch"] for row in figures.far_off([rows, rows])] == [1, 2]
    for drawn in figures.ancestry([rows, rows]).values():
        first, second = drawn.data
        assert list(first.x) == [3, 4, 5]
        assert list(second.x) == [6, 7, 8, 9, 10]  # not of later runs
